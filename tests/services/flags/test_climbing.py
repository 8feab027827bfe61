"""Who is told, and who next, until a person acts."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction

from tests import cast
from tests.cast import NOW
from tests.services.flags.acts import minutes, raised, seen
from tests.services.racing import at_once
from tracker.healing.verdicts import Level
from tracker.models import CheckIn, Flag, Member, Message, Patient, Recovery, Role
from tracker.services import bounces, flags

pytestmark = pytest.mark.django_db

URGENT, REVIEW, WATCH = Level.URGENT, Level.REVIEW, Level.WATCH
Outcome, State = Flag.Outcome, Flag.State


def climb(recovery: Recovery, flag: Flag, until: int, step: int = 5) -> list[tuple[float, str]]:
    """Tick every `step` minutes up to `until` minutes; what was opened."""
    for minute in range(0, until + 1, step):
        flags.escalate_due(now=NOW + timedelta(minutes=minute))
    return minutes(flag)


def test_it_tells_operator_deputy_and_inbox_then_repeats(recovery: Recovery, said: CheckIn) -> None:
    cast.make_member(recovery.clinic, Role.OWNER, "Olga Reyes")
    cast.make_member(recovery.clinic, Role.FRONT_DESK, "Finn Moss")
    cast.make_member(recovery.clinic, Role.CLINICIAN, "Gone Long", is_active=False)
    flag = raised(recovery, said)
    assert climb(recovery, flag, 240) == [
        (0, "operator"),
        (30, "deputy"),
        (60, "inbox"),
        (120, "inbox"),
        (180, "inbox"),
        (240, "inbox"),
    ]
    told = Message.objects.order_by("pk").values_list("to_email", flat=True)
    assert list(told)[:4] == [
        "dr.cole@rosewater.example",
        "dr.cole@rosewater.example",
        "olga.reyes@rosewater.example",
        "inbox@rosewater.example",
    ]
    kinds = Message.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["flag_alert"] + ["escalation"] * 6


def test_it_climbs_on_time_whatever_happens_in_between(recovery: Recovery, said: CheckIn) -> None:
    flag = raised(recovery, said)
    flags.escalate_due(now=NOW + timedelta(minutes=29, seconds=59))
    assert len(minutes(flag)) == 1
    for _ in range(3):
        flags.escalate_due(now=NOW + timedelta(minutes=30))
    assert minutes(flag) == [(0, "operator"), (30, "deputy")]


def test_it_tells_somebody_about_a_review_only_when_the_promise_is_missed(
    recovery: Recovery, said: CheckIn
) -> None:
    flag = raised(recovery, said, REVIEW)
    assert Message.objects.count() == 0
    assert flags.escalate_due(now=flag.promised_by - timedelta(seconds=1)) == 0
    assert flags.escalate_due(now=flag.promised_by) == 1
    assert minutes(flag, flag.promised_by) == [(0, "operator")]


def test_it_never_climbs_for_a_flag_to_watch(recovery: Recovery, said: CheckIn) -> None:
    raised(recovery, said, WATCH)
    assert flags.escalate_due(now=NOW + timedelta(days=30)) == 0


def test_it_falls_through_to_the_inbox_when_the_operator_left(recovery: Recovery, said: CheckIn) -> None:
    Member.objects.update(is_active=False)
    raised(recovery, said)
    assert Message.objects.get().to_email == recovery.clinic.inbox_email


def test_it_tells_the_inbox_when_a_protocol_has_no_steps(recovery: Recovery, said: CheckIn) -> None:
    recovery.edition.escalation = []
    recovery.edition.save(update_fields=["escalation"])
    flag = raised(recovery, said)
    assert climb(recovery, flag, 60) == [(0, "inbox"), (60, "inbox")]


def test_it_alerts_at_an_address_as_long_as_addresses_may_be(recovery: Recovery, said: CheckIn) -> None:
    long = f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.uk"
    member = recovery.treatment.operator
    member.user.email = long
    member.user.save(update_fields=["email"])
    raised(recovery, said)
    assert Message.objects.get().to_email == long


def test_it_passes_over_addresses_that_refused_this_flag(recovery: Recovery, said: CheckIn) -> None:
    flag = raised(recovery, said)
    climb(recovery, flag, 60)
    Message.objects.filter(to_email=recovery.clinic.inbox_email).update(state=Message.State.DEAD)
    flags.escalate_due(now=NOW + timedelta(minutes=120))
    newest = Message.objects.order_by("-pk").first()
    assert newest is not None
    assert newest.to_email == "dr.cole@rosewater.example"


def test_it_stops_climbing_once_acknowledged(recovery: Recovery, said: CheckIn, member: Member) -> None:
    flag = raised(recovery, said)
    flags.acknowledge(flag=flag, member=member, seen_check_in_id=seen(flag), now=NOW)
    assert climb(recovery, flag, 240) == [(0, "operator")]
    assert Message.objects.get().state == Message.State.DROPPED


@pytest.mark.django_db(transaction=True)
def test_it_opens_no_step_after_an_acknowledgement_that_raced(said: CheckIn) -> None:
    for letter in "abcdefgh":
        recovery = cast.make_recovery(patient=cast.make_patient(said.clinic, f"Patient {letter}"))
        flag = cast.make_flag(recovery, day=6)
        tick, owner, newest = flag.next_step_at, recovery.treatment.operator, seen(flag)
        assert tick is not None
        take = partial(flags.acknowledge, flag=flag, member=owner, seen_check_in_id=newest, now=tick)
        at_once(take, partial(flags.escalate_due, now=tick))
        opened = flag.steps.count()
        flags.escalate_due(now=tick + timedelta(days=1))
        flag.refresh_from_db()
        assert flag.state == State.ACKNOWLEDGED
        assert flag.steps.count() == opened <= 2
        assert not Message.objects.filter(flag=flag, state=Message.State.PENDING).exists()


@pytest.mark.django_db(transaction=True)
def test_it_opens_a_step_once_when_two_ticks_race(recovery: Recovery, said: CheckIn) -> None:
    with transaction.atomic():
        flag = raised(recovery, said)
    tick = NOW + timedelta(minutes=30)
    opened = at_once(*(lambda: flags.escalate_due(now=tick) for _ in range(4)))
    assert sorted(opened) == [0, 0, 0, 1]
    assert len(minutes(flag)) == 2


def test_it_escalates_the_others_when_one_is_poisoned(
    recovery: Recovery, said: CheckIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = raised(recovery, said)
    other = cast.make_recovery(patient=cast.make_patient(recovery.clinic, "Ben Okri"))
    good = cast.make_flag(other, day=6)
    bad.recovery.edition = cast.make_edition(recovery.clinic, escalation=[{"after_minutes": 0}])
    bad.recovery.save(update_fields=["edition"])
    assert flags.escalate_due(now=NOW + timedelta(minutes=30)) == 1
    assert good.steps.count() == 2
    bad.refresh_from_db()
    assert bad.next_step_at == NOW + timedelta(minutes=30), "still due, so that it shows as late"


def test_it_opens_the_next_step_when_an_alert_bounces(recovery: Recovery, said: CheckIn) -> None:
    flag = raised(recovery, said)
    message = Message.objects.get()
    later = NOW + timedelta(minutes=3)
    Message.objects.update(state=Message.State.DEAD)
    bounces.given_up(message=message, now=later, refused=True)
    assert flags.escalate_due(now=later) == 1
    assert minutes(flag) == [(0, "operator"), (3, "deputy")]
    assert not Patient.objects.filter(email_broken_at__isnull=False).exists()


def test_it_opens_no_further_step_for_an_address_known_to_be_dead(recovery: Recovery, said: CheckIn) -> None:
    flag = raised(recovery, said)
    climb(recovery, flag, 60)
    flag.refresh_from_db()
    due = flag.next_step_at
    to_operator = Message.objects.filter(to_email="dr.cole@rosewater.example")
    to_operator.update(state=Message.State.DEAD)
    bounces.given_up(message=to_operator.order_by("-pk")[0], now=NOW + timedelta(minutes=61), refused=False)
    flag.refresh_from_db()
    assert flag.next_step_at == due
