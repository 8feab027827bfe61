"""The clinic's protocols, one edition, and the draft of the next one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker import access
from tracker.access import Right
from tracker.forms.protocols import DraftForm
from tracker.forms.publishing import PublishForm, SignOffForm
from tracker.models import Member, ProtocolEdition, Recovery
from tracker.services import protocols as service
from tracker.services.protocols import Content, Course
from tracker.views.owner import course, facts

DRAFT = ProtocolEdition.Status.DRAFT
RUNS_SHOWN = 5


@require_safe
def protocols(request: HttpRequest) -> HttpResponse:
    """Every protocol of the clinic with its editions, newest first."""
    member = access.member(request, Right.MANAGE)
    running = Count("recoveries", filter=~Q(recoveries__state=Recovery.State.ENDED))
    editions = access.editions_for(member).annotate(all=Count("recoveries"), running=running)
    grouped: dict[int, list[ProtocolEdition]] = {}
    for one in editions:
        grouped.setdefault(one.protocol_id, []).append(one)
    context: dict[str, Any] = {
        "section": "protocols",
        "in_force": service.current_edition(clinic_id=member.clinic_id),
        "protocols": [
            _protocol(protocol, grouped) for protocol in access.protocols_for(member).order_by("name")
        ],
    }
    return render(request, "owner/protocols.html", context)


def _protocol(protocol: Any, grouped: dict[int, list[ProtocolEdition]]) -> dict[str, Any]:
    editions = grouped.get(protocol.pk, [])
    draft = next((one for one in editions if one.status == DRAFT), None)
    return {
        "row": protocol,
        "draft": draft,
        "editions": [{"row": one, "course": facts.course_line(one)} for one in editions],
    }


@require_POST
def draft_edition(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the next edition of a protocol, or go to the one that was begun."""
    member = access.member(request, Right.MANAGE)
    protocol = access.protocol_for(member, pk)
    draft = service.start_draft(protocol=protocol, member=member, now=timezone.now())
    return redirect("edition", pk=draft.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def edition(request: HttpRequest, pk: int) -> HttpResponse:
    """One edition; a draft with its form, what it changes, its replays, and publishing."""
    member = access.member(request, Right.MANAGE)
    found = access.edition_for(member, pk)
    if request.method != "POST":
        return shown(request, member, found)
    form = DraftForm(request.POST, edition=found)
    if not form.is_valid():
        return shown(request, member, found, form=form, status=422)
    return _saved(request, member, found, form)


def _saved(request: HttpRequest, member: Member, found: ProtocolEdition, form: DraftForm) -> HttpResponse:
    content = Content(form.said, Course(form.cleaned_data["course"]))
    try:
        service.save_draft(edition=found, member=member, content=content, now=timezone.now())
    except service.Frozen:
        return frozen(request, found)
    except service.TooFewRecoveries as few:
        text = _("There are %(count)d recoveries to learn from; %(least)d are needed.")
        form.add_error("course", text % {"count": few.courses, "least": course.least_courses()})
        return shown(request, member, found, form=form, status=422)
    messages.success(request, _("The draft is saved. Nothing changes for patients until it is published."))
    return redirect("edition", pk=found.pk)


def frozen(request: HttpRequest, found: ProtocolEdition) -> HttpResponse:
    """Nothing was changed: the edition is published."""
    messages.warning(request, _("This edition is published and never changes. Start a new draft."))
    return redirect("edition", pk=found.pk)


def shown(
    request: HttpRequest,
    member: Member,
    found: ProtocolEdition,
    *,
    form: forms.Form | None = None,
    publishing: PublishForm | None = None,
    signing: SignOffForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw the page of an edition; `form`, `publishing` and `signing` with what was refused in them."""
    in_force = service.current_edition(clinic_id=member.clinic_id)
    is_draft = found.status == DRAFT
    context: dict[str, Any] = {
        "section": "protocols",
        "edition": found,
        "is_draft": is_draft,
        "is_in_force": in_force is not None and in_force.pk == found.pk,
        "facts": facts.facts(found),
        "levels": facts.levels(found),
        "learned": course.learned(found),
    }
    if is_draft:
        context |= _drafting(member, found, in_force)
        context |= {"form": form or DraftForm(edition=found), "publishing": publishing or PublishForm()}
    elif not found.signed_off_by:
        context["signing"] = signing or SignOffForm()
    return render(request, "owner/edition.html", context, status=status)


def _drafting(member: Member, found: ProtocolEdition, in_force: ProtocolEdition | None) -> dict[str, Any]:
    return {
        "in_force": in_force,
        "changes": facts.changes(found, in_force) if in_force else [],
        "runs": access.replays_for(member).filter(draft=found)[:RUNS_SHOWN],
        "replay": service.replay_of(found),
    }
