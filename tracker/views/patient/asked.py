"""One question that the clinic has asked back."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tracker import access, tasks
from tracker.access import questions
from tracker.forms.checkin import SCALE_LINES, SIGN_LINES
from tracker.forms.question import QuestionForm
from tracker.models import AskBack, Flag
from tracker.services import ask_back
from tracker.views.patient import care, shell


@require_http_methods(["GET", "HEAD", "POST"])
def micro(request: HttpRequest, pk: int) -> HttpResponse:
    """One question about the sign that a flag is about; then what the answer asks the person to do."""
    patient, now = shell.signed_in(request), timezone.now()
    asked = questions.own_question(patient, pk)
    if not ask_back.is_open(asked=asked, now=now):
        return _not_asked(request, asked)
    form = QuestionForm(
        request.POST or access.unsent(request),
        initial={"submission_key": uuid.uuid4()},
        sign=asked.sign,
        level=ask_back.level_of(asked.sign),
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        ask_back.record_micro(
            asked=asked,
            key=said["submission_key"],
            answer=said["answer"],
            level=int(said["level"]),
            user=patient.user,
            now=now,
        )
        tasks.ring(tasks.deliver_messages)
        return redirect("micro", pk=pk)
    at = shell.seen_from(asked.flag.recovery, now)
    name = SIGN_LINES.get(asked.sign) or SCALE_LINES[asked.sign]
    page = shell.context(patient, at, state="asked", form=form, name=name)
    return render(request, "patient/micro.html", page, status=422 if form.errors else 200)


def _not_asked(request: HttpRequest, asked: AskBack) -> HttpResponse:
    """The receipt of the answer; before the question opens and after the flag is closed, a word about it."""
    flag, now = asked.flag, timezone.now()
    at = shell.seen_from(flag.recovery, now)
    state = "sent" if asked.answer else "over" if flag.state == Flag.State.RESOLVED else "early"
    card = care.card(flag.recovery.clinic, care.of_flag(flag), now) if state == "sent" else None
    promise = care.open_promise(flag, now) if state == "sent" else None
    page = shell.context(flag.recovery.patient, at, state=state, asked=asked, card=card, promise=promise)
    return render(request, "patient/micro.html", page)
