"""The second edition, "model-2": a healing model that weighs the whole course and explains itself.

Worker and commands only: it needs numpy, which web processes never load. It awaits clinical sign-off.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.healing.model.steps import judge_steps
from tracker.healing.model.verdict import NAME, judge, judge_many
from tracker.healing.policy import Policy
from tracker.healing.symptoms import Report
from tracker.healing.treatments import Facts
from tracker.healing.verdicts import Verdict

__all__ = ["NAME", "Model", "judge", "judge_many", "judge_steps"]


@dataclass(frozen=True, slots=True)
class Model:
    """The edition as `infection.EDITIONS` hands it out. `policy` None: the published table of levels."""

    name: str = NAME
    policy: Policy | None = None

    def judge(self, facts: Facts, reports: Sequence[Report]) -> Verdict:
        """The verdict for the newest day in `reports`."""
        return judge(facts, reports, self.policy)

    def judge_many(self, courses: Sequence[tuple[Facts, Sequence[Report]]]) -> list[Verdict]:
        """One verdict per course, in the same order."""
        return judge_many(courses, self.policy)

    def judge_steps(self, courses: Sequence[tuple[Facts, Sequence[Report]]]) -> list[list[Verdict]]:
        """Per course one verdict per report, each with the reports before it and itself."""
        return judge_steps(courses, self.policy)
