"""What one did oneself a moment ago can be taken back; what happened since cannot."""

from datetime import timedelta
from typing import Any

import pytest

from tests import cast
from tests.cast import NOW
from tests.services.flags.acts import raised, verbs
from tracker.healing.verdicts import Level
from tracker.models import AuditEntry, CheckIn, Flag, Member, Message, Recovery
from tracker.services import closing, flags

pytestmark = pytest.mark.django_db

Outcome, State = Flag.Outcome, Flag.State
SOON = NOW + timedelta(minutes=5)


def stands(flag: Flag) -> dict[str, Any]:
    """The whole row, as it stands."""
    return dict(Flag.objects.values().get(pk=flag.pk))


@pytest.mark.parametrize(
    ("act", "more"),
    [
        ("acknowledge", {}),
        ("record_contact", {"result": "spoke", "note": "SECRET"}),
        ("record_contact", {"result": "no_answer"}),
        ("resolve", {"outcome": Outcome.ADVISED, "note": "SECRET", "disagreed": "known"}),
        ("snooze", {"until": NOW + timedelta(hours=3), "reason": "SECRET"}),
    ],
)
def test_it_puts_everything_back(
    recovery: Recovery, said: CheckIn, member: Member, act: str, more: dict[str, Any]
) -> None:
    flag = raised(recovery, said, Level.REVIEW)
    before = stands(flag)
    getattr(flags, act)(flag=flag, member=member, seen_check_in_id=said.pk, now=NOW, **more)
    assert stands(flag) != before
    flags.undo(flag=flag, member=member, now=SOON)
    assert stands(flag) == before
    assert verbs(flag)[-1] == "undone"
    assert AuditEntry.objects.get(verb="flag_undone").detail == {"what": verbs(flag)[-2]}
    assert not AuditEntry.objects.filter(detail__icontains="SECRET").exists()


def test_it_sends_the_alert_that_the_answer_had_stopped(
    recovery: Recovery, said: CheckIn, member: Member
) -> None:
    flag = raised(recovery, said)
    flags.acknowledge(flag=flag, member=member, seen_check_in_id=said.pk, now=NOW)
    assert Message.objects.get().state == Message.State.DROPPED
    flags.undo(flag=flag, member=member, now=SOON)
    assert Message.objects.get().state == Message.State.PENDING
    assert flags.escalate_due(now=NOW + timedelta(minutes=30)) == 1


def test_it_sends_no_mail_twice_that_was_accepted_before(
    recovery: Recovery, said: CheckIn, member: Member
) -> None:
    flag = raised(recovery, said)
    Message.objects.update(state=Message.State.SENT, sent_at=NOW)
    flags.acknowledge(flag=flag, member=member, seen_check_in_id=said.pk, now=NOW)
    flags.undo(flag=flag, member=member, now=SOON)
    assert Message.objects.get().state == Message.State.SENT


def test_it_takes_a_contact_and_its_closing_back_together(
    recovery: Recovery, said: CheckIn, member: Member
) -> None:
    flag = raised(recovery, said)
    before = stands(flag)
    act: dict[str, Any] = {"flag": flag, "member": member, "seen_check_in_id": said.pk}
    closing.contact_and_close(**act, result="spoke", outcome=Outcome.SETTLED, now=NOW)
    flags.undo(flag=flag, member=member, now=SOON)
    assert stands(flag) == before


def test_it_keeps_a_contact_that_was_taken_back_and_counts_it_no_more(
    recovery: Recovery, said: CheckIn, member: Member
) -> None:
    flag = raised(recovery, said)
    act: dict[str, Any] = {"flag": flag, "member": member, "seen_check_in_id": said.pk}
    flags.record_contact(**act, result="spoke", now=NOW)
    flags.undo(flag=flag, member=member, now=SOON)
    assert flag.contact_attempts.get().undone_at == SOON
    with pytest.raises(flags.ContactNeeded):
        flags.resolve(**act, outcome=Outcome.SETTLED, now=SOON)


def test_it_is_offered_for_ten_minutes_to_whom_did_it(
    recovery: Recovery, said: CheckIn, member: Member
) -> None:
    flag, other = raised(recovery, said), cast.make_member(recovery.clinic, name="Olga Reyes")
    flags.acknowledge(flag=flag, member=member, seen_check_in_id=said.pk, now=NOW)
    last = NOW + timedelta(minutes=10)
    assert flags.undoable(flag=flag, member=member, now=last) is not None
    for who, when in ((member, last + timedelta(seconds=1)), (other, SOON)):
        assert flags.undoable(flag=flag, member=who, now=when) is None
        with pytest.raises(flags.WrongState):
            flags.undo(flag=flag, member=who, now=when)
    assert flags.undo(flag=flag, member=member, now=last).state == State.OPEN
    with pytest.raises(flags.WrongState):
        flags.undo(flag=flag, member=member, now=last)


def test_it_takes_nothing_back_after_something_newer(
    recovery: Recovery, said: CheckIn, member: Member
) -> None:
    flag = raised(recovery, said, Level.REVIEW)
    flags.acknowledge(flag=flag, member=member, seen_check_in_id=said.pk, now=NOW)
    raised(recovery, cast.check_in(recovery, 7), Level.REVIEW, now=SOON)
    with pytest.raises(flags.WrongState):
        flags.undo(flag=flag, member=member, now=SOON)


def test_it_opens_nothing_beside_a_successor(recovery: Recovery, said: CheckIn, member: Member) -> None:
    flag = raised(recovery, said, Level.REVIEW)
    flags.resolve(flag=flag, member=member, outcome=Outcome.SETTLED, seen_check_in_id=said.pk, now=NOW)
    raised(recovery, cast.check_in(recovery, 7), Level.URGENT, now=SOON)
    with pytest.raises(flags.WrongState):
        flags.undo(flag=flag, member=member, now=SOON)
