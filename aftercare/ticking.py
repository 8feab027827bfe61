"""The schedule's ticks: the first one at once, so that a start is noticed in seconds."""

from datetime import datetime
from typing import Any

from celery.schedules import schedstate, schedule


class AtOnce(schedule):
    """Every so many seconds, beginning with the start of beat and not one interval later."""

    since: datetime | None = None
    """What beat took for the last run when it started: as long as that stands, there was none."""

    def is_due(self, last_run_at: datetime) -> schedstate:
        """Due now and when next, in seconds. Asked more than once before it is run."""
        self.since = self.since or last_run_at
        if last_run_at == self.since:
            return schedstate(is_due=True, next=self.seconds)
        return super().is_due(last_run_at)


def every(seconds: float, task: str) -> dict[str, Any]:
    """A tick. It is worthless once the next one is due, so a backlog of ticks cannot build up."""
    return {
        "task": f"tracker.tasks.{task}",
        "schedule": AtOnce(seconds),
        "options": {"expires": seconds},
    }
