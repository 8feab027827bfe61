"""The proof from end to end: on the real path, in nobody's way."""

from datetime import timedelta
from typing import Any

import pytest

from tests import cast
from tests.cast import NOW
from tests.servers.mail import Sink
from tests.services.racing import at_once
from tracker.models import (
    AuditEntry,
    CheckIn,
    Clinic,
    Flag,
    Heartbeat,
    Message,
    Patient,
    Recovery,
    Treatment,
)
from tracker.services import assessing, canary, cover_check, delivery, digest, health, quality, reminders

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _an_address(settings: Any) -> None:
    settings.CANARY_EMAIL = "canary@mail.example"


def flown(sink: Sink, now: Any = NOW) -> CheckIn:
    """One entry that was judged and mailed."""
    entry = canary.fly_due(now=now)
    assert entry is not None
    assessing.assess_check_in(check_in_id=entry.pk, now=now + SECOND)
    delivery.deliver_due(clock=lambda: now + 2 * SECOND)
    return entry


def test_it_goes_the_whole_way_and_is_noted_with_the_time_it_took(sink: Sink) -> None:
    flown(sink)
    assert [mail.to for mail in sink.messages()] == [("canary@mail.example",)]
    assert canary.prove(now=NOW + 3 * SECOND) == 1
    heart = Heartbeat.objects.get(component=health.PROOF)
    assert (heart.at, heart.detail) == (NOW + 2 * SECOND, "2.0")
    assert canary.flights(now=NOW + 3 * SECOND) == (1, 1)


def test_it_closes_its_flag_by_itself_and_nobody_is_told_again(sink: Sink) -> None:
    flown(sink)
    canary.prove(now=NOW + 3 * SECOND)
    flag = Flag.objects.get()
    assert (flag.state, flag.resolved_by, flag.next_step_at) == ("resolved", None, None)
    assert canary.prove(now=NOW + 4 * SECOND) == 0
    assert sink.count() == 1


@pytest.mark.parametrize("missing", ["judged", "mailed"])
def test_it_proves_nothing_while_a_part_of_the_way_is_missing(sink: Sink, missing: str) -> None:
    entry = canary.fly_due(now=NOW)
    assert entry is not None
    if missing != "judged":
        assessing.assess_check_in(check_in_id=entry.pk, now=NOW)
    if missing != "mailed":
        delivery.deliver_due(clock=lambda: NOW)
    assert canary.prove(now=NOW) == 0
    assert not Heartbeat.objects.filter(component=health.PROOF).exists()
    late = health.state(now=NOW + timedelta(seconds=121))
    assert not late.all_ok


def test_it_flies_every_ten_minutes_and_nowhere_without_an_address(settings: Any) -> None:
    assert canary.fly_due(now=NOW)
    assert canary.fly_due(now=NOW + timedelta(minutes=9)) is None
    assert canary.fly_due(now=NOW + timedelta(minutes=10))
    settings.CANARY_EMAIL = ""
    assert canary.fly_due(now=NOW + timedelta(minutes=20)) is None


def test_it_follows_its_address(sink: Sink, settings: Any) -> None:
    flown(sink)
    settings.CANARY_EMAIL = "other@mail.example"
    flown(sink, NOW + canary.EVERY)
    assert sink.messages()[-1].to == ("other@mail.example",)


@pytest.mark.django_db(transaction=True)
def test_it_flies_once_when_two_workers_send_it_at_once() -> None:
    canary.fly_due(now=NOW - timedelta(hours=1))
    at_once(*(lambda: canary.fly_due(now=NOW) for _ in range(4)))
    assert CheckIn.objects.filter(recorded_at=NOW).count() == 1


def test_it_disturbs_no_clinic_and_no_figure(sink: Sink) -> None:
    clinic = cast.make_clinic()
    flown(sink)
    canary.prove(now=NOW + 3 * SECOND)
    for sweep in (digest.send_due, cover_check.send_due, quality.draw_due, reminders.queue_due):
        sweep(now=NOW + timedelta(days=1))
    assert Recovery.objects.of_people().count() == 0
    assert Message.objects.exclude(kind="flag_alert").count() == 0
    assert not AuditEntry.objects.filter(clinic=clinic).exists()
    assert not Patient.objects.get().user.has_usable_password()
    assert not Patient.objects.get().user.is_active


def test_it_removes_what_it_proved_a_day_ago_and_nothing_of_anybody(sink: Sink) -> None:
    kept = cast.make_flag(cast.make_recovery())
    flown(sink)
    canary.prove(now=NOW + 3 * SECOND)
    assert canary.prune(now=NOW + timedelta(hours=23)) == 0
    assert canary.prune(now=NOW + timedelta(hours=25)) == 1
    assert Clinic.objects.filter(name=canary.CLINIC).exists()
    assert [f.pk for f in Flag.objects.all()] == [kept.pk]
    assert Recovery.objects.count() == Treatment.objects.count() == CheckIn.objects.count() == 1
    assert canary.fly_due(now=NOW + timedelta(hours=25))
