"""Every form about a recovery is refused when its page showed another patient, or not the newest entry."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import time_machine

from tests import cast
from tests.house.conftest import World
from tests.views import desk
from tests.views.clinic.test_record_treatment import ALL_NO, SESSION
from tests.views.clinician.test_record_adverse_event import SAID
from tracker.models import AdverseEvent, AuditEntry, Flag, Patient, Recovery, Role

pytestmark = pytest.mark.django_db

NOT_ABOUT_ONE_RECOVERY = {
    "search_patients": "looks for a name",
    "invite_patient": "makes a patient who has no recovery yet",
    "resend_welcome": "sends a link; the front desk does it and sees no entries",
    "review": "names each recovery with its newest entry: one with news is left out, and that is said",
    "undo_review": "takes back one's own mark, and only while nothing newer came",
    "set_digest": "about one's own mail",
    "note_restore": "about the clinic's data as a whole",
}

KEPT = "Comes in at four"
BODIES: dict[str, dict[str, Any]] = {
    "contact": {"result": "spoke", "note": KEPT},
    "resolve": {"outcome": "seen", "note": KEPT},
    "snooze": {"hours": 4, "reason": KEPT},
    "ask_back": {"sign": "", "hours": 12},
    "answer_note": {"text": KEPT},
    "tag": {"tag": "vip"},
    "untag": {"tag": "ring-friday"},
    "read_notes": {"up_to": 10**9},
    "decide_held": {"act": "drop"},
    "screening": ALL_NO | {"note": KEPT},
    "screening_decision": {"decision": "go_on", "reason": KEPT},
    "record_treatment": SESSION | {"note": KEPT},
    "record_adverse_event": SAID | {"description": KEPT},
    "adverse_event": SAID | {"description": KEPT},
    "quality_check": {"finding": "fine", "note": KEPT},
}
"""What is filled in, so that nothing but whom and what the page showed can be wrong."""


def routes() -> list[str]:
    """What a clinician may send that is about one recovery; what begins a record comes last."""
    table = csv.DictReader((Path(__file__).parent / "matrix.csv").read_text().splitlines())
    sent = [row["name"] for row in table if row["method"] == "POST" and row["clinician"] == "in"]
    staff = [name for name in sent if name not in ("start", "unsubscribe")]
    ours = [name for name in staff if name not in NOT_ABOUT_ONE_RECOVERY]
    return sorted(ours, key=lambda name: name == "record_adverse_event")


@dataclass
class Desk:
    """A clinician before everything that can be sent about one recovery."""

    world: World
    paths: dict[str, str]

    def send(self, name: str, **wrong: Any) -> Any:
        """The form of `name` as a fresh page would send it, but for what is `wrong`."""
        answers = ALL_NO | ({"keloid": "yes"} if name == "screening_decision" else {})
        self.world.recovery.patient.screenings.update(answers=answers)
        if name == "record_adverse_event":  # once it is recorded, its address leads to the record
            AdverseEvent.objects.all().delete()
        said = BODIES.get(name, {}) | desk.fresh(self.world.recovery.patient) | wrong
        with time_machine.travel(cast.NOW, tick=False):
            return self.world.clients[Role.CLINICIAN].post(self.paths[name], said)


@pytest.fixture
def sitting(world: World) -> Desk:
    """A colleague is there, and a word is pinned."""
    Recovery.objects.filter(pk=world.recovery.pk).update(tags=["ring-friday"])
    BODIES["hand_over"] = {"to": world.recovery.clinic.members.get(role=Role.OWNER).pk}
    return Desk(world, {name: world.path(name) for name in routes()})


def what_stands() -> list[Any]:
    """Everything that a person's act would change: each act is audited."""
    return [AuditEntry.objects.count(), *Flag.objects.order_by("pk").values()]


def test_a_form_from_another_patients_page_changes_nothing(sitting: Desk) -> None:
    stranger = Patient.objects.exclude(pk=sitting.world.recovery.patient_id).earliest("pk")
    before = what_stands()
    for name in routes():
        answer = sitting.send(name, patient=stranger.pk)
        assert (name, answer.status_code) == (name, 409)
        assert "another patient" in desk.text(answer)
    assert what_stands() == before


def test_a_form_that_has_not_seen_the_newest_entry_changes_nothing_and_loses_nothing(sitting: Desk) -> None:
    old = desk.fresh(sitting.world.recovery.patient)["seen"]
    cast.check_in(sitting.world.recovery, 6, cast.CALM, now=cast.NOW)
    before = what_stands()
    for name in routes():
        answer = sitting.send(name, seen=old)
        page = desk.text(answer)
        assert (name, answer.status_code) == (name, 409)
        assert "The patient has sent something since you opened this page." in page
        assert KEPT not in BODIES.get(name, {}).values() or KEPT in page, name
        assert 'class="who' in page or name == "decide_held"  # the head line; a list there
    assert what_stands() == before


def test_the_same_forms_are_taken_from_a_fresh_page(sitting: Desk) -> None:
    before = AuditEntry.objects.count()
    for name in routes():
        page = desk.text(sitting.send(name))
        assert (name, "since you opened this page" in page, "another patient" in page) == (name, False, False)
    assert AuditEntry.objects.count() > before + 10
    assert all(sitting.world.path(name) for name in NOT_ABOUT_ONE_RECOVERY)
