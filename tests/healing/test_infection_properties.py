"""What must hold for any course whatever."""

import random
from dataclasses import replace
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.healing.courses import FACE
from tracker.healing import infection
from tracker.healing.symptoms import SIGNS, SYMPTOMS, Answer, Discharge, Report
from tracker.healing.treatments import AREAS, DEVICES, Area, Facts

judge = partial(infection.judge, edition="rules-1")

scores = st.fixed_dictionaries({name: st.sampled_from([None, 0, 0, 1, 2, 3, 4]) for name in SYMPTOMS})
answers = st.sampled_from([None, Answer.NO, Answer.NO, Answer.NO, Answer.UNSURE, Answer.YES])
signs = st.fixed_dictionaries(dict.fromkeys(SIGNS, answers))
reports = st.builds(
    Report,
    day=st.integers(0, 16),
    scores=scores,
    signs=signs,
    discharge=st.sampled_from([None, Discharge.NONE, Discharge.NONE, *Discharge]),
    temperature_c=st.sampled_from([None, 36.5, 37.9, 38.0, 39.1]),
    late=st.booleans(),
    order=st.integers(0, 3),
)
calm_signs = st.fixed_dictionaries({name: st.sampled_from([None, Answer.NO]) for name in SIGNS})
calm = st.builds(Report, day=st.integers(0, 16), scores=scores, signs=calm_signs, order=st.integers(0, 3))
courses = st.one_of(st.lists(reports, min_size=1, max_size=8), st.lists(calm, min_size=1, max_size=8))
facts = st.builds(
    Facts,
    device=st.sampled_from([None, *DEVICES]),
    areas=st.sampled_from([(), *((Area(name, 1.25),) for name in AREAS)]),
    skin_type=st.sampled_from([None, 1, 3, 4, 5, 6]),
    immunosuppressed=st.sampled_from([None, True, False]),
)


def newest(course: list[Report]) -> Report:
    return max(course, key=lambda r: (r.day, r.order))


def changed(course: list[Report], **fields: object) -> list[Report]:
    """`course` with `fields` of its newest report changed."""
    last = newest(course)
    return [replace(r, **fields) if r is last else r for r in course]  # type: ignore[arg-type]


def worse_by(course: list[Report], symptom: str) -> list[Report]:
    last = newest(course)
    raised = min(4, (last.score(symptom) or 0) + 1)
    return changed(course, scores={**last.scores, symptom: raised})


@given(facts, courses, st.sampled_from(["spreading", "red_streaks", "blisters", "eye_symptoms", "unwell"]))
def test_it_never_lowers_the_level_for_one_more_hard_sign(f: Facts, course: list[Report], sign: str) -> None:
    after = judge(f, changed(course, signs={**newest(course).signs, sign: Answer.YES}))
    assert after.level.rank >= judge(f, course).level.rank
    assert after.floor
    assert infection.hard_level(after.reasons).rank == after.level.rank


@settings(max_examples=300)
@given(facts, courses, st.sampled_from(["pain", "warmth", "swelling", "redness", "itching"]))
def test_it_never_lowers_the_level_for_a_stronger_symptom(
    f: Facts, course: list[Report], symptom: str
) -> None:
    if newest(course).score(symptom) is None:
        course = changed(course, scores={**newest(course).scores, symptom: 0})
    before = judge(f, course)
    assert judge(f, worse_by(course, symptom)).level.rank >= before.level.rank


@given(facts, courses, st.randoms(use_true_random=False))
def test_it_does_not_care_in_which_order_reports_arrive(
    f: Facts, course: list[Report], dice: random.Random
) -> None:
    shuffled = [*course]
    dice.shuffle(shuffled)
    assert judge(f, shuffled) == judge(f, course)


@given(facts, courses, st.sampled_from(SIGNS))
def test_it_never_takes_an_unanswered_sign_for_a_no(f: Facts, course: list[Report], sign: str) -> None:
    no = judge(f, changed(course, signs={**newest(course).signs, sign: Answer.NO}))
    silent = judge(f, changed(course, signs={**newest(course).signs, sign: None}))
    assert silent.level.rank >= no.level.rank
    assert silent.probability >= no.probability


@given(facts, courses, st.sampled_from(["redness", "warmth", "swelling", "pain"]))
def test_it_never_takes_an_unanswered_symptom_for_none(f: Facts, course: list[Report], symptom: str) -> None:
    none = judge(f, changed(course, scores={**newest(course).scores, symptom: 0}))
    silent = judge(f, changed(course, scores={**newest(course).scores, symptom: None}))
    assert silent.level.rank >= none.level.rank


@given(facts, courses, st.sampled_from([4, 5, 6]))
def test_it_never_looks_later_because_of_dark_skin(f: Facts, course: list[Report], skin: int) -> None:
    third = judge(replace(f, skin_type=3), course)
    dark = judge(replace(f, skin_type=skin), course)
    assert dark.level.rank >= third.level.rank
    assert dark.probability >= third.probability or dark.cause is not third.cause


@given(facts, courses, st.sampled_from(["flaking", "tightness", "dryness", "bruising", "bleeding"]))
def test_it_gives_no_level_to_symptoms_that_cannot_speak(f: Facts, course: list[Report], name: str) -> None:
    louder = changed(course, scores={**newest(course).scores, name: 4})
    assert judge(f, louder).level is judge(f, course).level


@given(facts, courses)
def test_it_floors_what_any_report_of_the_newest_day_says(f: Facts, course: list[Report]) -> None:
    day = newest(course).day
    floored = {reason.code for r in course if r.day == day for reason in infection.floor(f, r)}
    verdict = judge(f, course)
    assert verdict.floor == bool(floored)
    assert floored <= {reason.code for reason in verdict.reasons}


@given(facts, courses)
def test_it_ranks_by_level_and_explains_every_level(f: Facts, course: list[Report]) -> None:
    verdict = judge(f, course)
    assert 0 <= verdict.probability <= 1
    assert infection.hard_level(verdict.reasons) is verdict.level or f.immunosuppressed
    assert all(reason.text for reason in (*verdict.reasons, *verdict.against, *verdict.clears))


def test_it_ranks_every_level_above_the_one_below_for_infection() -> None:
    def at(reports: list[Report]) -> float:
        return judge(FACE, reports).probability

    quiet = dict.fromkeys(SIGNS, Answer.NO)

    def said(day: int, pain: int, warmth: int, **other: object) -> Report:
        scores: dict[str, int | None] = {"redness": 0, "swelling": 0, "pain": pain, "warmth": warmth}
        return Report(day, scores, quiet, Discharge.NONE, **other)  # type: ignore[arg-type]

    base = [said(3, 0, 0)]
    order = [
        at([*base, said(4, 0, 0)]),
        at([*base, said(4, 1, 0)]),
        at([*base, said(4, 2, 0)]),
        at([*base, said(4, 2, 1)]),
        at([*base, said(4, 3, 2)]),
        at([*base, said(4, 3, 2, temperature_c=38.5)]),
    ]
    assert order == sorted(order)
    assert len(set(order)) == len(order)
