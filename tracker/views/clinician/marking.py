"""What a clinician marks a recovery with: tags, and that it was read. One POST each."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tracker import access
from tracker.forms.desk import ReviewForm, TagForm
from tracker.services import reviewing, tagging
from tracker.views.clinician import fresh, page


@require_POST
def tag(request: HttpRequest, pk: int) -> HttpResponse:
    """Pin a word to the recovery."""
    member = access.member(request, access.Right.ACT)
    recovery, now = access.recovery_for(member, pk), timezone.now()
    form = TagForm(request.POST, patient=recovery.patient)
    problem = fresh.problem(recovery, form)
    if problem:
        messages.error(request, problem)
    elif form.is_valid():
        try:
            tagging.add_tag(recovery=recovery, member=member, tag=form.cleaned_data["tag"], now=now)
            return redirect("recovery", pk)
        except tagging.TooManyTags:
            form.add_error("tag", _("Six tags are enough. Take one away first."))
    return page.again(request, member, pk, now, tag_form=form)


@require_POST
def untag(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a word away. What is not pinned there stays so."""
    member = access.member(request, access.Right.ACT)
    recovery, now = access.recovery_for(member, pk), timezone.now()
    if fresh.is_stale(request, recovery):
        return page.again(request, member, pk, now)
    tagging.remove_tag(recovery=recovery, member=member, tag=request.POST.get("tag", ""), now=now)
    return redirect("recovery", pk)


@require_POST
def review(request: HttpRequest) -> HttpResponse:
    """Mark calm recoveries as read. One with a flag or with news is left out, and that is said."""
    member = access.member(request, access.Right.ACT)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Tick somebody first."))
        return _back(request)
    seen = dict(form.cleaned_data["row"])
    done = reviewing.mark_reviewed(member=member, seen=seen, now=timezone.now())
    if done:
        text = ngettext("%(number)d reviewed.", "%(number)d reviewed.", len(done))
        messages.success(request, text % {"number": len(done)})
    if left := len(seen) - len(done):
        text = ngettext(
            "%(number)d was left out: there is a flag or something newer. Please open it.",
            "%(number)d were left out: there is a flag or something newer. Please open them.",
            left,
        )
        messages.warning(request, text % {"number": left})
    return _back(request)


@require_POST
def undo_review(request: HttpRequest) -> HttpResponse:
    """Take one's own reviews of the last ten minutes back."""
    member = access.member(request, access.Right.ACT)
    form = ReviewForm(request.POST)
    pks = [pk for pk, _newest in form.cleaned_data["row"]] if form.is_valid() else []
    if reviewing.undo_review(member=member, recoveries=pks, now=timezone.now()):
        messages.success(request, _("Taken back. Everything stands as before."))
    else:
        messages.warning(request, _("That is too long ago, or something newer came. Nothing was changed."))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """To the page that asked, when it is one of ours."""
    back = request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "recoveries")
