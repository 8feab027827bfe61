"""The clinical lead's name under an edition, and throwing a draft away."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracker import access
from tracker.access import Right
from tracker.forms.publishing import SignOffForm
from tracker.services import protocols
from tracker.services import sign_off as service
from tracker.views.owner import drafting


@require_POST
def sign_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep who approved this edition for the clinic's patients."""
    member = access.member(request, Right.MANAGE)
    found = access.edition_for(member, pk)
    form = SignOffForm(request.POST)
    if not form.is_valid():
        return drafting.shown(request, member, found, signing=form, status=422)
    try:
        service.sign_off(
            edition=found, member=member, name=form.cleaned_data["signed_off_by"], now=timezone.now()
        )
    except (service.NotPublished, service.OtherState):
        return _otherwise(request, pk)
    messages.success(request, _("Signed off. Pages about this edition name the clinical lead from now on."))
    return redirect("edition", pk=pk)


@require_POST
def withdraw_sign_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the approval back."""
    member = access.member(request, Right.MANAGE)
    found = access.edition_for(member, pk)
    try:
        service.withdraw(edition=found, member=member, now=timezone.now())
    except (service.NotPublished, service.OtherState):
        return _otherwise(request, pk)
    messages.success(request, _("Withdrawn. This edition is awaiting clinical sign-off again."))
    return redirect("edition", pk=pk)


def _otherwise(request: HttpRequest, pk: int) -> HttpResponse:
    messages.warning(request, _("This edition is not in the state your page showed. Nothing was changed."))
    return redirect("edition", pk=pk)


@require_POST
def discard_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away, with its replays."""
    member = access.member(request, Right.MANAGE)
    found = access.edition_for(member, pk)
    try:
        protocols.discard_draft(edition=found, member=member, now=timezone.now())
    except protocols.Frozen:
        return drafting.frozen(request, found)
    messages.success(request, _("The draft is gone. Nothing that is in force has changed."))
    return redirect("protocols")
