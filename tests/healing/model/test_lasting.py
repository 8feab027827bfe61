"""How long pain and warmth have not settled, and the sentence that says so."""

import numpy as np
import pytest

from tests.healing.courses import FACE, course, report
from tracker.healing.model import judge
from tracker.healing.model.batch import weigh_reports
from tracker.healing.model.features import direction
from tracker.healing.model.lasting import stretch
from tracker.healing.symptoms import Report

FLAT = course("2112", "2112", "2112", "2112", "2112", "2112", "2112")
"""Pain and warmth that never rise and never settle."""


def days_lasting(told: list[Report], name: str = "either") -> list[float]:
    return list(weigh_reports([(FACE, told)]).known[f"lasting.{name}"])


def test_it_counts_days_and_not_entries_from_the_first_of_an_unbroken_run() -> None:
    up = np.array([[0.0, 1.0, 1.0, 0.0, 1.0, 1.0]])
    day = np.array([[1.0, 3.0, 6.0, 7.0, 8.0, 11.0]])
    assert stretch(up, day).tolist() == [[0, 1, 4, 0, 1, 4]]


def test_it_keeps_courses_apart() -> None:
    up, day = np.ones((2, 2)), np.array([[0.0, 40.0], [5.0, np.nan]])
    assert stretch(up * [[1, 1], [1, 0]], day).tolist() == [[1, 41], [1, 0]]


def test_it_says_nothing_about_the_first_days_and_counts_what_stays_after_them() -> None:
    assert days_lasting(FLAT) == [0, 0, 0, 1, 2, 3, 4]
    assert days_lasting([*FLAT[:5], report(5), *FLAT[6:]]) == [0, 0, 0, 1, 2, 0, 1]


def test_it_tells_pain_from_warmth() -> None:
    sore = course(*["0002"] * 6)
    assert days_lasting(sore, "pain")[-1] == 3
    assert days_lasting(sore, "warmth")[-1] == 0


def test_it_takes_no_answer_for_what_was_last_known() -> None:
    silent = [*FLAT[:6], report(6, "----")]
    assert days_lasting(silent) == days_lasting(FLAT)


def test_it_ranks_what_does_not_settle_above_what_does_and_says_since_when() -> None:
    settling = course("2112", "2112", "2112", "1011", "1000", "1000", "2112")
    stays = judge(FACE, FLAT)
    told = next(reason for reason in stays.reasons if reason.code == "course.lasting")
    assert told.text == "Pain or warmth has not settled: above what is expected from day 3 to day 6."
    assert told.weight > 0
    assert told.days == (3, 4, 5, 6)
    assert "course.lasting" not in {reason.code for reason in judge(FACE, settling[:6]).reasons}


def test_it_names_one_day_as_one_day() -> None:
    verdict = judge(FACE, course("2112", "1001", "0000", "0000", "0022"))
    told = next(reason for reason in verdict.reasons if reason.code == "course.lasting")
    assert told.text == "Pain or warmth is above what is expected on day 4."
    assert told.days == (4,)


@pytest.mark.parametrize("name", ["lasting.pain", "lasting.warmth", "lasting.either"])
def test_it_may_only_speak_for_an_infection(name: str) -> None:
    assert direction(name) == 1


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (
            ["1111", "1000", "0000", "0000", "2222"],
            "4 of redness, warmth, swelling and pain stand above this person's own best on day 4.",
        ),
        (
            ["1111", "1000", "0000", "0000", "1122", "2222"],
            "4 of redness, warmth, swelling and pain stand above this person's own best on day 5, "
            "over 2 entries in a row.",
        ),
    ],
)
def test_it_speaks_of_entries_in_a_row_only_when_there_are_some(days: list[str], said: str) -> None:
    reasons = judge(FACE, course(*days)).reasons
    assert said in [reason.text for reason in reasons if reason.code == "course.together"]
