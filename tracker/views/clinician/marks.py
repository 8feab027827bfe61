"""Tags of a recovery, and who read it last while it was calm: what the card says and offers."""

from dataclasses import dataclass
from datetime import datetime

from tracker import access
from tracker.forms.desk import TagForm
from tracker.models import Flag, Member
from tracker.services.reviewing import UNDO_WITHIN


@dataclass(frozen=True, slots=True)
class Marks:
    """`row` is what "reviewed" sends, "" where it cannot be said; `undo` whether it can be taken back."""

    tags: tuple[str, ...]
    form: TagForm | None
    reviewed_by: str
    reviewed_at: datetime | None
    row: str
    undo: bool


def marks(case: access.Case, member: Member, seen: int | None, now: datetime, form: TagForm | None) -> Marks:
    """The card of one recovery for one member."""
    recovery, may = case.recovery, access.has_right(member, access.Right.ACT)
    by, at = case.team.get(recovery.reviewed_by_id or 0), recovery.reviewed_at
    calm = all(flag.state == Flag.State.RESOLVED for flag in case.flags)
    judged = all(check_in.assessed_at is not None for check_in in case.check_ins)
    start = {"patient": recovery.patient_id, "seen": seen}
    fresh_form = TagForm(patient=recovery.patient, initial=start, auto_id="tag_%s") if may else None
    return Marks(
        tags=tuple(recovery.tags),
        form=form or fresh_form,
        reviewed_by=by.name if by else "",
        reviewed_at=at,
        row=row(recovery.pk, seen) if may and calm and judged and seen else "",
        undo=at is not None and recovery.reviewed_by_id == member.pk and now - at <= UNDO_WITHIN,
    )


def row(pk: int, newest: int | None) -> str:
    """A recovery as ReviewForm reads it: with the newest check-in that the page shows."""
    return f"{pk}:{newest or ''}"
