"""One line on top of the list: is everything running, and if not, what is late or broken."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from tracker.services import health
from tracker.templatetags.aftercare import span


@dataclass(frozen=True, slots=True)
class Strip:
    """The line and whether it is bad news."""

    text: str
    broken: bool


def strip(state: health.State) -> Strip:
    """Say the whole system's state in words a clinician can act on."""
    problems = list(_problems(state))
    if problems:
        return Strip(" ".join(problems), broken=True)
    return Strip(_("Everything is running. No entry and no alert is waiting."), broken=False)


def _problems(state: health.State) -> Iterator[str]:
    if not state.worker_ok:
        yield _("Entries are not being assessed%(since)s: read new entries yourself.") % _since(
            state.worker_age
        )
    if not state.beat_ok:
        yield _("The schedule stands still%(since)s: reminders and alerts may be late.") % _since(
            state.beat_age
        )
    if not state.mail_ok:
        yield _("Mail does not go out: alerts may not reach anyone. Keep this list open.")
    waiting = state.oldest_unassessed or 0
    if state.worker_ok and waiting > health.LATE_ASSESSMENT.total_seconds():
        yield _("An entry has waited %(time)s to be assessed.") % {"time": _length(waiting)}
    overdue = state.oldest_step or 0
    if overdue > health.LATE_STEP.total_seconds():
        yield _("An unanswered flag has waited %(time)s for its next alert.") % {"time": _length(overdue)}


def _since(age: int | None) -> dict[str, str]:
    """How long ago the last sign of life was; nothing to say when there never was one."""
    return {"since": "" if age is None else _(" (for %(time)s)") % {"time": _length(age)}}


def _length(seconds: int) -> str:
    return span(timedelta(seconds=seconds))
