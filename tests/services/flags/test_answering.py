"""Taking a flag, reaching the patient, closing: one winner, nothing unread, nothing half done."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from tests import cast
from tests.cast import NOW
from tests.services.faults import break_everywhere
from tests.services.flags.acts import raised, seen, verbs
from tests.services.racing import at_once
from tracker.healing.verdicts import Level
from tracker.models import AuditEntry, CheckIn, Flag, Member, Message, Recovery
from tracker.services import flags

pytestmark = pytest.mark.django_db

URGENT, REVIEW, WATCH = Level.URGENT, Level.REVIEW, Level.WATCH
Outcome, State = Flag.Outcome, Flag.State


def test_it_gives_the_flag_to_whoever_takes_it(recovery: Recovery, said: CheckIn, member: Member) -> None:
    flag = raised(recovery, said)
    flag = flags.acknowledge(flag=flag, member=member, seen_check_in_id=said.pk, now=NOW)
    assert (flag.state, flag.owner, flag.acknowledged_at, flag.next_step_at) == (
        State.ACKNOWLEDGED,
        member,
        NOW,
        None,
    )
    entry = AuditEntry.objects.get(verb="flag_acknowledged")
    assert (entry.actor, entry.subject) == (member.user, f"flag:{flag.pk}")


def test_it_sends_back_whoever_has_not_read_the_newest_entry(
    recovery: Recovery, said: CheckIn, member: Member
) -> None:
    flag = raised(recovery, said)
    cast.check_in(recovery, 7)
    act: dict[str, Any] = {"flag": flag, "member": member, "seen_check_in_id": said.pk, "now": NOW}
    with pytest.raises(flags.SomethingNewer):
        flags.acknowledge(**act)
    with pytest.raises(flags.SomethingNewer):
        flags.record_contact(**act, result="spoke")
    with pytest.raises(flags.SomethingNewer):
        flags.resolve(**act, outcome=Outcome.SETTLED)
    flag.refresh_from_db()
    assert (flag.state, verbs(flag)) == (State.OPEN, ["opened"])


def test_it_tells_the_second_member_who_was_first(recovery: Recovery, said: CheckIn, member: Member) -> None:
    flag, other = raised(recovery, said), cast.make_member(recovery.clinic, name="Olga Reyes")
    flags.acknowledge(flag=flag, member=member, seen_check_in_id=said.pk, now=NOW)
    flags.acknowledge(flag=flag, member=member, seen_check_in_id=said.pk, now=NOW)
    with pytest.raises(flags.AlreadyTaken) as refusal:
        flags.acknowledge(flag=flag, member=other, seen_check_in_id=said.pk, now=NOW)
    assert refusal.value.flag.owner == member
    assert verbs(flag) == ["opened", "acknowledged"]


@pytest.mark.django_db(transaction=True)
def test_it_lets_one_of_two_racing_members_win(recovery: Recovery, said: CheckIn) -> None:
    with transaction.atomic():
        flag = raised(recovery, said)
    people = [cast.make_member(recovery.clinic, name=f"Racer {n}") for n in "abcd"]
    found = at_once(
        *(
            lambda m=person: flags.acknowledge(flag=flag, member=m, seen_check_in_id=said.pk, now=NOW)
            for person in people
        )
    )
    assert sorted(type(f).__name__ for f in found) == ["AlreadyTaken"] * 3 + ["Flag"]
    assert verbs(flag) == ["opened", "acknowledged"]


def test_it_records_a_call_that_nobody_answered(recovery: Recovery, said: CheckIn, member: Member) -> None:
    flag = raised(recovery, said)
    attempt = flags.record_contact(
        flag=flag, member=member, result="no_answer", note="rang twice", seen_check_in_id=said.pk, now=NOW
    )
    flag.refresh_from_db()
    assert (attempt.result, attempt.note, attempt.by) == ("no_answer", "rang twice", member)
    assert (flag.state, flag.contacted_at, flag.owner) == (State.ACKNOWLEDGED, None, member)


def test_it_counts_as_contacted_once_the_patient_was_reached(
    recovery: Recovery, said: CheckIn, member: Member
) -> None:
    flag = raised(recovery, said)
    act: dict[str, Any] = {"flag": flag, "member": member, "seen_check_in_id": said.pk}
    flags.record_contact(**act, result="spoke", now=NOW)
    flags.record_contact(**act, result="no_answer", now=NOW + timedelta(hours=1))
    flag.refresh_from_db()
    assert (flag.state, flag.contacted_at) == (State.CONTACTED, NOW)


@pytest.mark.parametrize("outcome", [Outcome.SETTLED, Outcome.MISTAKE, Outcome.UNREACHABLE])
def test_it_closes_nothing_urgent_without_a_recorded_contact(
    recovery: Recovery, said: CheckIn, member: Member, outcome: str
) -> None:
    flag = raised(recovery, said)
    with pytest.raises(flags.ContactNeeded):
        flags.resolve(flag=flag, member=member, outcome=outcome, seen_check_in_id=said.pk, now=NOW)


@pytest.mark.parametrize(
    ("result", "outcome", "closes"),
    [
        ("spoke", Outcome.SETTLED, True),
        ("no_answer", Outcome.SETTLED, False),
        ("no_answer", Outcome.UNREACHABLE, True),
    ],
)
def test_it_closes_an_urgent_flag_by_what_the_contact_brought(
    recovery: Recovery, said: CheckIn, member: Member, result: str, outcome: str, closes: bool
) -> None:
    flag = raised(recovery, said)
    act: dict[str, Any] = {"flag": flag, "member": member, "seen_check_in_id": said.pk, "now": NOW}
    flags.record_contact(**act, result=result)
    if closes:
        assert flags.resolve(**act, outcome=outcome).state == State.RESOLVED
    else:
        with pytest.raises(flags.ContactNeeded):
            flags.resolve(**act, outcome=outcome)


def test_it_asks_for_a_new_contact_after_a_worse_day(
    recovery: Recovery, said: CheckIn, member: Member
) -> None:
    flag = raised(recovery, said, REVIEW)
    flags.record_contact(flag=flag, member=member, result="spoke", seen_check_in_id=said.pk, now=NOW)
    worse = cast.check_in(recovery, 7)
    later = NOW + timedelta(days=1)
    flag = raised(recovery, worse, now=later)
    with pytest.raises(flags.ContactNeeded):
        flags.resolve(flag=flag, member=member, outcome=Outcome.SETTLED, seen_check_in_id=worse.pk, now=later)


def test_it_closes_a_review_with_an_outcome_alone(recovery: Recovery, said: CheckIn, member: Member) -> None:
    flag = raised(recovery, said, REVIEW)
    act: dict[str, Any] = {"flag": flag, "member": member, "seen_check_in_id": said.pk, "now": NOW}
    flag = flags.resolve(**act, outcome=Outcome.ADVISED, note="cream stopped")
    assert (flag.state, flag.outcome, flag.outcome_note, flag.resolved_by, flag.owner) == (
        State.RESOLVED,
        "advised",
        "cream stopped",
        member,
        member,
    )
    with pytest.raises(flags.WrongState):
        flags.resolve(**act, outcome=Outcome.SETTLED)
    with pytest.raises(flags.WrongState):
        flags.record_contact(**act, result="spoke")


def test_it_keeps_free_text_out_of_the_audit(recovery: Recovery, said: CheckIn, member: Member) -> None:
    flag = raised(recovery, said, REVIEW)
    flags.resolve(
        flag=flag, member=member, outcome=Outcome.SEEN, note="SECRET", seen_check_in_id=said.pk, now=NOW
    )
    assert AuditEntry.objects.get(verb="flag_resolved").detail == {"outcome": "seen"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("act", "more"),
    [("acknowledge", {}), ("record_contact", {"result": "spoke"}), ("resolve", {"outcome": "seen"})],
)
def test_it_changes_all_or_nothing_wherever_an_answer_breaks(act: str, more: dict[str, Any]) -> None:
    flag = cast.make_flag(cast.make_recovery(), rank=2)
    member = flag.recovery.treatment.operator

    def answer() -> None:
        getattr(flags, act)(flag=flag, member=member, seen_check_in_id=seen(flag), now=NOW, **more)

    def unchanged() -> None:
        now = Flag.objects.get()
        assert (now.state, verbs(now), now.contact_attempts.count()) == (State.OPEN, ["opened"], 0)
        assert Message.objects.get().state == Message.State.PENDING
        assert not AuditEntry.objects.filter(verb__startswith="flag_").exists()

    assert break_everywhere(answer, unchanged) >= 4
    assert Flag.objects.get().state != State.OPEN
