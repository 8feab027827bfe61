"""Harm on record: the facts as they stood, and every earlier word kept."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests import cast
from tests.cast import NOW
from tests.views import desk
from tracker.models import AdverseEvent, AuditEntry, Flag, Member, Product
from tracker.services import harm

pytestmark = pytest.mark.django_db

SAID: dict[str, Any] = {
    "began_on": date(2026, 3, 11),
    "severity": "moderate",
    "description": "Pus on the cheek",
    "action": "",
    "outcome": "going_on",
    "device_model": "",
    "device_lot": "N-77",
    "reportable": "open",
}


@pytest.fixture
def flag(db: None) -> Flag:
    return desk.flagged(cast.make_clinic())


@pytest.fixture
def member(flag: Flag) -> Member:
    return flag.clinic.members.get()


def test_it_copies_the_facts_and_they_stay_as_they_stood(flag: Flag, member: Member) -> None:
    treatment = flag.recovery.treatment
    Product.objects.create(treatment=treatment, name="Serum", lot="HA-1", expires_on=date(2027, 1, 31))
    event = harm.record(flag=flag, member=member, said=SAID, now=NOW)
    treatment.device = "roller"
    treatment.save()
    event.refresh_from_db()
    assert event.facts["device"] == "pen"
    assert event.facts["areas"] == [["face", "1.25"]]
    assert event.facts["products"] == [["Serum", "HA-1", "2027-01-31"]]
    assert (event.recovery, event.recorded_by, event.device_lot) == (flag.recovery, member, "N-77")
    entry = AuditEntry.objects.get(verb="record_adverse_event")
    assert (entry.actor, entry.detail) == (member.user, {"flag": flag.pk})


def test_a_flag_has_one_record(flag: Flag, member: Member) -> None:
    first = harm.record(flag=flag, member=member, said=SAID, now=NOW)
    with pytest.raises(harm.AlreadyRecorded) as other:
        harm.record(flag=flag, member=member, said=SAID, now=NOW)
    assert other.value.event == first
    assert AdverseEvent.objects.count() == 1


def test_what_it_said_before_is_kept_beside_who_changed_it(flag: Flag, member: Member) -> None:
    event = harm.record(flag=flag, member=member, said=SAID, now=NOW)
    later = NOW + timedelta(days=1)
    new = SAID | {"began_on": date(2026, 3, 10), "outcome": "recovered"}
    assert harm.change(event=event, member=member, said=new, now=later) == ["began_on", "outcome"]
    event.refresh_from_db()
    assert (event.outcome, event.began_on) == ("recovered", date(2026, 3, 10))
    was = {"began_on": "2026-03-11", "outcome": "going_on"}
    assert event.earlier == [{"at": later.isoformat(), "by": "Dr Cole", "was": was}]
    assert AuditEntry.objects.get(verb="change_adverse_event").detail == {"changed": ["began_on", "outcome"]}


def test_saving_the_same_again_is_no_change(flag: Flag, member: Member) -> None:
    event = harm.record(flag=flag, member=member, said=SAID, now=NOW)
    assert harm.change(event=event, member=member, said=SAID, now=NOW) == []
    assert AdverseEvent.objects.get().earlier == []
    assert not AuditEntry.objects.filter(verb="change_adverse_event").exists()
