"""The rows of the list: one line per person, from one page of flags and two more queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tracker import days
from tracker.healing import symptoms
from tracker.healing.timelines import Learned, as_learned, timeline
from tracker.healing.treatments import Facts
from tracker.healing.verdicts import Cause
from tracker.models import CheckIn, Flag, Recovery, TreatedArea
from tracker.models.checkins import written
from tracker.models.flags import CAUSE_LABELS
from tracker.models.recoveries import RecoveryQuerySet
from tracker.templatetags.aftercare import as_reason, by_when, reason_text
from tracker.views.clinician import banner, course

TOP_REASONS, RESTS = 2, 2


@dataclass(frozen=True, slots=True)
class Row:
    """One person in the clinical lane, by their worst flag. `seen` is the newest check-in's id.

    `more` is how many flags of the same recovery stand behind this one; `state` what became of it.
    """

    flag: Flag
    day: int
    treatment: str
    why: str
    more: str
    state: str
    resting: bool
    tags: tuple[str, ...]
    picture: str
    seen: int | None


@dataclass(frozen=True, slots=True)
class Known:
    """By recovery: the course (by check-in: day, late, scores), treated areas by id, the newest check-in."""

    told: dict[int, dict[int, course.Answers]]
    areas: dict[int, dict[int, TreatedArea]]
    newest: dict[int, int]


def clinical(flags: Sequence[Flag], known: Known, now: datetime) -> list[Row]:
    """Rows for people who may see clinical facts."""
    for flag in flags:  # what one query brought for all rows, where `areas.all()` looks first
        areas = list(known.areas[flag.recovery_id].values())
        flag.recovery.treatment.patient = flag.recovery.patient
        flag.recovery.treatment._prefetched_objects_cache = {"areas": areas}  # type: ignore[attr-defined]
    return [_row(flag, known, now) for flag in flags]


def known_of(recoveries: RecoveryQuerySet) -> Known:
    """What rows need from every check-in and area of `recoveries`, check-ins as written. One query."""
    columns = ["pk", "treatment__areas__pk", "treatment__areas__area", "treatment__areas__depth_mm"]
    columns += [f"check_ins__{name}" for name in ("pk", "kind", "day", "is_late", *symptoms.CARDINAL)]
    known = Known(defaultdict(dict), defaultdict(dict), {})
    order = written("check_ins__"), "check_ins__pk", "treatment__areas__pk"
    for pk, area_pk, area, depth, check_in, kind, day, late, *scores in recoveries.order_by(
        *order
    ).values_list(*columns):
        if area_pk is not None:
            known.areas[pk][area_pk] = TreatedArea(pk=area_pk, area=area, depth_mm=depth)
        if check_in is not None:
            known.newest[pk] = max(check_in, known.newest.get(pk, 0))
        if check_in is not None and kind == CheckIn.Kind.DAILY:  # single answers are no points of a course
            known.told[pk][check_in] = day, late, tuple(scores)
    return known


def _row(flag: Flag, known: Known, now: datetime) -> Row:
    recovery, told = flag.recovery, known.told[flag.recovery_id]
    return Row(
        flag=flag,
        day=banner.day_of(recovery, now),
        treatment=banner.treatment_line(recovery.treatment),
        why=why(flag),
        more=_more(flag.open_here - 1),  # type: ignore[attr-defined]
        state=_state(flag, now),
        resting=flag.turn == RESTS,  # type: ignore[attr-defined]
        tags=tuple(recovery.tags),
        picture=picture(recovery, told.values()),
        seen=known.newest.get(flag.recovery_id),
    )


def _more(number: int) -> str:
    """ "And 1 more", or nothing."""
    text = ngettext("and %(count)d more flag", "and %(count)d more flags", number)
    return text % {"count": number} if number else ""


def _state(flag: Flag, now: datetime) -> str:
    """What became of it so far, where that changes when to look again."""
    if flag.snoozed_until and flag.snoozed_until > now:
        at = by_when(timezone.localtime(flag.snoozed_until), timezone.localtime(now))
        return _("Snoozed, back %(when)s: %(why)s") % {"when": at, "why": flag.snooze_reason or "–"}
    if flag.next_try_on and flag.next_try_on > timezone.localdate(now):
        return _("Next try %(day)s") % {"day": formats.date_format(flag.next_try_on, "D j M")}
    if flag.next_try_on:
        return _("Try again today")
    return _("Patient reached") if flag.state == Flag.State.CONTACTED else ""


def why(flag: Flag) -> str:
    """The heaviest reasons in one line, rules before statistics."""
    reasons = [as_reason(r) for r in flag.reasons]
    return " ".join(reason_text(r) for r in reasons[:TOP_REASONS]) or str(CAUSE_LABELS[Cause(flag.cause)])


def picture(recovery: Recovery, told: Iterable[course.Answers]) -> str:
    """The small picture of a course, with the sentence it stands for."""
    facts, learned = recovery.treatment.facts(), as_learned(recovery.edition.learned)
    return _picture(facts, learned, tuple(told), get_language())


@lru_cache(maxsize=2048)
def _picture(facts: Facts, learned: Learned, told: tuple[course.Answers, ...], _language: str | None) -> str:
    """Drawn once: most courses on the list have not changed since somebody looked last."""
    spark = course.spark(timeline(facts, learned), told)
    return render_to_string("components/_sparkline.html", {"spark": spark, "label": spark_label(told)})


def spark_label(answers: Sequence[course.Answers]) -> str:
    """What the small picture shows, in words."""
    if not answers:
        return _("No entry yet")
    text = _("Strongest of redness, warmth, swelling and pain, day %(first)d to day %(last)d")
    return text % {"first": min(a[0] for a in answers), "last": max(a[0] for a in answers)}


# --- the lane of those who do not answer ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Silent:
    """One silent person: how long, after what, and whether only the telephone is left."""

    recovery: Recovery
    text: str
    level: str
    broken_address: bool


def silent(recoveries: Iterable[Recovery], now: datetime) -> list[Silent]:
    """Rows of the no-response lane."""
    return [
        Silent(
            recovery=recovery,
            text=silence(recovery, now),
            level=recovery.level,
            broken_address=recovery.patient.email_broken_at is not None,
        )
        for recovery in recoveries
    ]


def silence(recovery: Recovery, now: datetime) -> str:
    """ "Silent 2 days, last heard on day 5", counted in the patient's zone."""
    today = days.local_date(now, recovery.patient.timezone)
    heard = recovery.last_check_in_on
    length = (today - (heard or recovery.started_on)).days
    if heard is None:
        text = ngettext(
            "Nothing heard since the treatment %(count)d day ago",
            "Nothing heard since the treatment %(count)d days ago",
            length,
        )
        return text % {"count": length}
    text = ngettext(
        "Silent %(count)d day after day %(day)d", "Silent %(count)d days after day %(day)d", length
    )
    return text % {"count": length, "day": recovery.day_on(heard)}
