"""Reaching the patient and closing the flag in one act."""

from typing import Any

import pytest

from tests import cast
from tests.views import desk
from tracker.models import ContactAttempt, Flag, FlagEvent, Member, Role
from tracker.services import closing, flags

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> Member:
    """A clinician."""
    return desk.team(cast.make_clinic())[Role.CLINICIAN]


@pytest.fixture
def flag(member: Member) -> Flag:
    """An open urgent flag."""
    return desk.flagged(member.clinic)


def act(flag: Flag, member: Member, **said: Any) -> Flag:
    seen = desk.seen(flag)["seen"]
    defaults: dict[str, Any] = {"result": "spoke", "outcome": "advised", "seen_check_in_id": seen}
    return closing.contact_and_close(flag=flag, member=member, now=cast.NOW, **defaults | said)


def test_it_keeps_the_contact_and_closes_the_flag_at_the_same_moment(flag: Flag, member: Member) -> None:
    closed = act(flag, member, note="Will send a picture")
    assert (closed.state, closed.outcome, closed.resolved_by) == (Flag.State.RESOLVED, "advised", member)
    attempt = ContactAttempt.objects.get()
    assert (attempt.note, attempt.at) == ("Will send a picture", closed.resolved_at)
    verbs = FlagEvent.objects.filter(flag=flag).values_list("verb", flat=True)
    assert list(verbs)[-2:] == ["contact", "resolved"]


def test_a_refused_closing_keeps_no_contact_either(flag: Flag, member: Member) -> None:
    before = FlagEvent.objects.count()
    with pytest.raises(flags.ContactNeeded):
        act(flag, member, result="no_answer", outcome="settled")
    assert not ContactAttempt.objects.exists()
    assert FlagEvent.objects.count() == before
    assert desk.state_of(flag) == Flag.State.OPEN


def test_it_closes_as_unreachable_after_a_try(flag: Flag, member: Member) -> None:
    assert act(flag, member, result="no_answer", outcome="unreachable").state == Flag.State.RESOLVED


def test_it_is_refused_when_the_patient_has_written_since(flag: Flag, member: Member) -> None:
    stale = desk.seen(flag)["seen"]
    desk.later_entry(flag.recovery)
    with pytest.raises(flags.SomethingNewer):
        act(flag, member, seen_check_in_id=stale)
    assert not ContactAttempt.objects.exists()


def test_it_keeps_why_the_flag_should_not_have_been_raised(flag: Flag, member: Member) -> None:
    assert act(flag, member, outcome="settled", disagreed="known").disagreed == "known"
