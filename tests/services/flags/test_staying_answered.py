"""What a person has answered stays answered until something is worse."""

import pytest

from tests import cast
from tests.cast import CALM, PUS
from tracker.healing.symptoms import CARDINAL
from tracker.healing.verdicts import Cause, Level, Reason, Verdict
from tracker.models import CheckIn, Flag, Recovery
from tracker.services import flags

pytestmark = pytest.mark.django_db

SORE = CALM | dict.fromkeys(CARDINAL, 2)
REMEMBERS = Verdict(
    Level.REVIEW, Cause.INFECTION, 0.1, "model-2", reasons=(Reason("rise.warmth", "warmth rose"),)
)


@pytest.fixture
def answered() -> Flag:
    """Raised by statistics on day 5, resolved by a person that afternoon."""
    recovery = cast.make_recovery()
    kept = cast.check_in(recovery, 5, SORE)
    flag = raised(recovery, kept)
    member = recovery.treatment.operator
    now = cast.at_noon(recovery, 5).replace(hour=15)
    return flags.resolve(flag=flag, member=member, outcome="treated", seen_check_in_id=kept.pk, now=now)


def raised(recovery: Recovery, check_in: CheckIn, verdict: Verdict = REMEMBERS) -> Flag:
    return flags.raise_flag(recovery=recovery, check_in=check_in, verdict=verdict, now=check_in.recorded_at)


def later(flag: Flag, answers: dict[str, object], verdict: Verdict = REMEMBERS) -> Flag:
    return raised(flag.recovery, cast.check_in(flag.recovery, 6, answers), verdict)


def test_it_opens_nothing_while_nothing_is_worse(answered: Flag) -> None:
    assert later(answered, SORE | {"warmth": 1}) == answered
    assert not answered.recovery.flags.open().exists()


def test_it_opens_again_when_one_symptom_has_risen(answered: Flag) -> None:
    assert later(answered, SORE | {"pain": 3}) != answered


def test_it_opens_again_when_a_symptom_is_not_told(answered: Flag) -> None:
    assert later(answered, SORE | {"pain": None}) != answered


def test_it_opens_again_for_a_higher_level(answered: Flag) -> None:
    urgent = Verdict(Level.URGENT, Cause.INFECTION, 0.6, "model-2")
    assert later(answered, SORE, urgent) != answered


def test_it_opens_again_for_a_hard_sign_whatever_was_answered(answered: Flag) -> None:
    cast.check_in(answered.recovery, 6, SORE | {"discharge_colour": "yellow", "discharge_texture": "thick"})
    assert answered.recovery.flags.open().filter(rank=3).exists()


def test_it_opens_again_after_an_answer_by_mistake(answered: Flag) -> None:
    Flag.objects.filter(pk=answered.pk).update(outcome=Flag.Outcome.MISTAKE)
    assert later(answered, CALM) != answered


def test_it_asks_anew_for_every_hard_sign_of_a_resolved_urgent_flag() -> None:
    recovery = cast.make_recovery()
    flag = cast.make_flag(recovery)
    member, newest = recovery.treatment.operator, flag.newest_check_in_id
    now = cast.at_noon(recovery, 5).replace(hour=15)
    flags.record_contact(flag=flag, member=member, result="spoke", seen_check_in_id=newest, now=now)
    flags.resolve(flag=flag, member=member, outcome="treated", seen_check_in_id=newest, now=now)
    cast.check_in(recovery, 6, PUS)
    assert recovery.flags.open().get().is_urgent
