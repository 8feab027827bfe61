"""A flag changes hands only when the other one says yes."""

from datetime import timedelta
from typing import Any

import pytest

from tests import cast
from tests.cast import NOW
from tests.services.flags.acts import raised, verbs
from tracker.models import AuditEntry, CheckIn, Flag, Member, Message, Recovery, Role
from tracker.services import delivery, flags

pytestmark = pytest.mark.django_db

State = Flag.State


@pytest.fixture
def other(recovery: Recovery) -> Member:
    """A second clinician."""
    return cast.make_member(recovery.clinic, name="Olga Reyes")


def offered(recovery: Recovery, said: CheckIn, to: Member) -> tuple[Flag, dict[str, Any]]:
    """A flag that its owner has offered to `to`, and what every later act on it needs."""
    flag, first = raised(recovery, said), recovery.treatment.operator
    flags.acknowledge(flag=flag, member=first, seen_check_in_id=said.pk, now=NOW)
    flags.hand_over(flag=flag, member=first, to=to, seen_check_in_id=said.pk, now=NOW)
    return flag, {"flag": flag, "seen_check_in_id": said.pk, "now": NOW + timedelta(minutes=5)}


def test_it_stays_with_its_owner_until_the_other_accepts(
    recovery: Recovery, said: CheckIn, member: Member, other: Member
) -> None:
    flag, act = offered(recovery, said, other)
    flag.refresh_from_db()
    assert (flag.owner, flag.offered_to, flag.offered_at) == (member, other, NOW)
    flags.accept_hand_over(**act, member=other)
    flag.refresh_from_db()
    assert (flag.owner, flag.offered_to, flag.state) == (other, None, State.ACKNOWLEDGED)
    assert (flag.acknowledged_at, flag.comes_back_at) == (act["now"], act["now"] + timedelta(hours=4))
    assert verbs(flag) == ["opened", "acknowledged", "offered", "accepted"]
    assert AuditEntry.objects.filter(verb="flag_accepted", actor=other.user).exists()


def test_it_stays_where_it_was_when_the_other_declines(
    recovery: Recovery, said: CheckIn, member: Member, other: Member
) -> None:
    flag, act = offered(recovery, said, other)
    flags.decline_hand_over(flag=flag, member=other, now=NOW)
    flag.refresh_from_db()
    assert (flag.owner, flag.offered_to) == (member, None)
    with pytest.raises(flags.WrongState):
        flags.accept_hand_over(**act, member=other)


def test_it_can_be_accepted_by_nobody_else(recovery: Recovery, said: CheckIn, other: Member) -> None:
    flag, act = offered(recovery, said, other)
    third = cast.make_member(recovery.clinic, name="Thea Lund")
    with pytest.raises(flags.WrongState):
        flags.accept_hand_over(**act, member=third)
    with pytest.raises(flags.WrongState):
        flags.decline_hand_over(flag=flag, member=third, now=NOW)


def test_it_climbs_on_while_nobody_has_accepted(
    recovery: Recovery, said: CheckIn, member: Member, other: Member
) -> None:
    flag = raised(recovery, said)
    flags.hand_over(flag=flag, member=member, to=other, seen_check_in_id=said.pk, now=NOW)
    assert flags.escalate_due(now=NOW + timedelta(minutes=30)) == 1
    later = NOW + timedelta(minutes=31)
    flags.accept_hand_over(flag=flag, member=other, seen_check_in_id=said.pk, now=later)
    assert flags.escalate_due(now=NOW + timedelta(minutes=90)) == 0


@pytest.mark.parametrize("who", ["desk", "gone", "stranger", "owner"])
def test_it_is_offered_only_to_whom_can_take_it(
    recovery: Recovery, said: CheckIn, member: Member, who: str
) -> None:
    clinic = recovery.clinic
    to = {
        "desk": lambda: cast.make_member(clinic, Role.FRONT_DESK, "Finn Moss"),
        "gone": lambda: cast.make_member(clinic, name="Gone Long", is_active=False),
        "stranger": lambda: cast.make_member(cast.make_clinic("Linden"), name="Other One"),
        "owner": lambda: member,
    }[who]()
    flag = raised(recovery, said)
    flags.acknowledge(flag=flag, member=member, seen_check_in_id=said.pk, now=NOW)
    with pytest.raises(flags.WrongState):
        flags.hand_over(flag=flag, member=member, to=to, seen_check_in_id=said.pk, now=NOW)


def test_it_is_refused_to_whom_has_not_read_the_newest_entry(
    recovery: Recovery, said: CheckIn, other: Member
) -> None:
    flag, act = offered(recovery, said, other)
    cast.check_in(recovery, 7)
    with pytest.raises(flags.SomethingNewer):
        flags.accept_hand_over(**act, member=other)
    flag.refresh_from_db()
    assert flag.offered_to == other


def test_it_mails_the_other_and_takes_the_mail_back_when_it_is_settled(
    recovery: Recovery, said: CheckIn, other: Member
) -> None:
    _flag, act = offered(recovery, said, other)
    mail = Message.objects.get(kind=Message.Kind.HAND_OVER)
    assert (mail.to_email, mail.state) == (other.user.email, Message.State.PENDING)
    flags.accept_hand_over(**act, member=other)
    assert delivery.deliver_due(clock=lambda: act["now"]) == 0
    mail.refresh_from_db()
    assert (mail.state, mail.reason) == (Message.State.DROPPED, "offer over")
