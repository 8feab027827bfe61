import pytest

from tracker.healing.milestones import FADING, GONE, milestones
from tracker.healing.symptoms import SYMPTOMS
from tracker.healing.timelines import LAST_DAY, Timeline, timeline
from tracker.healing.treatments import Area, Facts

USUAL = timeline(Facts(device="pen", areas=(Area("face", 1.25),), skin_type=3))
DEEP = timeline(Facts(device="pen", areas=(Area("face", 2.5),), skin_type=3))


def test_it_dates_the_fading_by_the_timelines_own_medians() -> None:
    day = next(
        m.day for m in milestones(USUAL) if m.template == FADING and "redness or darker colour" in m.symptoms
    )
    peak = max(USUAL.at("redness", d).typical for d in range(LAST_DAY + 1))
    assert USUAL.at("redness", day).typical <= peak / 2 < USUAL.at("redness", day - 1).typical


def test_it_says_gone_only_where_most_people_are_without_it() -> None:
    for milestone in milestones(USUAL):
        if milestone.template == GONE and "swelling" in milestone.symptoms:
            assert USUAL.at("swelling", milestone.day).share_any < 0.5


def test_it_goes_forward_in_time_and_never_past_the_tables() -> None:
    days = [milestone.day for milestone in milestones(DEEP)]
    assert days == sorted(days)
    assert days
    assert max(days) <= LAST_DAY


def test_a_deeper_treatment_takes_longer() -> None:
    assert max(m.day for m in milestones(DEEP)) >= max(m.day for m in milestones(USUAL))


@pytest.mark.parametrize("course", [USUAL, DEEP], ids=["usual", "deep"])
def test_it_names_each_symptom_at_most_once_per_sentence(course: Timeline) -> None:
    for template in (FADING, GONE):
        named = [s for m in milestones(course) if m.template == template for s in m.symptoms]
        assert len(named) == len(set(named)) <= len(SYMPTOMS)
