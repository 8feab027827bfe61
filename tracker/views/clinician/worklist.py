"""The list of today: what needs a person now, in the order to work in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tracker import access
from tracker.access import Right, has_right
from tracker.forms.desk import LEVELS, OWNERS, FilterForm
from tracker.forms.people import SearchForm
from tracker.models import Flag, Member
from tracker.services import counters
from tracker.views.clinician import banner, rows, strip, threads

RANKS = {"urgent": 3, "review": 2, "watch": 1}


@require_safe
def triage(request: HttpRequest) -> HttpResponse:
    """What needs a person now: the clinical lane, the no-response lane, and what is late or broken."""
    member = access.member(request, Right.SEE_LISTS)
    now, clinical = timezone.now(), has_right(member, Right.SEE_CLINICAL)
    filters = Filters(FilterForm(request.GET).chosen(), clinical)
    wanted = filters.wanted(member)
    numbers, state = counters.desk(clinic_id=member.clinic_id, now=now, wanted=wanted)
    page = access.Worklist(member, wanted, numbers.listed, now).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "section": "triage",
        "now": now,
        "numbers": numbers,
        "most": counters.MOST,
        "filters": filters,
        "search": SearchForm(auto_id="search_%s"),
        "page": page,
        "clinical": clinical,
        "may_act": has_right(member, Right.ACT),
        "rows": rows.clinical(list(page), _known(member, page), now) if clinical else _plain_rows(page, now),
        "silent": rows.silent(access.silent_first(member, now), now),
        "wrote": threads.waiting(member),
        "strip": strip.strip(state),
    }
    return render(request, "clinician/triage.html", context)


def _known(member: Member, page: Page[Flag]) -> rows.Known:
    return rows.known_of(access.recoveries_for(member).filter(pk__in={flag.recovery_id for flag in page}))


def _plain_rows(page: Page[Flag], now: datetime) -> list[dict[str, Any]]:
    return [{"flag": flag, "day": banner.day_of(flag.recovery, now)} for flag in page]


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to narrow the list: its word, its address, and whether it is on."""

    word: str
    query: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed by. All of it stands in the address, so that a view can be shared."""

    chosen: dict[str, str]
    clinical: bool

    @property
    def query(self) -> str:
        """The filters as the beginning of a query string, for the links between pages."""
        return urlencode(self.chosen) + "&" if self.chosen else ""

    @property
    def groups(self) -> list[tuple[str, list[Choice]]]:
        """The choices by what they narrow; tags only where one is set."""
        tag = self.chosen.get("tag", "")
        groups = [
            (_("Level"), self._choices("level", [("", _("All")), *LEVELS])),
            (_("Owner"), self._choices("owner", [("", _("Everybody’s")), *OWNERS])),
        ]
        return groups + ([(_("Tag"), [Choice(tag, self._with("tag", ""), is_on=True)])] if tag else [])  # type: ignore[return-value]

    def _choices(self, name: str, options: list[Any]) -> list[Choice]:
        now = self.chosen.get(name, "")
        return [Choice(word, self._with(name, value), value == now) for value, word in options]

    def _with(self, name: str, value: str) -> str:
        return "?" + urlencode({k: v for k, v in (self.chosen | {name: value}).items() if v})

    def wanted(self, member: Member) -> Q | None:
        """The filters as a condition on flags, None without any. Tags are clinical: not for everybody."""
        chosen, wanted = self.chosen, Q()
        if "level" in chosen:
            wanted &= Q(rank=RANKS[chosen["level"]])
        if "owner" in chosen:
            wanted &= Q(owner=member) if chosen["owner"] == "me" else Q(state=Flag.State.OPEN)
        if "tag" in chosen and self.clinical:
            wanted &= access.tagged(chosen["tag"], "recovery__")
        return wanted or None
