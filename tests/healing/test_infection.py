"""Single rules, each by the smallest course that meets it and the nearest that does not."""

import json
import time
from dataclasses import replace
from typing import Any

import pytest

from tests.healing.courses import FACE, QUIET, USUAL, course, report
from tracker.healing import infection
from tracker.healing.symptoms import Answer, Discharge, Report, classify_discharge
from tracker.healing.treatments import Facts
from tracker.healing.verdicts import Cause, Level, Reason, Verdict

HARD_REPORTS: dict[str, dict[str, Any]] = {
    "sign.pus": {"discharge": Discharge.PUS},
    "sign.fever": {"temperature_c": 38.0},
    "sign.spreading": {"signs": {"spreading": Answer.YES}},
    "sign.red_streaks": {"signs": {"red_streaks": Answer.YES}},
    "sign.blisters": {"signs": {"blisters": Answer.YES}},
    "sign.eye_symptoms": {"signs": {"eye_symptoms": Answer.YES}},
    "sign.unwell": {"signs": {"unwell": Answer.YES}},
    "sign.pain": {"pain": 4},
}


def codes(verdict: Verdict) -> set[str]:
    return {reason.code for reason in verdict.reasons}


def judge(reports: list[Report], facts: Facts = FACE) -> Verdict:
    return infection.judge(facts, reports, edition="rules-1")


@pytest.mark.parametrize("code", HARD_REPORTS)
@pytest.mark.parametrize("day", [0, 2, 5, 30])
def test_it_calls_one_hard_sign_urgent_on_any_day(code: str, day: int) -> None:
    said = report(day, **HARD_REPORTS[code])
    verdict = judge([said])
    assert verdict.level is Level.URGENT
    assert verdict.floor
    assert code in codes(verdict)
    assert verdict.probability >= 0.6
    assert [r.code for r in infection.floor(FACE, said)] == [code]


def test_it_tests_every_hard_sign_there_is() -> None:
    assert set(HARD_REPORTS) == set(infection.HARD)


@pytest.mark.parametrize("code", HARD_REPORTS)
def test_it_keeps_a_hard_sign_that_was_taken_back_the_same_day_and_says_both(code: str) -> None:
    first, later = report(4, **HARD_REPORTS[code]), report(4, order=1)
    verdict = judge([first, later])
    assert verdict.level is Level.URGENT
    kept = next(r for r in verdict.reasons if r.code == code)
    assert "later changed to" in kept.text
    assert {"first", "later"} <= set(kept.params)


def test_it_keeps_a_hard_sign_when_the_correction_leaves_the_question_out() -> None:
    later = Report(4, {"pain": 1}, order=1)
    verdict = judge([report(4, discharge=Discharge.PUS), later])
    assert verdict.level is Level.URGENT
    assert next(r for r in verdict.reasons if r.code == "sign.pus").text.startswith("Pus on day 4")


@pytest.mark.parametrize("code", HARD_REPORTS)
def test_it_leaves_only_a_trace_of_a_hard_sign_on_the_next_good_day(code: str) -> None:
    verdict = judge([report(3, **HARD_REPORTS[code]), report(4)])
    assert verdict.level is Level.WATCH
    assert not verdict.floor
    assert code.replace("sign.", "recent.") in codes(verdict)
    assert judge([report(3, **HARD_REPORTS[code]), report(6)]).level is Level.NONE


@pytest.mark.parametrize("temperature", [37.9, 36.0])
def test_it_takes_a_temperature_below_38_for_no_fever(temperature: float) -> None:
    verdict = judge([report(4, temperature_c=temperature)])
    assert verdict.level is Level.NONE
    assert "against.temperature" in {r.code for r in verdict.against}


@pytest.mark.parametrize(
    ("colour", "texture", "urgent"),
    [
        ("yellow", "thick", True),
        ("green", "thick", True),
        ("yellow", "thin", False),
        ("clear", "thick", False),
    ],
)
def test_it_calls_pus_by_two_words_only(colour: str, texture: str, urgent: bool) -> None:
    verdict = judge([report(4, discharge=classify_discharge(colour, texture))])
    assert (verdict.level is Level.URGENT) is urgent
    assert verdict.level is not Level.NONE


@pytest.mark.parametrize(
    ("signs", "level", "cause"),
    [
        ({"swollen_glands": Answer.YES}, Level.WATCH, Cause.UNCLEAR),
        ({"new_lump": Answer.YES}, Level.REVIEW, Cause.LATE_LUMP),
        ({"blisters": Answer.YES}, Level.URGENT, Cause.COLD_SORE),
        ({"blisters": Answer.YES, "red_streaks": Answer.YES}, Level.URGENT, Cause.INFECTION),
        ({"spreading": Answer.UNSURE}, Level.WATCH, Cause.UNCLEAR),
        ({"spreading": Answer.UNSURE, "unwell": Answer.UNSURE}, Level.REVIEW, Cause.UNCLEAR),
    ],
)
def test_it_names_what_to_think_of_first(signs: dict[str, Answer], level: Level, cause: Cause) -> None:
    verdict = judge([report(5, signs=signs)])
    assert (verdict.level, verdict.cause) == (level, cause)


