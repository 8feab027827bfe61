"""Two editions over the same recoveries, judged as they stood at each moment."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from tests.healing.courses import FACE, course, report
from tracker.healing import infection
from tracker.healing.comparing import Compared, Moved, Past, as_it_stood, compare, levels, tally, together
from tracker.healing.policy import Policy
from tracker.healing.symptoms import Answer, Report
from tracker.healing.treatments import Facts
from tracker.healing.verdicts import Cause, Level, Verdict

RULES = infection.edition_named("rules-1")
QUIET = course("2112", "1001", "1000", "0000", "0000")
TURNING = course("2112", "1111", "1000", "0000", "1122", "2233")


@dataclass
class Counting:
    """An edition that asks for review from `least` warmth on, and remembers what it was handed."""

    least: int
    name: str = "counting"
    handed: list[tuple[int, ...]] = field(default_factory=list)

    def judge(self, facts: Facts, reports: Sequence[Report]) -> Verdict:
        self.handed.append(tuple(r.order for r in reports))
        warm = max((r.score("warmth") or 0 for r in reports), default=0)
        return Verdict(Level.REVIEW if warm >= self.least else Level.NONE, Cause.UNCLEAR, 0.5, self.name)

    def judge_many(self, courses: Sequence[infection.Course]) -> list[Verdict]:
        return [self.judge(facts, reports) for facts, reports in courses]


def past(reports: Sequence[Report], *, key: int = 1, confirmed: bool = False) -> Past:
    return Past(key, FACE, reports, confirmed)


def moved(
    draft: int, in_force: int, *, confirmed: bool, warmth: Sequence[int] = (0, 1, 2, 3)
) -> Moved | None:
    reports = [report(day, f"0{w}00") for day, w in enumerate(warmth)]
    case = past(reports, confirmed=confirmed)
    return next(compare(Counting(draft), Counting(in_force), [case])).moved


@pytest.mark.parametrize(
    ("draft", "in_force", "confirmed", "expected"),
    [
        (3, 4, False, Moved.GAINED),
        (4, 3, False, Moved.LOST),
        (1, 3, False, None),
        (4, 4, False, None),
        (1, 3, True, Moved.EARLIER),
        (3, 1, True, Moved.LATER),
        (4, 3, True, Moved.MISSED),
        (3, 4, True, Moved.FOUND),
        (4, 4, True, Moved.UNSEEN),
        (2, 2, True, None),
    ],
)
def test_it_names_what_changes(draft: int, in_force: int, confirmed: bool, expected: Moved | None) -> None:
    assert moved(draft, in_force, confirmed=confirmed) is expected


def test_it_knows_at_each_step_only_what_had_been_recorded() -> None:
    edition = Counting(9)
    levels(edition, [past([report(0, order=0), report(1, order=1), report(2, order=2)])])
    assert edition.handed == [(0,), (0, 1), (0, 1, 2)]


def test_courses_judged_at_once_get_the_levels_of_every_step() -> None:
    """Beside a course with a correction, which is not judged at once, and one without an entry."""
    model = infection.edition_named("model-2", policy=Policy(0.02, 0.05, 0.9))
    corrected = [*QUIET, report(4, "2233", order=9)]
    pasts = [past(TURNING), past(corrected), past([]), past(QUIET)]
    expected = [
        [
            max((model.judge(*one).level for one in as_it_stood(case, step)), key=lambda level: level.rank)
            for step in range(len(case.reports))
        ]
        for case in pasts
    ]
    assert levels(model, pasts) == expected
    assert len({level for course in expected for level in course}) >= 3


def test_it_replays_a_correction_when_it_was_made_and_not_before() -> None:
    worrying, taken_back = report(4, "0300", order=0), report(4, "0000", order=1)
    said = levels(RULES, [past([*course("0000", "0000", "0000", "0000"), worrying, taken_back])])[0]
    without = levels(RULES, [past([*course("0000", "0000", "0000", "0000"), worrying])])[0]
    assert said[:5] == without


def test_it_takes_the_worse_of_both_when_an_earlier_day_is_told_late() -> None:
    reports = [report(0), report(2), report(1)]
    assert [len(as_it_stood(past(reports), step)) for step in range(3)] == [1, 1, 2]
    to_its_day, whole = as_it_stood(past(reports), 2)
    assert [r.day for r in to_its_day[1]] == [0, 1]
    assert [r.day for r in whole[1]] == [0, 2, 1]


def test_it_finds_nothing_changed_between_an_edition_and_itself() -> None:
    cases = [past(QUIET, key=1), past(TURNING, key=2, confirmed=True)]
    found = list(compare(RULES, RULES, cases))
    assert [one.moved for one in found] == [None, None]
    assert [one.draft is None for one in found] == [True, False]


def test_a_deaf_table_loses_flags_and_misses_cases_but_never_a_hard_sign() -> None:
    usual = infection.edition_named("model-2")
    deaf = infection.edition_named("model-2", policy=Policy(1, 1, 1))
    fever = [*QUIET, report(5, temperature_c=39.2, signs={"unwell": Answer.YES})]
    cases = [past(TURNING, key=1), past(TURNING, key=2, confirmed=True), past(fever, key=3, confirmed=True)]
    found = {one.key: one.moved for one in compare(deaf, usual, cases)}
    assert found[1] is Moved.LOST
    assert found[2] is Moved.MISSED
    assert found[3] in (None, Moved.LATER)


def test_it_adds_up_in_parts_to_the_same_as_at_once() -> None:
    whole = [
        Compared(1, False, 2, None, True, False),
        Compared(2, True, None, 3, False, False),
        Compared(3, True, 1, 3, True, True),
        Compared(4, False, None, None, False, False),
    ]
    at_once = tally(whole)
    assert together([tally(whole[:2]), tally([]), tally(whole[2:])]) == at_once
    assert at_once["recoveries"] == 4
    assert at_once["confirmed"] == 2
    assert (at_once["draft"], at_once["in_force"]) == (2, 2)
    assert (at_once["draft_urgent"], at_once["in_force_urgent"]) == (2, 1)
    assert (at_once["gained"], at_once["missed"], at_once["earlier"]) == ([1], [2], [3])
    assert at_once["lost"] == []
