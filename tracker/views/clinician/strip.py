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
    proof = _proof(state)
    if problems:
        return Strip(" ".join([*problems, *proof]), broken=True)
    return Strip(
        " ".join([_("Everything is running. No entry and no alert is waiting."), *proof]), broken=False
    )


def _problems(state: health.State) -> Iterator[str]:
    if not state.worker_ok:
        yield _("Entries are not being assessed%(since)s: read new entries yourself.") % _since(
            state.worker_age
        )
    if not state.beat_ok:
        yield _("The schedule stands still%(since)s: reminders and alerts may be late.") % _since(
            state.beat_age
        )
    yield from _mail(state)
    waiting = state.oldest_unassessed or 0
    if state.worker_ok and waiting > health.LATE_ASSESSMENT.total_seconds():
        yield _("An entry has waited %(time)s to be assessed.") % {"time": _length(waiting)}
    overdue = state.oldest_step or 0
    if overdue > health.LATE_STEP.total_seconds():
        yield _("An unanswered flag has waited %(time)s for its next alert.") % {"time": _length(overdue)}
    if not state.proof_ok:
        yield _("The proof that alerts get through is late: keep this list open.")
    if not state.disk_ok:
        yield _("The disk is nearly full: new entries may soon be refused. Tell whoever runs Aftercare.")
    if state.beat_ok and not state.watch_ok:
        yield _("Nothing watches over the system%(since)s: tell whoever runs Aftercare.") % _since(
            state.ages.get(health.WATCH)
        )


def _mail(state: health.State) -> Iterator[str]:
    """An alert that waits is named with its age, whatever keeps it."""
    if not state.mail_ok:
        yield _("Mail does not go out: alerts may not reach anyone. Keep this list open.")
    if not state.alerts_ok:
        yield _("An urgent alert has reached nobody for %(time)s.") % {
            "time": _length(state.oldest_alert or 0)
        }


def _proof(state: health.State) -> Iterator[str]:
    """How long ago a test entry last became a mail; nothing where no proof is set up."""
    if state.proof_age is not None:
        yield _("Last proof from entry to mail: %(time)s ago.") % {"time": lately(state.proof_age)}


def _since(age: int | None) -> dict[str, str]:
    """How long ago the last sign of life was; nothing to say when there never was one."""
    return {"since": "" if age is None else _(" (for %(time)s)") % {"time": _length(age)}}


def lately(seconds: int) -> str:
    """A time that is counted in seconds at first."""
    return _("%(count)d s") % {"count": seconds} if seconds < 60 else _length(seconds)


def _length(seconds: int) -> str:
    return span(timedelta(seconds=seconds))
