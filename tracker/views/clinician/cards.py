"""Flag cards: what the flag says, what has been done, and what this person may do now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone

from tracker import access
from tracker.forms.flags import ContactForm, ResolveForm, SeenForm
from tracker.healing.verdicts import Cause
from tracker.models import CAUSE_LABELS, ContactAttempt, Flag, Member
from tracker.views.clinician.more import Desk, More, colleagues, more

TOP_REASONS = 4
"""So many reasons stand above the buttons; the rest is one tap away."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that was sent and refused: shown again in its card with what was typed."""

    flag_id: int
    verb: str
    form: forms.Form


@dataclass(frozen=True, slots=True)
class Card:
    """One flag as its card shows it. A form is None when this person cannot do that now."""

    flag: Flag
    top: list[dict[str, Any]]
    rest: list[dict[str, Any]]
    weighted: bool
    likelier: str
    attempts: tuple[ContactAttempt, ...]
    take: SeenForm | None
    contact: ContactForm | None
    resolve: ResolveForm | None
    reopen: SeenForm | None
    contact_first: bool
    refused: str
    more: More


def cards(
    flags: Sequence[Flag],
    member: Member,
    team: Mapping[int, Member],
    *,
    seen: int | None,
    now: datetime,
    refused: Refused | None,
) -> tuple[Card, ...]:
    """Open flags in working order, then closed ones, newest first.

    `flags` all belong to one recovery; `seen` is its newest check-in's id.
    """
    may = access.has_right(member, access.Right.ACT)
    desk = Desk(member, colleagues(team.values(), member) if may else ())
    return tuple(_card(flag, desk, may, seen, now, refused) for flag in _in_order(flags))


def _in_order(flags: Sequence[Flag]) -> list[Flag]:
    open_ones = [f for f in flags if f.state != Flag.State.RESOLVED]
    closed = [f for f in flags if f.state == Flag.State.RESOLVED]
    return sorted(open_ones, key=lambda f: (-f.rank, f.promised_by, f.pk)) + sorted(
        closed, key=lambda f: f.resolved_at or f.opened_at, reverse=True
    )


def _card(
    flag: Flag, desk: Desk, may: bool, seen: int | None, now: datetime, refused: Refused | None
) -> Card:
    state, attempts = flag.state, tuple(a for a in flag.contact_attempts.all() if a.undone_at is None)
    is_open = state != Flag.State.RESOLVED
    start = {"patient": flag.recovery.patient_id, "seen": seen}
    mine = refused if refused and refused.flag_id == flag.pk else None
    make = _Forms(flag, start, timezone.localdate(now), mine)
    return Card(
        flag=flag,
        top=flag.reasons[:TOP_REASONS],
        rest=flag.reasons[TOP_REASONS:],
        weighted=any(reason["weight"] for reason in flag.reasons),
        likelier=str(CAUSE_LABELS[Cause(flag.likelier)]) if flag.likelier in set(Cause) else flag.likelier,
        attempts=attempts,
        take=make.seen("take") if may and state == Flag.State.OPEN else None,
        contact=make.contact() if may and is_open else None,
        resolve=make.resolve() if may and is_open else None,
        reopen=make.seen("reopen") if may and not is_open else None,
        contact_first=flag.is_urgent and not _reached(flag, attempts),
        refused=mine.verb if mine else "",
        more=more(flag, desk, start, may=may, now=now, refused=mine.form if mine else None),
    )


def _reached(flag: Flag, attempts: Iterable[ContactAttempt]) -> bool:
    """Whether the patient was reached since the flag was last raised."""
    since = (attempt for attempt in attempts if attempt.at >= flag.raised_at)
    return any(attempt.result != ContactAttempt.Result.NO_ANSWER for attempt in since)


@dataclass(frozen=True, slots=True)
class _Forms:
    """The forms of one flag: the refused one as it was sent, the others fresh."""

    flag: Flag
    start: dict[str, int | None]
    today: date
    refused: Refused | None

    def seen(self, verb: str) -> SeenForm:
        return SeenForm(initial=self.start, auto_id=self._ids(verb))

    def contact(self) -> ContactForm:
        if self.refused and isinstance(self.refused.form, ContactForm):
            return self.refused.form
        return ContactForm(initial=self.start, today=self.today, auto_id=self._ids("contact"))

    def resolve(self) -> ResolveForm:
        if self.refused and isinstance(self.refused.form, ResolveForm):
            return self.refused.form
        return ResolveForm(initial=self.start, auto_id=self._ids("resolve"))

    def _ids(self, verb: str) -> str:
        return f"flag{self.flag.pk}_{verb}_%s"
