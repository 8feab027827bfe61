"""The course of one recovery as two pages to print or to send on."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracker import access
from tracker.services import reports
from tracker.views.clinician import report_paper, report_words


@require_safe
def course_report(request: HttpRequest, pk: int) -> HttpResponse:
    """The file. Taking it is written into the audit, like opening the page."""
    member = access.member(request, access.Right.SEE_CLINICAL)
    case, now = access.case_for(member, pk), timezone.now()
    content = report_paper.drawn(report_words.report(case, member, now))
    if request.method == "GET":
        reports.note_printed(recovery=case.recovery, member=member, now=now)
    headers = {
        "Content-Disposition": f'inline; filename="course-report-{case.recovery.pk}.pdf"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)
