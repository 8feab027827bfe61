"""A correction makes no flag vanish: it shows both, and waits for a person."""

import pytest

from tests import cast
from tests.cast import CALM, PUS
from tests.services.flags.acts import verbs
from tracker.models import CheckIn, Flag, Recovery
from tracker.services import assessing

pytestmark = pytest.mark.django_db


def judged(check_in: CheckIn) -> CheckIn:
    """The check-in once the job has judged it."""
    assessing.assess_check_in(check_in_id=check_in.pk, now=check_in.recorded_at)
    return check_in


def test_it_stays_urgent_and_shows_both_values(recovery: Recovery) -> None:
    first = judged(cast.check_in(recovery, 5, PUS))
    flag = recovery.flags.get()
    mended = judged(cast.check_in(recovery, 5, CALM, amends=first.pk))
    flag.refresh_from_db()
    assert (flag.state, flag.rank, flag.reasons[0]["code"]) == (Flag.State.OPEN, 3, "sign.pus")
    told = flag.events.get(verb="amended")
    assert (told.check_in, told.detail["amended"]) == (mended, first.pk)
    assert told.detail["changed"] == {
        "warmth": [2, 0],
        "discharge_colour": ["yellow", "none"],
        "discharge_texture": ["thick", ""],
    }


def test_it_follows_a_correction_of_a_correction(recovery: Recovery) -> None:
    first = cast.check_in(recovery, 5, PUS)
    second = cast.check_in(recovery, 5, CALM, amends=first.pk)
    cast.check_in(recovery, 5, CALM | {"temperature_c": 38.5}, amends=second.pk)
    told = recovery.flags.get(cause="infection").events.filter(verb="amended")
    assert [event.detail["changed"].get("temperature_c") for event in told] == [None, [None, 38.5]]


def test_it_does_not_close_by_itself_what_was_corrected(recovery: Recovery) -> None:
    unsure = CALM | {"unwell": "unsure"}
    first = judged(cast.check_in(recovery, 3, unsure))
    flag = recovery.flags.get()
    assert flag.rank == 1
    judged(cast.check_in(recovery, 3, CALM, amends=first.pk))
    for day in (4, 5, 6):
        judged(cast.check_in(recovery, day))
    flag.refresh_from_db()
    assert flag.state == Flag.State.OPEN
    assert "amended" in verbs(flag)


def test_it_says_nothing_about_corrections_of_other_days(recovery: Recovery) -> None:
    calm = cast.check_in(recovery, 4)
    cast.check_in(recovery, 5, PUS)
    cast.check_in(recovery, 4, CALM | {"pain": 1}, amends=calm.pk, now=cast.at_noon(recovery, 5))
    assert "amended" not in verbs(recovery.flags.get())
