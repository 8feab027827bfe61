"""The whole course as its owner sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker import access
from tracker.healing import advice
from tracker.models import CheckIn, Flag, Recovery
from tracker.services import checkins
from tracker.views.patient import answers, care, curves, shell


@dataclass(frozen=True, slots=True)
class Version:
    """A later entry about the same day: when it was sent, and what it changed."""

    check_in: CheckIn
    changed: list[answers.Said]


@dataclass(frozen=True, slots=True)
class Entry:
    """One day as it was first sent, and everything sent about it afterwards."""

    first: CheckIn
    day_name: str
    told: list[answers.Said]
    later: list[Version]

    @property
    def newest(self) -> CheckIn:
        """The one that stands, and that a correction would amend."""
        return self.later[-1].check_in if self.later else self.first


@require_safe
def my_recovery(request: HttpRequest) -> HttpResponse:
    """Own curves over the usual range, what to do today, and every entry as it was sent."""
    patient, now = shell.signed_in(request), timezone.now()
    recoveries = access.own_courses(patient)
    if not recoveries:
        return render(request, "patient/my_recovery.html", shell.context(patient, None))
    recovery = _chosen(recoveries, request.GET.get("of"))
    at = shell.seen_from(recovery, now)
    check_ins = checkins.course_of(recovery)
    before = _before(recovery, recoveries)
    found = curves.curves(recovery.timeline(), check_ins, before)
    flag = care.flag_about(recovery, None)
    waits = flag is not None and flag.state == Flag.State.OPEN
    found_care = care.of_flag(flag) if flag is not None and waits else advice.QUIET
    calm = care.is_calm(found_care) and at.state == "open"
    page = shell.context(
        recovery.patient,
        at,
        heading=_heading(at, found, flag),
        present=[curve for curve in found if curve.present],
        gone=[curve for curve in found if not curve.present],
        entries=_entries(check_ins),
        overlaid=any(course for _named, course in before),
        flag=flag,
        promise=care.open_promise(flag, now),
        aftercare=advice.aftercare(at.day, recovery.started_on) if calm else None,
        waits=waits,
        card=care.card(recovery.clinic, found_care, now),
        others=[(other, shell.day_name(other.started_on)) for other in recoveries if other != recovery],
        treated_on=shell.day_name(recovery.started_on),
    )
    return render(request, "patient/my_recovery.html", page)


OVERLAID = 2
"""How many earlier treatments are drawn under this one: more lines than that cannot be told apart."""


def _before(recovery: Recovery, recoveries: Sequence[Recovery]) -> list[tuple[str, list[CheckIn]]]:
    """The courses of the treatments before this one, newest first, by the date of the treatment."""
    earlier = [one for one in recoveries if one.started_on < recovery.started_on][:OVERLAID]
    return [(formats.date_format(one.started_on, "j M"), checkins.course_of(one)) for one in earlier]


def _chosen(recoveries: Sequence[Recovery], wanted: str | None) -> Recovery:
    """The one asked for, or the newest; 404 for one that is not the person's own."""
    if wanted is None:
        return recoveries[0]
    for recovery in recoveries:
        if str(recovery.pk) == wanted:
            return recovery
    raise Http404


def _heading(at: shell.Now, found: Sequence[curves.Curve], flag: Flag | None) -> str:
    """One sentence above everything. It never says that all is well."""
    if not found:
        return _("Nothing sent yet")
    if flag is not None:
        return _("Your clinic has been asked to look")
    day = found[0].sentence.params["day"]
    if curves.any_stands_out(found):
        return _("Some answers are higher than usual on day %(day)d") % {"day": day}
    return _("About where most people are on day %(day)d") % {"day": day}


def _entries(check_ins: Sequence[CheckIn]) -> list[Entry]:
    """Newest day first; within a day as they arrived."""
    return [_entry(versions) for _day, versions in sorted(curves.standing(check_ins).items(), reverse=True)]


def _entry(versions: Sequence[CheckIn]) -> Entry:
    first = versions[0]
    pairs = pairwise(versions)
    return Entry(
        first=first,
        day_name=shell.day_name(first.local_date),
        told=answers.told(first),
        later=[Version(after, answers.changed(before, after)) for before, after in pairs],
    )
