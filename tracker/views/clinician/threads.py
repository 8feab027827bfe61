"""Patients who wrote or asked to be called: the list on the first page, the card, and its verbs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracker import access
from tracker.access import Right
from tracker.forms.threads import NoteForm
from tracker.models import Member, Patient, Recovery
from tracker.services import threads

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Waiting:
    """One person who waits for an answer or a call, and until when that was promised.

    `call_back` is the id of the open call and `why` its reason, None and "" where they wrote.
    """

    recovery: Recovery
    patient: Patient
    promised_by: datetime
    call_back: int | None
    why: str = ""


def waiting(member: Member) -> list[Waiting]:
    """Everybody who waits, soonest promise first: a wish to be called and a letter are two lines."""
    found: list[Any] = list(access.waiting_for(member)[:SHOWN])
    calls = [Waiting(r, r.patient, r.call_by, r.call_back, r.call_why) for r in found if r.call_back]
    letters = [Waiting(r, r.patient, r.read_by, None) for r in found if r.read_by]
    return sorted([*calls, *letters], key=lambda row: row.promised_by)[:SHOWN]


def card(member: Member, case: access.Case, form: NoteForm | None = None) -> dict[str, Any]:
    """What `clinician/_thread.html` shows: the notes, what is unread, the wish to be called, the form."""
    notes = list(case.recovery.notes.all())
    names = {person.user_id: person.name for person in case.team.values()}
    unread = [note for note in notes if note.from_patient and note.read_at is None]
    return {
        "notes": [(note, names.get(note.author_id, "")) for note in notes],
        "unread": len(unread),
        "up_to": notes[-1].pk if notes else 0,
        "wish": case.call_back,
        "form": form or NoteForm(),
        "may_act": access.has_right(member, Right.ACT),
    }


@require_POST
def answer_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Write to the patient. Everything they wrote before counts as read."""
    member = access.member(request, Right.ACT)
    recovery, form = access.recovery_for(member, pk), NoteForm(request.POST)
    if form.is_valid():
        text, now = form.cleaned_data["text"], timezone.now()
        threads.write_note(recovery=recovery, author=member.user, from_patient=False, text=text, now=now)
        messages.success(request, _("Sent. The patient gets an e-mail that there is something to read."))
    else:
        messages.error(request, " ".join(str(error) for error in form.errors["text"]))
    return redirect("recovery", pk)


@require_POST
def read_notes(request: HttpRequest, pk: int) -> HttpResponse:
    """Read and nothing to answer: takes the person off the list."""
    member = access.member(request, Right.ACT)
    recovery, up_to = access.recovery_for(member, pk), request.POST.get("up_to", "")
    threads.mark_read(
        recovery=recovery,
        reader=member.user,
        from_patient=True,
        up_to=int(up_to) if up_to.isdecimal() else 0,
        now=timezone.now(),
    )
    return redirect("recovery", pk)


@require_POST
def handle_call_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The patient was called."""
    member = access.member(request, Right.ACT)
    done = threads.handle_call_back(
        call_back=access.call_back_for(member, pk), member=member, now=timezone.now()
    )
    messages.success(request, _("Noted: called.") if done else _("Somebody has called already."))
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if safe else "triage")
