"""The recovery page: one course, its flags and everything done about them, on one page."""

from datetime import datetime
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracker import access
from tracker.forms.desk import TagForm
from tracker.forms.threads import AnswerForm
from tracker.models import CheckIn, Member
from tracker.services import answering, reading
from tracker.views.clinician import banner, cards, course, entries, last_words, marks, threads, trail

LATE = CheckIn.Kind.TAIL
"""Weeks after the course: listed among the entries, and no point of its curves."""


@require_safe
def recovery(request: HttpRequest, pk: int) -> HttpResponse:
    """The course of one recovery. Opening it is written into the audit."""
    member = access.member(request, access.Right.SEE_CLINICAL)
    case, now = access.case_for(member, pk), timezone.now()
    reading.note_viewed(recovery=case.recovery, member=member, now=now)
    return shown(request, member, case, now, unsent=access.unsent(request))


def shown(
    request: HttpRequest,
    member: Member,
    case: access.Case,
    now: datetime,
    *,
    refused: cards.Refused | None = None,
    note: AnswerForm | None = None,
    tag_form: TagForm | None = None,
    unsent: QueryDict | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw the page, with a refused form in its place if there is one, or an `unsent` letter."""
    found, check_ins, flags = case.recovery, case.check_ins, case.flags
    seen = newest(check_ins)
    context: dict[str, Any] = {
        "section": "triage",
        "now": now,
        "banner": banner.banner(found, now),
        "cards": cards.cards(flags, member, case.team, seen=seen, now=now, refused=refused),
        "marks": marks.marks(case, member, seen, now, tag_form),
        "course": course.drawn(found.timeline(), [c.report() for c in check_ins if c.kind != LATE]),
        "days": entries.by_day(check_ins, near_eye=found.treatment.facts().near_eye),
        "paces": answering.paces_of(check_ins),
        "last_words": last_words.last_words(found),
        "trail": trail.trail(flags, case.messages),
        "thread": threads.card(member, case, note, seen, unsent),
        "seen": seen,
        "form": refused.form if refused else note or tag_form,
        "signed_off_by": found.edition.signed_off_by,
    }
    return render(request, "clinician/recovery.html", context, status=status)


def again(
    request: HttpRequest,
    member: Member,
    pk: int,
    now: datetime,
    *,
    note: AnswerForm | None = None,
    tag_form: TagForm | None = None,
) -> HttpResponse:
    """The page as it is now, with what was typed kept. What it shows now counts as seen from here on."""
    case, form = access.case_for(member, pk), note or tag_form
    if form is not None:
        newest_one, typed = newest(case.check_ins), cast(QueryDict, form.data).copy()
        typed["patient"] = str(case.recovery.patient_id)
        typed["seen"] = "" if newest_one is None else str(newest_one)
        form.data = typed
    status = 422 if form is not None and form.errors else 409
    return shown(request, member, case, now, note=note, tag_form=tag_form, status=status)


def newest(check_ins: list[CheckIn]) -> int | None:
    """The id of the newest check-in: what this page has shown."""
    return max((c.pk for c in check_ins), default=None)
