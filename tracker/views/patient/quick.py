"""Whether today may be told by comparing with the day before, and what is filled in then."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from tracker.forms.quick import filled
from tracker.healing import symptoms
from tracker.healing.verdicts import Level
from tracker.models import CheckIn
from tracker.views.patient import shell

IN_A_ROW = 2
"""After so many quick entries the next is the whole form."""
LOOK_BACK = 2
"""Days back at which an entry can still be compared with from memory."""
COMPARISONS = ("same", "better")
"""What the quick form takes. Worse has to be told: the whole form, with nothing filled in."""


def before(at: shell.Now, standing: Mapping[int, CheckIn]) -> CheckIn | None:
    """The entry that today is compared with; None when the whole form is wanted.

    It is wanted after a worrying level, after two quick entries, and without a complete entry of the
    last two days.
    """
    last = max((day for day in standing if day < at.day), default=None)
    if last is None or at.day - last > LOOK_BACK or at.day in standing:
        return None
    if Level(at.recovery.level).rank >= Level.REVIEW.rank or quick_in_a_row(standing, last) >= IN_A_ROW:
        return None
    entry = standing[last]
    return None if None in levels(entry).values() else entry


def quick_in_a_row(standing: Mapping[int, CheckIn], last: int) -> int:
    """How many of the entries up to day `last` were quick, counted back to the last whole one."""
    count = 0
    for day in sorted((day for day in standing if day <= last), reverse=True):
        if not standing[day].is_quick:
            break
        count += 1
    return count


def levels(entry: CheckIn) -> dict[str, Any]:
    """The symptom scores of an entry, by name."""
    return {name: getattr(entry, name) for name in symptoms.SYMPTOMS}


def asked(request: HttpRequest) -> str:
    """The comparison that the address or the form names: same, better, worse, or "" for none."""
    than = (request.POST if request.method == "POST" else request.GET).get("than", "")
    return than if than in (*COMPARISONS, "worse") else ""


def initial(entry: CheckIn, than: str) -> dict[str, Any]:
    """What the quick form starts with."""
    return {**filled(levels(entry), than), "than": than}


def higher(entry: CheckIn, before_it: CheckIn | None) -> list[str]:
    """Symptoms that an entry has at a higher level than the entry before it."""
    if before_it is None:
        return []
    old = levels(before_it)
    return [name for name, score in levels(entry).items() if score is not None and (old[name] or 0) < score]


def opened_before(request: HttpRequest) -> str:
    """When the page that offered the comparison was opened, as that page signed it."""
    return request.GET.get("opened", "")


def offer(at: shell.Now, entry: CheckIn | None, opened: str) -> dict[str, Any]:
    """What the page needs to offer the comparison."""
    if entry is None:
        return {}
    name = shell.day_name(entry.local_date) if at.day - entry.day > 1 else ""
    return {"compare": entry, "compare_name": name, "opened": opened}
