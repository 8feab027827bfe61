"""The report card of an edition, and the quiet sample."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tracker import access
from tracker.access import Right, has_right
from tracker.forms.protocols import FindingForm
from tracker.forms.tail import AGREE, FEEDBACK
from tracker.models import Farewell, Flag, Member, ProtocolEdition, QualityCheck, Recovery
from tracker.models.flags import CAUSE_LABELS
from tracker.services import answering, checkins, load, protocols, quality
from tracker.services import insight as service
from tracker.services.insight import Line
from tracker.templatetags.aftercare import LEVEL_WORDS
from tracker.views.clinician import banner, course, fresh

CHECKS_SHOWN = 10
TREND_SHOWN = 12
WEEKS_SHOWN = 8
WHY = {**dict(Flag.Disagreement.choices), **dict(Flag.Outcome.choices)}


@require_safe
def insight(request: HttpRequest) -> HttpResponse:
    """What the flags of one edition were worth, for the recoveries that began in one month or ever."""
    member = access.member(request, Right.SEE_CLINICAL)
    now = timezone.now()
    editions = list(access.editions_for(member).filter(status=ProtocolEdition.Status.PUBLISHED))
    edition = _edition(editions, request.GET.get("edition"), member)
    context: dict[str, Any] = {"section": "insight", "editions": editions, "edition": edition}
    context["weeks"] = load.alert_load(clinic=member.clinic, weeks=WEEKS_SHOWN, now=now)[::-1]
    if edition is not None:
        context |= _card(member, edition, request.GET.get("month"), now)
    return render(request, "owner/insight.html", context)


def _edition(editions: list[ProtocolEdition], asked: str | None, member: Member) -> ProtocolEdition | None:
    """The edition asked for, else the one in force."""
    wanted = next((one for one in editions if str(one.pk) == asked), None)
    return wanted or protocols.current_edition(clinic_id=member.clinic_id)


def _card(member: Member, edition: ProtocolEdition, asked: str | None, now: datetime) -> dict[str, Any]:
    months = service.months(edition=edition)
    month = next((each for each in months if each.strftime("%Y-%m") == asked), None)
    card = service.report_card(edition=edition, month=month, now=now)
    checks = access.quality_checks_for(member).filter(finding="").order_by("-week", "pk")
    return {
        "months": months,
        "month": month,
        "card": card,
        "trend": service.trend(edition=edition)[:TREND_SHOWN],
        "lines": [_line(line) for line in card.lines],
        "total": _line(card.total),
        "least_group": service.LEAST_GROUP,
        "longest_review": int(service.LONGEST_REVIEW.total_seconds() // 60),
        "checks": checks[:CHECKS_SHOWN],
        "is_demo": member.clinic.is_demo,
        **_last_words(edition, month),
    }


def _last_words(edition: ProtocolEdition, month: date | None) -> dict[str, Any]:
    """What patients said, in the words of the questions."""
    found = answering.last_words(edition=edition, month=month)
    return {
        "paces": answering.paces_on(edition=edition, month=month),
        "said": found.said,
        "medicines": [
            (word, found.medicines[code])
            for code, word in Farewell.Medicines.choices
            if code in found.medicines
        ],
        "marks": [word for _mark, word in AGREE],
        "questions": [
            (question, [(word, found.feedback[name].get(int(mark), 0)) for mark, word in AGREE])
            for name, question in FEEDBACK.items()
        ],
        "notes": found.notes,
    }


def _line(line: Line) -> dict[str, Any]:
    """One row in words."""
    names = {cause.value: label for cause, label in CAUSE_LABELS.items()}
    level = ("", "watch", "review", "urgent")[line.rank]
    why = [f"{WHY.get(code, code)}: {count}" for code, count in line.why_dismissed]
    return {
        "numbers": line,
        "cause": names.get(line.cause, _("All flags")),
        "level": level,
        "word": LEVEL_WORDS.get(level, ""),
        "why": why,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def quality_check(request: HttpRequest, pk: int) -> HttpResponse:
    """One unflagged recovery to look at, and the finding in one tap."""
    member = access.member(request, Right.ACT if request.method == "POST" else Right.SEE_CLINICAL)
    check = access.quality_check_for(member, pk)
    recovery = access.recovery_for(member, check.recovery_id)
    form, stale = FindingForm(request.POST or None), fresh.is_stale(request, recovery)
    if request.method == "POST" and not stale and form.is_valid():
        return _answered(request, member, check, form)
    context, status = _looked_at(member, check, recovery, form), fresh.status(form, stale=stale)
    return render(request, "owner/quality_check.html", context, status=status)


def _answered(request: HttpRequest, member: Member, check: QualityCheck, form: FindingForm) -> HttpResponse:
    try:
        quality.answer(check=check, member=member, now=timezone.now(), **form.cleaned_data)
    except quality.AlreadyAnswered:
        messages.warning(request, _("Somebody has answered this one. Nothing was changed."))
        return redirect("quality_check", pk=check.pk)
    if form.cleaned_data["finding"] == QualityCheck.Finding.MISSED:
        messages.warning(request, _("Kept. Please ring the patient: nobody else is told about this."))
        return redirect("recovery", pk=check.recovery_id)
    messages.success(request, _("Kept. Thank you."))
    return redirect("insight")


def _looked_at(member: Member, check: QualityCheck, recovery: Recovery, form: FindingForm) -> dict[str, Any]:
    reports = [check_in.report() for check_in in checkins.course_of(recovery)]
    return {
        "section": "insight",
        "check": check,
        "banner": banner.banner(recovery, timezone.now()),
        "seen": fresh.newest(recovery),
        "course": course.drawn(recovery.timeline(), reports),
        "findings": QualityCheck.Finding.choices,
        "may_act": has_right(member, Right.ACT),
        "form": form,
    }
