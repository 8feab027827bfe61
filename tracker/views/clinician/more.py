"""What else a person may do with a flag now, and what the card says about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.forms import Form

from tracker.forms.flags import SeenForm
from tracker.forms.handing import AskForm, HandOverForm, SnoozeForm
from tracker.models import AskBack, Flag, Member
from tracker.services import ask_back, flags
from tracker.services.flags.handing import ACTING
from tracker.views.clinician import entries

Start = dict[str, int | None]
PLACES: dict[type, str] = {HandOverForm: "hand_over", SnoozeForm: "snooze", AskForm: "ask"}


@dataclass(frozen=True, slots=True)
class Desk:
    """Who looks at the flag, and the colleagues who could take it over."""

    member: Member
    colleagues: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Amended:
    """A correction of an entry that the flag rests on: both values of every answer that changed."""

    at: datetime
    day: int | None
    changes: tuple[entries.Change, ...]


@dataclass(frozen=True, slots=True)
class More:
    """Forms are None where the person cannot do that now. `asked`: questions to the patient."""

    came_back: bool
    snoozed: bool
    offered_to_me: SeenForm | None
    hand_over: HandOverForm | None
    snooze: SnoozeForm | None
    ask: AskForm | None
    undo: SeenForm | None
    asked: Sequence[AskBack]
    amended: Sequence[Amended]


def more(flag: Flag, desk: Desk, start: Start, *, may: bool, now: datetime, refused: Form | None) -> More:
    """Everything of `_more_acts.html` for one flag whose events are at hand.

    `refused` is a form of this flag that was sent and not taken: it keeps its place with what was typed.
    """
    is_open = flag.state != Flag.State.RESOLVED
    acts = may and is_open
    waits_urgently = flag.is_urgent and flag.state == Flag.State.OPEN
    ids = f"flag{flag.pk}_%s_%%s"
    mine = flag.offered_to_id == desk.member.pk
    fresh = More(
        came_back=flag.state == Flag.State.OPEN and flag.owner_id is not None,
        snoozed=flag.snoozed_until is not None and flag.snoozed_until > now,
        offered_to_me=SeenForm(initial=start, auto_id=ids % "accept") if acts and mine else None,
        hand_over=_hand_over(desk, start, ids % "hand") if acts else None,
        snooze=SnoozeForm(initial=start, auto_id=ids % "snooze") if acts and not waits_urgently else None,
        ask=AskForm(initial=start, auto_id=ids % "ask", signs=ask_back.askable(flag)) if acts else None,
        undo=SeenForm(initial=start, auto_id=ids % "undo")
        if may and flags.undoable(flag=flag, member=desk.member, now=now)
        else None,
        asked=sorted(flag.ask_backs.all(), key=lambda asked: asked.pk, reverse=True),
        amended=_amended(flag),
    )
    place = PLACES.get(type(refused))
    kept: dict[str, Any] = {place: refused} if place and acts else {}
    return replace(fresh, **kept)


def _amended(flag: Flag) -> list[Amended]:
    """What the patient corrected, newest first."""
    told = [event for event in flag.events.all() if event.verb == "amended"]
    return [
        Amended(
            event.at,
            event.check_in.day if event.check_in else None,
            tuple(entries.changed(event.detail.get("changed", {}))),
        )
        for event in sorted(told, key=lambda event: event.pk, reverse=True)
    ]


def colleagues(team: Iterable[Member], member: Member) -> tuple[Member, ...]:
    """Who else of the team may act on flags, by name."""
    acting = (one for one in team if one.is_active and one.role in ACTING and one.pk != member.pk)
    return tuple(sorted(acting, key=lambda one: one.name))


def _hand_over(desk: Desk, start: Start, ids: str) -> HandOverForm | None:
    if not desk.colleagues:
        return None
    return HandOverForm(initial=start, auto_id=ids, colleagues=desk.colleagues)
