"""What else a person may do with a flag now, and what the card says about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.access import questions
from tracker.forms.flags import SeenForm
from tracker.forms.handing import AskForm, HandOverForm, SnoozeForm
from tracker.models import AskBack, Flag, FlagEvent, Member
from tracker.services import ask_back, flags

Start = dict[str, int | None]


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
    amended: Sequence[FlagEvent]


def more(flag: Flag, member: Member, start: Start, *, may: bool, now: datetime) -> More:
    """Everything of `_more_acts.html` for one flag whose events are at hand."""
    is_open = flag.state != Flag.State.RESOLVED
    acts = may and is_open
    waits_urgently = flag.is_urgent and flag.state == Flag.State.OPEN
    ids = f"flag{flag.pk}_%s_%%s"
    mine = flag.offered_to_id == member.pk
    return More(
        came_back=flag.state == Flag.State.OPEN and flag.owner_id is not None,
        snoozed=flag.snoozed_until is not None and flag.snoozed_until > now,
        offered_to_me=SeenForm(initial=start, auto_id=ids % "accept") if acts and mine else None,
        hand_over=_hand_over(member, start, ids % "hand") if acts else None,
        snooze=SnoozeForm(initial=start, auto_id=ids % "snooze") if acts and not waits_urgently else None,
        ask=AskForm(initial=start, auto_id=ids % "ask", signs=ask_back.askable(flag)) if acts else None,
        undo=SeenForm(initial=start, auto_id=ids % "undo")
        if may and flags.undoable(flag=flag, member=member, now=now)
        else None,
        asked=sorted(flag.ask_backs.all(), key=lambda asked: asked.pk, reverse=True),
        amended=[event for event in flag.events.all() if event.verb == "amended"],
    )


def _hand_over(member: Member, start: Start, ids: str) -> HandOverForm | None:
    colleagues = questions.colleagues_of(member)
    return HandOverForm(initial=start, auto_id=ids, colleagues=colleagues) if colleagues.exists() else None
