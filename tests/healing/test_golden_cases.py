"""The golden courses against the second edition: every urgent day, and every level the table allows."""

from collections import Counter

import pytest

from tracker.healing.cases import Case, golden_cases
from tracker.healing.model import judge
from tracker.healing.symptoms import Answer
from tracker.healing.verdicts import Level

CASES = golden_cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_gives_a_level_that_the_table_allows_on_every_day(case: Case) -> None:
    wrong = []
    for index, entry in enumerate(case.entries):
        verdict = judge(case.facts, case.upto(index))
        if verdict.level not in entry.expected:
            wrong.append((entry.report.day, verdict.level.value, f"{verdict.probability:.4f}"))
    assert wrong == []


def test_it_finds_every_day_that_must_be_urgent() -> None:
    missed = [
        (case.name, entry.report.day)
        for case in CASES
        for index, entry in enumerate(case.entries)
        if entry.expected == {Level.URGENT} and judge(case.facts, case.upto(index)).level is not Level.URGENT
    ]
    assert missed == []


def test_it_covers_at_least_sixty_courses_with_names_of_their_own() -> None:
    assert len(CASES) >= 60
    assert max(Counter(case.name for case in CASES).values()) == 1
    assert len({case.title for case in CASES}) >= 60


def test_it_covers_calm_courses_and_courses_that_must_be_looked_at() -> None:
    strongest = [max(min(level.rank for level in e.expected) for e in case.entries) for case in CASES]
    assert sum(rank == 0 for rank in strongest) >= 20
    assert sum(rank == Level.URGENT.rank for rank in strongest) >= 20


def test_it_reads_days_in_order_and_an_empty_entry_as_unknown() -> None:
    for case in CASES:
        days = [entry.report.day for entry in case.entries]
        assert days == sorted(set(days))
    silent = next(case for case in CASES if case.name == "severe_then_silent").entries[-1].report
    assert set(silent.signs.values()) == {None}
    assert silent.discharge is None


def test_it_reads_signs_named_and_doubted() -> None:
    doubted = next(case for case in CASES if case.name == "amber_many_unsure").entries[-1].report
    assert [sign for sign in doubted.signs if doubted.said(sign, Answer.UNSURE)] == [
        "spreading",
        "blisters",
        "unwell",
    ]
