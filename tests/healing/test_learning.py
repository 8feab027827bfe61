"""A clinic-learned course: believed as far as its numbers reach, and never a reason to look later."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.healing.courses import FACE, course
from tracker.healing import infection, learning
from tracker.healing.learning import Recovered, learned_course, setting, weight
from tracker.healing.symptoms import SYMPTOMS
from tracker.healing.timelines import LAST_DAY, as_learned, changed, reference, timeline
from tracker.healing.treatments import Area, Facts

DEEP = Facts(device="roller", areas=(Area("neck", 2.25),), skin_type=3)


def recovered(score: int, facts: Facts = FACE) -> Recovered:
    """The same score for every symptom on every day."""
    return Recovered(facts, {s: dict.fromkeys(range(LAST_DAY + 1), score) for s in SYMPTOMS})


def drawn(courses: int, seed: int = 1) -> list[Recovered]:
    """Recoveries whose answers are as random as a clinic's."""
    chance = random.Random(seed)
    return [
        Recovered(FACE, {s: {d: chance.choice((0, 0, 0, 1, 1, 2)) for d in range(15)} for s in SYMPTOMS})
        for _ in range(courses)
    ]


def row(lesson: learning.Lesson, symptom: str, day: int) -> tuple[float, ...]:
    return dict(lesson.course)[symptom][day]


def test_it_learns_nothing_from_fewer_recoveries_than_the_evidence_asks_for() -> None:
    few = learned_course([recovered(1)] * 19)
    assert (few.courses, few.course, few.tails) == (19, (), False)
    assert learned_course([recovered(1)] * 20).course


def test_it_is_a_fifth_the_clinics_own_after_31_recoveries() -> None:
    assert round(weight(31), 2) == 0.20
    assert weight(0) == 0
    assert weight(125) == 0.5


def test_it_moves_the_published_course_by_exactly_that_share() -> None:
    published, lesson = reference("redness")[0], learned_course([recovered(0)] * 31)
    typical, p90, p97_5, share = row(lesson, "redness", 0)
    assert typical == pytest.approx(published[0] * (1 - weight(31)), abs=0.01)
    assert share == pytest.approx(published[3] * (1 - weight(31)), abs=0.01)
    assert p90 < published[1]
    assert p97_5 == published[2]


def test_it_leaves_the_tail_published_until_enough_recoveries_stand_behind_it() -> None:
    below, above = learned_course([recovered(0)] * 199), learned_course([recovered(0)] * 200)
    assert not below.tails
    assert above.tails
    for day in range(LAST_DAY + 1):
        assert row(below, "pain", day)[2] == reference("pain")[day][2]
        assert row(above, "pain", day)[2] <= reference("pain")[day][2]
    assert row(above, "pain", 0)[2] < reference("pain")[0][2]


def test_it_believes_a_day_only_as_far_as_that_day_was_answered() -> None:
    early = replace(recovered(0), scores={"warmth": {0: 0, 1: 0}})
    lesson = learned_course([early] * 40)
    assert lesson.counts["warmth"][:3] == (40, 40, 0)
    assert row(lesson, "warmth", 2) == reference("warmth")[2]
    assert row(lesson, "warmth", 1) != reference("warmth")[1]
    assert set(lesson.counts["pain"]) == {0}


def test_it_takes_out_what_the_treatment_explains() -> None:
    """Deep needling answered exactly as expected there must leave the reference case nearly alone."""
    change = timeline(DEEP).shown["redness"][0]
    scores = {d: round(changed("redness", d, change)[0]) for d in range(15)}
    as_expected = learned_course([Recovered(DEEP, {"redness": scores})] * 60)
    unexplained = learned_course([Recovered(FACE, {"redness": scores})] * 60)

    def moved(lesson: learning.Lesson) -> float:
        return sum(abs(row(lesson, "redness", d)[0] - reference("redness")[d][0]) for d in range(10))

    assert change.stretch > 1
    assert moved(as_expected) < 0.6 * moved(unexplained)


def test_it_leaves_out_a_treatment_that_hardly_shows_the_symptom() -> None:
    shallow = Facts(device="pen", areas=(Area("face", 0.4),), skin_type=3)
    assert timeline(shallow).shown["bruising"][0].mult < setting("least_height")
    assert set(learned_course([recovered(1, shallow)] * 30).counts["bruising"]) == {0}


def test_it_counts_a_person_once_a_day_however_the_days_are_stretched() -> None:
    lesson = learned_course([recovered(1, DEEP)] * 25)
    assert max(max(each) for each in lesson.counts.values()) == 25


def test_it_does_not_depend_on_the_order_of_recoveries() -> None:
    courses = drawn(40)
    assert learned_course(courses) == learned_course(courses[::-1])


@settings(max_examples=12, deadline=None)
@given(st.sampled_from([20, 60, 210]), st.integers(0, 4), st.integers(0, 99))
def test_it_never_raises_a_threshold_however_bad_the_clinics_courses_were(
    count: int, score: int, seed: int
) -> None:
    lesson = learned_course([*drawn(count, seed), *[recovered(score)] * count])
    for facts in (FACE, DEEP, replace(FACE, skin_type=6)):
        own, published = timeline(facts, lesson.course), timeline(facts)
        for symptom in SYMPTOMS:
            for day in range(20):
                assert own.threshold(symptom, day) <= published.threshold(symptom, day)
                at = own.at(symptom, day)
                assert 0 <= at.typical <= at.p90 <= at.p97_5 <= 4
                assert 0 <= at.share_any <= 1


def test_it_shows_the_clinics_own_course_on_the_timeline() -> None:
    lesson = learned_course([recovered(0)] * 125)
    assert timeline(FACE, lesson.course).at("redness", 0).typical < timeline(FACE).at("redness", 0).typical
    assert timeline(FACE, lesson.course) is timeline(FACE, lesson.course)
    assert timeline(FACE, ()) is timeline(FACE, ())


def test_it_can_make_the_detector_look_sooner() -> None:
    lesson = learned_course([recovered(0)] * 600)
    turning = course("1000", "1000", "1000", "1010", "1020", "1020")
    usual = infection.judge(FACE, turning, "rules-1")
    sooner = infection.judge(FACE, turning, "rules-1", learned=lesson.course)
    assert sooner.level.rank >= usual.level.rank
    assert timeline(FACE, lesson.course).threshold("swelling", 3) < timeline(FACE).threshold("swelling", 3)


def test_it_is_kept_and_read_back_unchanged() -> None:
    lesson = learned_course(drawn(33))
    assert as_learned(learning.as_kept(lesson.course)) == lesson.course
    assert as_learned({}) == ()
