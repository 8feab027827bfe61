"""Patients who wrote or asked to be called: the list on the first page, and the card of one recovery."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict

from tracker import access
from tracker.access import Right
from tracker.forms.threads import AnswerForm
from tracker.models import Member, Patient, Recovery


@dataclass(frozen=True, slots=True)
class Waiting:
    """One person who waits for an answer or a call, and until when that was promised.

    `call_back` is the id of the open call and `why` its reason, None and "" where they wrote;
    `newest` the id of their newest check-in.
    """

    recovery: Recovery
    patient: Patient
    promised_by: datetime
    call_back: int | None
    why: str = ""
    newest: int | None = None


def waiting(member: Member) -> list[Waiting]:
    """Everybody who waits, soonest promise first: a wish to be called and a letter are two lines."""
    found = access.waiting_for(member)
    calls = [
        Waiting(r, r.patient, r.call_by, r.call_back, r.call_why, r.newest) for r in found if r.call_back
    ]
    letters = [Waiting(r, r.patient, r.read_by, None) for r in found if r.read_by]
    return sorted([*calls, *letters], key=lambda row: row.promised_by)[: access.WAITING_SHOWN]


def card(
    member: Member, case: access.Case, form: AnswerForm | None, seen: int | None, unsent: QueryDict | None
) -> dict[str, Any]:
    """What `clinician/_thread.html` shows: the notes, what is unread, the wish to be called, the form."""
    notes = list(case.recovery.notes.all())
    names = {person.user_id: person.name for person in case.team.values()}
    unread = [note for note in notes if note.from_patient and note.read_at is None]
    text = unsent.get("text", "") if unsent else ""  # written when the sign-in ran out
    return {
        "notes": [(note, names.get(note.author_id, "")) for note in notes],
        "unread": len(unread),
        "up_to": notes[-1].pk if notes else 0,
        "wish": case.call_back,
        "form": form or AnswerForm(initial={"patient": case.recovery.patient_id, "seen": seen, "text": text}),
        "may_act": access.has_right(member, Right.ACT),
    }
