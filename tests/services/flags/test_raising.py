"""Opened once per cause, joined by milder days, raised by worse ones."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests import cast
from tests.cast import CALM, NOW, PUS
from tests.services.flags.acts import raised, seen, verbs, verdict
from tracker.healing.verdicts import Cause, Level
from tracker.models import CheckIn, Flag, Member, Message, Recovery
from tracker.services import flags

pytestmark = pytest.mark.django_db

URGENT, REVIEW, WATCH = Level.URGENT, Level.REVIEW, Level.WATCH
Outcome, State = Flag.Outcome, Flag.State


def test_it_opens_a_flag_with_its_grounds_and_a_promise(recovery: Recovery, said: CheckIn) -> None:
    flag = raised(recovery, said)
    assert (flag.rank, flag.state, flag.edition, flag.newest_check_in) == (3, State.OPEN, "rules-1", said)
    assert flag.reasons == [verdict().reasons[0].as_dict()]
    assert flag.promised_by == NOW + timedelta(minutes=60)
    assert verbs(flag) == ["opened"]


def test_it_promises_a_review_within_opening_hours(recovery: Recovery, said: CheckIn) -> None:
    flag = raised(recovery, said, REVIEW, now=datetime(2026, 3, 13, 17, 0, tzinfo=UTC))
    assert flag.promised_by == datetime(2026, 3, 16, 16, 0, tzinfo=UTC)


def test_it_adds_a_second_day_to_the_open_flag(recovery: Recovery, said: CheckIn) -> None:
    first = raised(recovery, said)
    later = cast.check_in(recovery, 7)
    second = raised(recovery, later, code="sign.fever", now=NOW + timedelta(days=1))
    assert second == first
    assert second.newest_check_in == later
    assert second.reasons[0]["code"] == "sign.fever"
    assert verbs(first) == ["opened", "evidence"]
    assert Message.objects.count() == 1


def test_it_keeps_stronger_grounds_readable_on_a_milder_day(recovery: Recovery, said: CheckIn) -> None:
    raised(recovery, said)
    later = cast.check_in(recovery, 7)
    flag = raised(recovery, later, WATCH, code="thin")
    assert (flag.rank, flag.newest_check_in, flag.reasons[0]["code"]) == (3, later, "sign.pus")


def test_it_notes_an_older_check_in_judged_late_without_showing_it(recovery: Recovery) -> None:
    older, newer = cast.check_in(recovery, 5), cast.check_in(recovery, 6)
    raised(recovery, newer)
    flag = raised(recovery, older, code="sign.fever")
    assert (flag.newest_check_in, flag.reasons[0]["code"]) == (newer, "sign.pus")
    assert verbs(flag) == ["opened", "evidence"]


def test_it_says_the_same_thing_twice_without_a_trace(recovery: Recovery, said: CheckIn) -> None:
    raised(recovery, said)
    flag = raised(recovery, said)
    assert verbs(flag) == ["opened"]


def test_it_opens_one_flag_per_cause(recovery: Recovery, said: CheckIn) -> None:
    causes = (Cause.INFECTION, Cause.COLD_SORE, Cause.INFECTION)
    found = {raised(recovery, said, cause=cause).pk for cause in causes}
    assert len(found) == 2


def test_it_promises_one_open_flag_per_cause_in_the_database(recovery: Recovery, said: CheckIn) -> None:
    flag = raised(recovery, said)
    flag.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        flag.save()


def test_it_raises_a_flag_and_starts_the_climb_anew(
    recovery: Recovery, said: CheckIn, member: Member
) -> None:
    flag = raised(recovery, said, REVIEW)
    flags.escalate_due(now=flag.promised_by)
    flag = flags.acknowledge(flag=flag, member=member, seen_check_in_id=seen(flag), now=NOW)
    worse = NOW + timedelta(days=1)
    flag = raised(recovery, cast.check_in(recovery, 7), now=worse)
    assert (flag.rank, flag.state, flag.raised_at, flag.owner) == (3, State.OPEN, worse, member)
    assert (flag.next_step, flag.next_step_at) == (1, worse + timedelta(minutes=30))
    assert flag.steps.last().to == "operator"  # type: ignore[union-attr]
    assert verbs(flag)[-1] == "raised"


def test_it_never_moves_a_promise_back(recovery: Recovery, said: CheckIn) -> None:
    flag = raised(recovery, said, REVIEW, now=NOW)
    promised = flag.promised_by
    late = promised - timedelta(minutes=5)
    assert raised(recovery, cast.check_in(recovery, 7), now=late).promised_by == promised


def test_it_opens_a_new_flag_after_the_old_one_was_resolved(
    recovery: Recovery, said: CheckIn, member: Member
) -> None:
    old = raised(recovery, said, REVIEW)
    flags.resolve(flag=old, member=member, outcome=Outcome.SETTLED, seen_check_in_id=seen(old), now=NOW)
    again = cast.check_in(recovery, 7, CALM | {"warmth": 3})
    assert raised(recovery, again, REVIEW, now=NOW + timedelta(days=1)).pk != old.pk


def test_it_takes_no_flag_that_closed_by_itself_for_an_answer(recovery: Recovery, said: CheckIn) -> None:
    old = raised(recovery, said, WATCH)
    later = NOW + timedelta(days=2)
    Flag.objects.filter(pk=old.pk).update(state=State.RESOLVED, outcome="settled", resolved_at=later)
    assert raised(recovery, said, WATCH, now=later).pk != old.pk


def test_it_opens_again_when_what_was_answered_turns_out_worse(
    recovery: Recovery, said: CheckIn, member: Member
) -> None:
    old = raised(recovery, said, REVIEW)
    later = NOW + timedelta(minutes=5)
    flags.resolve(flag=old, member=member, outcome=Outcome.SETTLED, seen_check_in_id=seen(old), now=later)
    assert raised(recovery, said, REVIEW, now=later).pk == old.pk
    assert raised(recovery, said, URGENT, now=later).pk != old.pk


def test_it_flags_the_same_way_through_a_check_in(recovery: Recovery) -> None:
    flag = cast.make_flag(recovery, day=6)
    assert flag.reasons[0]["code"] == "sign.pus"
    assert flag.recovery.check_ins.get().discharge_colour == PUS["discharge_colour"]
