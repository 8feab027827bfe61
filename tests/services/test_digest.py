"""The morning digest: on opening days at eight, once, to who wants it, and only when something waits."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests import cast
from tests.cast import NOW
from tracker import emails
from tracker.models import AskBack, Clinic, Closure, Flag, Member, Message, Patient, Recovery, Role
from tracker.services import delivery, digest

pytestmark = pytest.mark.django_db

EIGHT = datetime(2026, 3, 13, 8, tzinfo=UTC)
"""Friday morning, the day after NOW."""


@pytest.fixture
def flag() -> Flag:
    """An urgent flag of yesterday that nobody has answered."""
    return cast.make_flag(cast.make_recovery(), day=6)


def told() -> list[str]:
    """To whom digests were written."""
    return list(
        Message.objects.filter(kind=Message.Kind.DIGEST).order_by("pk").values_list("to_email", flat=True)
    )


def test_it_goes_to_those_who_want_it_once_a_day(flag: Flag) -> None:
    cast.make_member(flag.clinic, Role.OWNER, "Olga Reyes")
    cast.make_member(flag.clinic, name="No Thanks", wants_digest=False)
    cast.make_member(flag.clinic, name="Gone Long", is_active=False)
    cast.make_member(flag.clinic, Role.FRONT_DESK, "Finn Moss")
    assert digest.send_due(now=EIGHT - timedelta(seconds=1)) == 0
    assert digest.send_due(now=EIGHT) == 1
    assert digest.send_due(now=EIGHT + timedelta(minutes=5)) == 0
    assert told() == ["dr.cole@rosewater.example", "olga.reyes@rosewater.example"]


def test_a_clinic_is_looked_at_once_a_morning(flag: Flag, django_assert_num_queries: Any) -> None:
    Flag.objects.update(state=Flag.State.ACKNOWLEDGED)
    digest.send_due(now=EIGHT)
    with django_assert_num_queries(1):
        digest.send_due(now=EIGHT + timedelta(minutes=5))
    Flag.objects.update(state=Flag.State.OPEN)
    assert [digest.send_due(now=EIGHT + timedelta(hours=hours)) for hours in (1, 24, 72)] == [0, 0, 1]


def test_it_waits_for_the_next_opening_day(flag: Flag) -> None:
    Closure.objects.create(clinic=flag.clinic, day=EIGHT.date())
    for days in (0, 1, 2):
        assert digest.send_due(now=EIGHT + timedelta(days=days)) == 0
    assert digest.send_due(now=EIGHT + timedelta(days=3)) == 1


def test_it_is_written_in_the_morning_of_the_clinic(flag: Flag) -> None:
    Clinic.objects.update(timezone="America/New_York")
    assert digest.send_due(now=EIGHT) == 0
    assert digest.send_due(now=EIGHT + timedelta(hours=4)) == 1


def test_it_is_no_morning_digest_after_noon(flag: Flag) -> None:
    assert digest.send_due(now=EIGHT + timedelta(hours=3, minutes=59)) == 1
    Message.objects.all().delete()
    assert digest.send_due(now=EIGHT + timedelta(hours=4)) == 0


def test_it_is_silent_when_nothing_waits(flag: Flag) -> None:
    Flag.objects.update(state=Flag.State.ACKNOWLEDGED)
    assert digest.send_due(now=EIGHT) == 0


def test_it_does_not_tell_in_the_morning_what_came_later() -> None:
    recovery = cast.make_recovery()
    cast.check_in(recovery, 7, cast.PUS, now=EIGHT + timedelta(minutes=30))
    assert digest.send_due(now=EIGHT + timedelta(hours=1)) == 0


def test_it_says_the_count_first_and_then_only_what_there_is(flag: Flag) -> None:
    second = cast.make_recovery(flag.clinic, patient=cast.make_patient(flag.clinic, "Jin Park"))
    Recovery.objects.filter(pk=second.pk).update(silent_at=EIGHT)
    Patient.objects.filter(pk=second.patient_id).update(email_broken_at=NOW)
    AskBack.objects.create(flag=flag, asked_at=NOW, opens_at=NOW, due_at=EIGHT, missed_at=EIGHT)
    digest.send_due(now=EIGHT)
    lines = str(emails.build(Message.objects.get(kind="digest")).body).splitlines()
    said = [line for line in lines if re.match(r"\d", line)]
    assert lines[0] == "4 things wait."
    assert said == [
        "4 things wait.",
        "1 has waited too long, or cannot wait.",
        "1 person has not written for days.",
        "1 person cannot be reached by mail.",
        "1 question was not answered.",
    ]


def test_it_is_not_sent_when_everything_was_done_meanwhile(flag: Flag) -> None:
    digest.send_due(now=EIGHT)
    Flag.objects.update(state=Flag.State.ACKNOWLEDGED)
    delivery.deliver_due(clock=lambda: EIGHT)
    assert Message.objects.get(kind="digest").reason == "nothing waits"


def test_it_counts_no_other_clinics_matters(flag: Flag) -> None:
    cast.make_member(cast.make_clinic("Linden"), name="Other One")
    digest.send_due(now=EIGHT)
    assert told() == ["dr.cole@rosewater.example"]
    assert Member.objects.count() == 2
