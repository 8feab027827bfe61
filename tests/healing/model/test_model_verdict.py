"""The second edition: what a verdict of the model must keep, whatever the course."""

import math
import time
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.healing.courses import FACE, QUIET, USUAL, course, report
from tracker.healing import infection
from tracker.healing.infection.signs import HARD
from tracker.healing.model import Model, judge, judge_many, judge_steps
from tracker.healing.symptoms import SIGNS, SYMPTOMS, Answer, Discharge, Report
from tracker.healing.treatments import Area, Facts
from tracker.healing.verdicts import Cause, Level

INFECTION = ("2112", "2011", "1010", "1000", "0100", "1212", "2223")
ANSWERS = st.sampled_from([None, Answer.NO, Answer.NO, Answer.NO, Answer.UNSURE, Answer.YES])
SCORES = st.one_of(st.none(), st.integers(0, 4))
FACTS = st.builds(
    Facts,
    device=st.sampled_from([None, "pen", "roller", "rf"]),
    areas=st.sampled_from([(), (Area("face", 1.25),), (Area("body", 2.5), Area("neck", 0.5))]),
    skin_type=st.sampled_from([None, 1, 2, 3, 4, 5, 6]),
)
PROPERTY = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def log_odds(probability: float) -> float:
    return math.log(probability / (1 - probability))


@st.composite
def reports(draw: st.DrawFn) -> list[Report]:
    days = sorted(draw(st.sets(st.integers(0, 16), min_size=1, max_size=7)))
    return [
        Report(
            day=day,
            scores={s: draw(SCORES) for s in SYMPTOMS},
            signs={s: draw(ANSWERS) for s in SIGNS},
            discharge=draw(st.sampled_from([None, *Discharge])),
            temperature_c=draw(st.sampled_from([None, 36.5, 37.4, 37.8, 38.4])),
            order=order,
        )
        for order, day in enumerate(days)
    ]


@PROPERTY
@given(FACTS, reports())
def test_it_gives_weights_that_add_up_to_the_log_odds(facts: Facts, told: list[Report]) -> None:
    verdict = judge(facts, told)
    if 0 < verdict.probability < 1:
        total = sum(reason.weight for reason in (*verdict.reasons, *verdict.against))
        assert total == pytest.approx(log_odds(verdict.probability), abs=1e-6)


@PROPERTY
@given(FACTS, reports(), st.sampled_from(["pain", "warmth", "swelling", "redness"]))
def test_it_never_falls_when_a_symptom_is_worse_today(facts: Facts, told: list[Report], symptom: str) -> None:
    today = told[-1]
    found = []
    for score in range(5):
        worse = replace(today, scores={**today.scores, symptom: score})
        found.append(judge(facts, [*told[:-1], worse]))
    for milder, worse_verdict in pairwise(found):
        assert worse_verdict.probability >= milder.probability - 1e-12
        assert worse_verdict.level.rank >= milder.level.rank


@PROPERTY
@given(FACTS, reports(), st.sampled_from(SIGNS))
def test_it_never_falls_when_a_sign_is_added_today(facts: Facts, told: list[Report], sign: str) -> None:
    today = told[-1]
    steps = [
        judge(facts, [*told[:-1], replace(today, signs={**today.signs, sign: answer})])
        for answer in (Answer.NO, Answer.UNSURE, Answer.YES)
    ]
    for quieter, louder in pairwise(steps):
        assert louder.probability >= quieter.probability - 1e-12
        assert louder.level.rank >= quieter.level.rank


@PROPERTY
@given(FACTS, reports(), st.sampled_from([36.5, 37.4, 37.8, 38.2]))
def test_it_never_falls_with_pus_or_a_higher_temperature(
    facts: Facts, told: list[Report], degrees: float
) -> None:
    today = told[-1]
    milder = judge(facts, [*told[:-1], replace(today, temperature_c=degrees, discharge=Discharge.NONE)])
    hotter = judge(facts, [*told[:-1], replace(today, temperature_c=degrees + 0.4, discharge=Discharge.PUS)])
    assert hotter.probability >= milder.probability - 1e-12
    assert hotter.level.rank >= milder.level.rank


@PROPERTY
@given(FACTS, reports(), st.randoms())
def test_it_does_not_care_in_which_order_reports_arrive(
    facts: Facts, told: list[Report], random: object
) -> None:
    mixed = list(told)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert judge(facts, mixed) == judge(facts, told)


@PROPERTY
@given(FACTS, reports(), st.integers(1, 3))
def test_it_takes_an_empty_day_for_unknown_and_not_for_normal(
    facts: Facts, told: list[Report], gap: int
) -> None:
    before = judge(facts, told)
    after = judge(facts, [*told, Report(told[-1].day + gap)])
    assert after.probability >= before.probability - 1e-12
    assert after.level.rank >= Level.WATCH.rank


@PROPERTY
@given(FACTS, reports(), st.sampled_from(["pain", "warmth", "swelling", "redness"]))
def test_it_counts_a_missing_answer_for_no_less_than_none(
    facts: Facts, told: list[Report], symptom: str
) -> None:
    today = told[-1]
    none = judge(facts, [*told[:-1], replace(today, scores={**today.scores, symptom: 0})])
    silent = judge(facts, [*told[:-1], replace(today, scores={**today.scores, symptom: None})])
    assert silent.probability >= none.probability - 1e-9


