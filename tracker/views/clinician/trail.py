"""What happened to the flags of a recovery and to its mails, each with its time, newest first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.models import ContactAttempt, DeliveryAttempt, EscalationStep, Flag, FlagEvent, Message
from tracker.templatetags.aftercare import LEVEL_WORDS

VERBS = {
    "opened": gettext_lazy("Flag opened, level %(level)s"),
    "raised": gettext_lazy("Raised to %(level)s"),
    "evidence": gettext_lazy("A new entry added to it, level %(level)s"),
    "acknowledged": gettext_lazy("Taken by %(who)s"),
    "resolved": gettext_lazy("Closed by %(who)s: %(outcome)s"),
    "reopened": gettext_lazy("Reopened by %(who)s"),
    "came_back": gettext_lazy("Open again: nobody finished it in time"),
    "offered": gettext_lazy("Offered to a colleague by %(who)s"),
    "accepted": gettext_lazy("Taken over by %(who)s"),
    "declined": gettext_lazy("Not taken over by %(who)s"),
    "snoozed": gettext_lazy("Put aside by %(who)s"),
    "undone": gettext_lazy("Last step taken back by %(who)s"),
    "amended": gettext_lazy("The patient corrected an entry it rests on"),
    "asked_back": gettext_lazy("The patient was asked back"),
    "answered_back": gettext_lazy("The patient answered the question"),
    "not_answered": gettext_lazy("The patient did not answer the question in time"),
    "lapsed": gettext_lazy("Closed by itself after two calm days"),
}
TOLD = {
    "operator": gettext_lazy("who treated the patient"),
    "deputy": gettext_lazy("the deputy and who is on duty"),
    "clinicians": gettext_lazy("every clinician"),
    "inbox": gettext_lazy("the shared inbox"),
}


@dataclass(frozen=True, slots=True)
class Happened:
    """One line: when, what in words, a person's note, and whether something went wrong."""

    at: datetime
    text: str
    note: str = ""
    bad: bool = False


def trail(flags: Sequence[Flag], messages: Iterable[Message]) -> list[Happened]:
    """Everything that happened to `flags` and `messages`, newest first."""
    lines: list[Happened] = []
    for flag in flags:
        lines += _of_flag(flag, str(flag.get_cause_display()) if len(flags) > 1 else "")
    for message in messages:
        lines += _of_message(message)
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _of_flag(flag: Flag, name: str) -> Iterator[Happened]:
    for event in flag.events.all():
        if event.verb in VERBS:
            yield Happened(event.at, _named(_event_text(event), name), _note_of(flag, event))
    for step in flag.steps.all():
        yield Happened(step.opened_at, _named(_step_text(step), name))
    for attempt in flag.contact_attempts.all():
        yield Happened(attempt.at, _named(_contact_text(attempt), name), attempt.note)


def _named(text: str, name: str) -> str:
    return f"{name}: {text}" if name else text


def _event_text(event: FlagEvent) -> str:
    detail = event.detail
    outcome = detail.get("outcome", "")
    return VERBS[event.verb] % {
        "level": str(LEVEL_WORDS.get(detail.get("level", ""), "?")).lower(),
        "who": event.actor.name if event.actor else "",
        "outcome": Flag.Outcome(outcome).label if outcome in Flag.Outcome.values else outcome,
    }


def _note_of(flag: Flag, event: FlagEvent) -> str:
    """The outcome's note belongs to the line that closed the flag last."""
    return flag.outcome_note if event.verb == "resolved" and event.at == flag.resolved_at else ""


def _step_text(step: EscalationStep) -> str:
    return _("Step %(number)d: tell %(who)s") % {"number": step.number, "who": TOLD.get(step.to, step.to)}


def _contact_text(attempt: ContactAttempt) -> str:
    return _("%(who)s tried to reach the patient: %(result)s") % {
        "who": attempt.by.name,
        "result": str(attempt.get_result_display()).lower(),
    }


def _of_message(message: Message) -> Iterator[Happened]:
    what = {"kind": message.get_kind_display(), "to": message.to_email}
    yield Happened(message.created_at, _("%(kind)s: mail to %(to)s written") % what)
    for attempt in message.delivery_attempts.all():
        yield _delivery(attempt, what)
    if message.state == Message.State.DEAD:
        yield Happened(_last(message), _("%(kind)s: mail to %(to)s given up") % what, bad=True)
    elif message.state == Message.State.DROPPED:
        text = _("%(kind)s: mail to %(to)s no longer wanted") % what
        yield Happened(_last(message), text, message.reason)


def _delivery(attempt: DeliveryAttempt, what: dict[str, str]) -> Happened:
    if attempt.accepted:
        return Happened(attempt.ended_at, _("%(kind)s: mail server accepted it for %(to)s") % what)
    text = _("%(kind)s: try %(number)d for %(to)s failed") % {**what, "number": attempt.number}
    return Happened(attempt.ended_at, text, attempt.error, bad=True)


def _last(message: Message) -> datetime:
    """When the last try ended; when it became due where there was none."""
    return max((a.ended_at for a in message.delivery_attempts.all()), default=message.due_at)
