"""The patient's take-home card, printed at the desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracker import access
from tracker.access import Right
from tracker.views.patient import cards, paper


@require_safe
def print_card(request: HttpRequest, pk: int) -> HttpResponse:
    """The card of one recovery as a file; as a page where the file cannot carry the letters."""
    member = access.member(request, Right.SEE_CLINICAL)
    recovery = access.recovery_for(member, pk)
    card = cards.card(recovery, timezone.now())
    page = {"take_home": card, "clinic": recovery.clinic}
    return paper.answer(card) or render(request, "patient/take_home.html", page)
