"""Answering what patients wrote, and noting that they were called. One POST each."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracker import access
from tracker.access import Right
from tracker.forms.threads import AnswerForm
from tracker.services import threads
from tracker.views.clinician import fresh, page


@require_POST
def answer_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Write to the patient. Everything they wrote before counts as read."""
    member = access.member(request, Right.ACT)
    recovery, form, now = access.recovery_for(member, pk), AnswerForm(request.POST), timezone.now()
    problem = fresh.problem(recovery, form)
    if problem:
        messages.warning(request, problem)
    if problem or not form.is_valid():
        return page.again(request, member, pk, now, note=form)
    text = form.cleaned_data["text"]
    threads.write_note(recovery=recovery, author=member.user, from_patient=False, text=text, now=now)
    messages.success(request, _("Sent. The patient gets an e-mail that there is something to read."))
    return redirect("recovery", pk)


@require_POST
def read_notes(request: HttpRequest, pk: int) -> HttpResponse:
    """Read and nothing to answer: takes the person off the list."""
    member = access.member(request, Right.ACT)
    recovery, now = access.recovery_for(member, pk), timezone.now()
    if fresh.is_stale(request, recovery):
        return page.again(request, member, pk, now)
    up_to = request.POST.get("up_to", "")
    threads.mark_read(
        recovery=recovery,
        reader=member.user,
        from_patient=True,
        up_to=int(up_to) if up_to.isdecimal() else 0,
        now=now,
    )
    return redirect("recovery", pk)


@require_POST
def handle_call_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The patient was called."""
    member = access.member(request, Right.ACT)
    wish, now = access.call_back_for(member, pk), timezone.now()
    if fresh.is_stale(request, wish.recovery):
        return page.again(request, member, wish.recovery_id, now)
    done = threads.handle_call_back(call_back=wish, member=member, now=now)
    messages.success(request, _("Noted: called.") if done else _("Somebody has called already."))
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if safe else "triage")
