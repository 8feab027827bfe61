"""The plainest rule to compare with: a hard sign, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.healing.infection import Course, floor
from tracker.healing.symptoms import Report
from tracker.healing.treatments import Facts
from tracker.healing.verdicts import Cause, Level, Verdict

NAME = "signs only"


@dataclass(frozen=True, slots=True)
class SignsOnly:
    """An edition that knows the safety floor and nothing else."""

    name: str = NAME

    def judge(self, facts: Facts, reports: Sequence[Report]) -> Verdict:
        """URGENT when a report of the newest day holds a hard sign; more signs rank higher."""
        newest = max((report.day for report in reports), default=0)
        found = {r.code: r for report in reports if report.day == newest for r in floor(facts, report)}
        level = Level.URGENT if found else Level.NONE
        return Verdict(
            level, Cause.UNCLEAR, 1 - 0.5 ** len(found), NAME, tuple(found.values()), floor=bool(found)
        )

    def judge_many(self, courses: Sequence[Course]) -> list[Verdict]:
        """One verdict per course, in the same order."""
        return [self.judge(facts, reports) for facts, reports in courses]
