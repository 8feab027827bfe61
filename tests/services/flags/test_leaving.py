"""Nobody's flag stays with somebody who has left."""

from typing import Any

import pytest
from django.test import Client

from tests import cast
from tests.cast import NOW
from tests.services.flags.acts import minutes, raised, verbs
from tracker.healing.verdicts import Level
from tracker.models import CheckIn, Flag, Member, Message, Recovery, Role, User
from tracker.services import flags

pytestmark = pytest.mark.django_db


def taken(recovery: Recovery, said: CheckIn, member: Member, level: Level = Level.URGENT) -> Flag:
    """A flag that `member` has."""
    flag = raised(recovery, said, level)
    return flags.acknowledge(flag=flag, member=member, seen_check_in_id=said.pk, now=NOW)


def test_a_leavers_urgent_flag_is_open_again_and_the_deputy_is_told_at_once(
    recovery: Recovery, said: CheckIn, member: Member
) -> None:
    flag = taken(recovery, said, member)
    colleague = cast.make_member(recovery.clinic, Role.OWNER, "Dr Dunn")
    assert flags.pass_on_due(now=NOW) == 0
    Member.objects.filter(pk=member.pk).update(is_active=False)
    assert flags.pass_on_due(now=NOW) == 1
    flag.refresh_from_db()
    assert (flag.state, flag.owner, flag.comes_back_at) == (Flag.State.OPEN, None, None)
    assert minutes(flag) == [(0, "operator"), (0, "deputy")]
    assert Message.objects.filter(to_user=colleague.user, flag=flag).exists()
    assert verbs(flag) == ["opened", "acknowledged", "passed_on"]
    assert flags.pass_on_due(now=NOW) == 0


def test_a_review_is_told_at_the_next_sweep_and_a_watched_one_is_open(
    recovery: Recovery, said: CheckIn, member: Member
) -> None:
    review = taken(recovery, said, member, Level.REVIEW)
    Member.objects.filter(pk=member.pk).update(role=Role.READ_ONLY)
    assert flags.pass_on_due(now=NOW) == 1
    assert flags.escalate_due(now=NOW) == 1
    review.refresh_from_db()
    assert (review.state, minutes(review)) == (Flag.State.OPEN, [(0, "deputy")])


def test_the_patients_own_clinician_is_told_where_a_colleague_left(
    recovery: Recovery, said: CheckIn, member: Member
) -> None:
    colleague = cast.make_member(recovery.clinic, Role.OWNER, "Dr Dunn")
    flag = taken(recovery, said, colleague)
    User.objects.filter(pk=colleague.user_id).update(is_active=False)
    flags.pass_on_due(now=NOW)
    assert minutes(flag)[-1] == (0, "operator")
    assert Message.objects.filter(to_user=member.user, flag=flag).exclude(state="dropped").exists()


def test_it_happens_the_moment_somebody_is_made_inactive(
    recovery: Recovery, said: CheckIn, member: Member, client: Client, time_machine: Any
) -> None:
    time_machine.move_to(NOW, tick=False)
    flag = taken(recovery, said, member)
    client.force_login(User.objects.create_superuser("root@aftercare.example", cast.PASSWORD))
    form = {"user": member.user_id, "clinic": member.clinic_id, "role": member.role, "name": member.name}
    page = f"/admin/tracker/member/{member.pk}/change/"
    assert client.post(page, form).status_code == 302
    flag.refresh_from_db()
    assert flag.state == Flag.State.OPEN