def test_it_thinks_of_a_burn_after_radio_frequency() -> None:
    rf = replace(FACE, device="rf")
    early = judge([report(1, signs={"blisters": Answer.YES})], rf)
    assert (early.cause, early.likelier) == (Cause.BURN, Cause.COLD_SORE)
    assert judge([report(5, signs={"blisters": Answer.YES})], rf).cause is Cause.COLD_SORE


def test_it_says_that_an_early_fever_seldom_comes_from_the_skin_and_stays_urgent() -> None:
    verdict = judge([report(1, temperature_c=38.4)])
    assert verdict.level is Level.URGENT
    assert "against.early_fever" in {r.code for r in verdict.against}


def test_it_looks_sooner_when_the_immune_system_is_weak() -> None:
    reports = course("2112", "1010", "0000", "0000", "0201")
    assert judge(reports).level is Level.REVIEW
    weak = judge(reports, replace(FACE, immunosuppressed=True))
    assert weak.level is Level.URGENT
    assert "facts.immunosuppressed" in codes(weak)


def test_it_calls_too_few_answers_unclear_and_names_them() -> None:
    verdict = judge([Report(4, {"pain": 0})])
    assert (verdict.level, verdict.cause) == (Level.WATCH, Cause.UNCLEAR)
    missing = {r.code for r in verdict.clears}
    assert {"unanswered.spreading", "unanswered.discharge", "unanswered.temperature"} <= missing


def test_it_names_a_single_unanswered_sign_without_raising_a_flag() -> None:
    verdict = judge([report(4, signs={"blisters": None})])
    assert verdict.level is Level.NONE
    assert "unanswered.blisters" in {r.code for r in verdict.clears}
    assert "against.no_signs" not in {r.code for r in verdict.against}


def test_it_does_not_ask_about_eyes_far_from_them() -> None:
    body = replace(FACE, areas=(replace(FACE.areas[0], name="body"),))
    assert "unanswered.eye_symptoms" not in {r.code for r in judge([Report(4)], body).clears}


def test_it_says_that_a_late_entry_does_not_replace_todays() -> None:
    assert "clears.late" in {r.code for r in judge([report(4, late=True)]).clears}


def test_it_says_nothing_without_reports_but_does_not_call_that_well() -> None:
    verdict = judge([])
    assert (verdict.level, verdict.probability) == (Level.NONE, 0.0)
    assert [r.code for r in verdict.clears] == ["no.reports"]


def test_it_gives_floor_verdicts_only_for_hard_signs() -> None:
    assert infection.floor_verdict(FACE, report(4, signs={"new_lump": Answer.YES})) is None
    verdict = infection.floor_verdict(FACE, report(4, discharge=Discharge.PUS))
    assert verdict is not None
    assert verdict.floor


def test_it_reads_the_level_back_from_reasons() -> None:
    assert infection.hard_level(()) is Level.NONE
    assert infection.hard_level(infection.floor(FACE, report(4, temperature_c=39))) is Level.URGENT
    lump = judge([report(5, signs={"new_lump": Answer.YES})])
    assert infection.hard_level(lump.reasons) is Level.REVIEW


def test_it_writes_reasons_that_survive_storage_as_json() -> None:
    verdict = judge(course("2112", "1010", "0000", "0000", "0212"))
    kept = json.loads(json.dumps(verdict.grounds()))
    assert [len(kept[name]) for name in ("reasons", "against", "clears")] == [
        len(said) for said in (verdict.reasons, verdict.against, verdict.clears)
    ]
    told = (*verdict.reasons, *verdict.against, *verdict.clears)
    for reason, row in zip(told, (*kept["reasons"], *kept["against"], *kept["clears"]), strict=True):
        stored = Reason.from_dict(row)
        assert stored.text == reason.text
        assert "{" not in reason.text
        assert reason.weight == 0


def test_it_refuses_an_unknown_edition_and_names_the_known_ones() -> None:
    with pytest.raises(KeyError, match="rules-1"):
        infection.judge(FACE, [], edition="rules-0")


def test_it_judges_many_as_it_judges_one() -> None:
    reports = course(*USUAL[:4], "0212")
    rules = infection.edition_named("rules-1")
    several = [(FACE, reports[: n + 1]) for n in range(5)]
    assert rules.judge_many(several) == [rules.judge(f, r) for f, r in several]
    assert all(v.edition == "rules-1" for v in rules.judge_many(several))


def test_it_judges_a_fortnight_in_about_a_millisecond() -> None:
    reports = [report(day, "1111", signs=QUIET) for day in range(14)]
    judge(reports)
    best = min(_seconds(reports) for _ in range(20))
    assert best < 0.002


def _seconds(reports: list[Report]) -> float:
    start = time.perf_counter()
    judge(reports)
    return time.perf_counter() - start
