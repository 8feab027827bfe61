"""What the course of symptoms says, by the smallest course that meets a rule and the nearest miss."""

import pytest

from tests.healing.courses import USUAL, course, report
from tests.healing.test_infection import codes, judge
from tracker.healing.verdicts import Cause, Level


def test_it_finds_nothing_in_an_uneventful_week() -> None:
    reports = course(*USUAL)
    levels = [judge(reports[: n + 1]).level for n in range(len(reports))]
    assert levels == [Level.NONE] * len(reports)


@pytest.mark.parametrize("day", [0, 1, 2])
def test_it_reads_nothing_into_strong_symptoms_of_the_first_days(day: int) -> None:
    assert judge([report(d, "3333") for d in range(day + 1)]).level is Level.NONE


def test_it_reviews_two_symptoms_worse_than_their_best_with_one_high() -> None:
    verdict = judge(course("2112", "1010", "0000", "0000", "0201"))
    assert verdict.level is Level.REVIEW
    assert verdict.cause is Cause.INFECTION
    assert {"trend.rise", "rise.warmth", "rise.pain"} <= codes(verdict)


def test_it_lets_two_small_rises_pass() -> None:
    assert judge(course("2112", "1010", "0000", "0000", "0101")).level is Level.NONE


def test_it_calls_three_rises_with_two_high_urgent_without_a_hard_sign() -> None:
    verdict = judge(course("2112", "1010", "0000", "0000", "0212"))
    assert verdict.level is Level.URGENT
    assert not verdict.floor


def test_it_works_without_any_answer_about_redness() -> None:
    verdict = judge(course("-112", "-010", "-000", "-000", "-212"))
    assert verdict.level is Level.URGENT


def test_it_takes_the_table_where_there_is_nothing_earlier_to_compare_with() -> None:
    assert "trend.rise" in codes(judge([report(5, "0202")]))


def test_it_reviews_one_symptom_high_on_two_entries_running_despite_a_gap() -> None:
    twice = [report(0, "2112"), report(3, "0002"), report(6, "0002")]
    verdict = judge(twice)
    assert verdict.level is Level.REVIEW
    assert "persist.pain" in codes(verdict)
    assert judge(twice[:2]).level is Level.WATCH


def test_it_reviews_one_strong_rise() -> None:
    verdict = judge(course("2112", "1010", "0000", "0000", "0003"))
    assert verdict.level is Level.REVIEW
    assert "strong.pain" in codes(verdict)


def test_it_calls_redness_that_stays_slow_healing_from_day_7() -> None:
    late = judge(course("3112", "2011", *["2000"] * 6))
    assert (late.level, late.cause) == (Level.REVIEW, Cause.SLOW_HEALING)
    assert "slow.redness" in codes(late)
    assert judge(course("3112", "2011", "2000", "2000")).level is Level.NONE


def test_it_never_calls_redness_alone_an_infection() -> None:
    for day in range(3, 20):
        verdict = judge([report(day - 1, "0000"), report(day, "3000")])
        assert verdict.cause is not Cause.INFECTION


@pytest.mark.parametrize("symptom", ["flaking", "tightness", "dryness", "bruising", "bleeding"])
def test_it_raises_nothing_for_a_symptom_that_cannot_speak(symptom: str) -> None:
    reports = [report(day, "0000", **{symptom: 3}) for day in range(10)]
    assert judge(reports).level is Level.NONE


def test_it_calls_itching_that_leads_a_contact_reaction() -> None:
    verdict = judge([report(3), report(4, "1010", itching=3), report(5, "2021", itching=3)])
    assert verdict.level.rank >= Level.REVIEW.rank
    assert verdict.cause is Cause.CONTACT_REACTION
    once = judge([report(3), report(4, itching=3)])
    assert (once.level, once.cause) == (Level.WATCH, Cause.CONTACT_REACTION)


def test_it_does_not_let_itching_lead_while_pain_is_unknown() -> None:
    verdict = judge([report(3), report(4, "120-", itching=3)])
    assert verdict.cause is Cause.INFECTION


def test_it_watches_a_high_symptom_that_is_no_longer_answered() -> None:
    verdict = judge([report(4, "0002"), report(5, "000-")])
    assert verdict.level is Level.WATCH
    assert "gap.pain" in codes(verdict)


def test_it_counts_the_higher_of_two_answers_of_the_newest_day_and_says_both() -> None:
    before = course("2112", "1010", "0000", "0000")
    softened = judge([*before, report(4, "0202"), report(4, "0000", order=1)])
    assert softened.level is Level.REVIEW
    assert {"amended.pain", "amended.warmth"} <= codes(softened)


def test_it_compares_with_the_answer_that_stands_for_earlier_days() -> None:
    corrected = [report(3, "0000"), report(3, "0101", order=1), report(4, "0201")]
    assert judge(corrected).level is Level.WATCH  # pain did not rise over the corrected 1