@PROPERTY
@given(FACTS, reports())
def test_it_lets_a_hard_sign_decide_alone(facts: Facts, told: list[Report]) -> None:
    verdict = judge(facts, told)
    hard = infection.floor(facts, told[-1])
    assert verdict.floor == bool(hard)
    assert {reason.code for reason in hard} <= {reason.code for reason in verdict.reasons} & set(HARD)
    if hard:
        assert verdict.level is Level.URGENT


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(FACTS, reports()), min_size=1, max_size=6))
def test_it_judges_every_step_of_many_courses_as_it_judges_one(
    cases: list[tuple[Facts, list[Report]]],
) -> None:
    for (facts, told), verdicts in zip(cases, judge_steps(cases), strict=True):
        for k, verdict in enumerate(verdicts):
            alone = judge(facts, told[: k + 1])
            assert (verdict.level, verdict.cause, verdict.floor) == (alone.level, alone.cause, alone.floor)
            assert verdict.probability == pytest.approx(alone.probability, rel=1e-9)


def test_it_judges_many_as_it_judges_one() -> None:
    cases = [(FACE, course(*INFECTION[:k])) for k in range(1, 8)] + [(FACE, [])]
    assert judge_many(cases) == [judge(facts, told) for facts, told in cases]


def test_it_sees_two_reports_of_one_day_in_steps_as_in_one_piece() -> None:
    told = [*course(*USUAL[:4]), report(3, "0333", order=9)]
    steps = judge_steps([(FACE, told)])[0]
    assert steps[-1].probability == judge(FACE, told).probability > steps[-2].probability


def test_it_finds_a_course_that_turns_and_says_so_in_words() -> None:
    verdict = judge(FACE, course(*INFECTION))
    assert verdict.level is Level.URGENT
    assert verdict.cause is Cause.INFECTION
    texts = [reason.text for reason in verdict.reasons]
    assert "warmth rose from none on day 3 to moderate on day 6; expected by now: none." in texts
    assert 3 <= len(verdict.reasons) <= 6
    assert any(reason.code.startswith("clears.") for reason in verdict.clears)


def test_it_leaves_an_uneventful_week_alone() -> None:
    assert [judge(FACE, course(*USUAL[:k])).level for k in range(1, 9)] == [Level.NONE] * 8


@pytest.mark.parametrize("cardinal", ["4000", "4440", "3330", "4442"])
def test_it_makes_little_of_strong_colour_heat_and_swelling_in_the_first_days(cardinal: str) -> None:
    for day in (0, 1, 2):
        assert judge(FACE, [report(day, cardinal)]).level.rank < Level.REVIEW.rank


def test_it_raises_nothing_on_redness_alone() -> None:
    told = course("2000", "1000", "0000", "0000", "0000", "2000", "3000")
    assert judge(FACE, told).level.rank < Level.URGENT.rank


@pytest.mark.parametrize("skin_type", [4, 5, 6])
def test_it_finds_the_turn_without_any_redness_on_dark_skin(skin_type: int) -> None:
    facts = replace(FACE, skin_type=skin_type)
    colourless = ["0" + day[1:] for day in INFECTION]
    assert judge(facts, course(*colourless)).level.rank >= Level.REVIEW.rank


@pytest.mark.parametrize("skin_type", [1, 4, 5, 6, None])
def test_it_never_excuses_an_answer_by_skin_type(skin_type: int | None) -> None:
    told = course(*INFECTION)
    mine = judge(replace(FACE, skin_type=skin_type), told)
    assert mine.probability >= judge(FACE, told).probability - 1e-12


def test_it_calls_itch_after_a_serum_a_contact_reaction() -> None:
    told = [*course("2112", "1001"), *(report(d, "2010", itching=3) for d in (2, 3, 4, 5))]
    verdict = judge(replace(FACE, adjuncts=frozenset({"vitamin_c_or_acid"})), told)
    assert verdict.level.rank < Level.URGENT.rank
    if verdict.level is not Level.NONE:
        assert Cause.CONTACT_REACTION in (verdict.cause, Cause(verdict.likelier or "unclear"))


def test_it_asks_for_a_look_at_a_new_lump_weeks_later() -> None:
    told = [*course(*USUAL), report(28, signs={"new_lump": Answer.YES})]
    verdict = judge(FACE, told)
    assert (verdict.level, verdict.cause) == (Level.REVIEW, Cause.LATE_LUMP)


def test_it_looks_sooner_at_a_weakened_immune_system() -> None:
    told = course(*INFECTION[:6])
    assert judge(FACE, told).level is Level.REVIEW
    assert judge(replace(FACE, immunosuppressed=True), told).level is Level.URGENT


def test_it_says_nothing_about_nothing() -> None:
    verdict = judge(FACE, [])
    assert (verdict.level, verdict.probability) == (Level.NONE, 0.0)


def test_it_watches_where_check_ins_came_without_an_answer() -> None:
    assert judge(FACE, [Report(3)]).level is Level.WATCH


def test_it_is_published_as_an_edition() -> None:
    edition = infection.edition_named("model-2")
    assert isinstance(edition, Model)
    told = [report(4, signs=QUIET)]
    assert edition.judge(FACE, told) == edition.judge_many([(FACE, told)])[0] == judge(FACE, told)


def test_it_gives_a_verdict_with_reasons_in_a_few_milliseconds() -> None:
    told = course(*INFECTION)
    judge(FACE, told)
    started = time.process_time()
    for _ in range(20):
        judge(FACE, told)
    assert (time.process_time() - started) / 20 < 0.015


@pytest.mark.parametrize("edition", ["rules-1", "model-2"])
def test_it_does_not_relax_when_a_doubt_becomes_a_yes(edition: str) -> None:
    doubts = {**QUIET, "unwell": Answer.UNSURE}
    told = [[report(4, signs={**doubts, "swollen_glands": answer})] for answer in (Answer.UNSURE, Answer.YES)]
    assert [infection.judge(FACE, each, edition).level for each in told] == [Level.REVIEW, Level.REVIEW]
