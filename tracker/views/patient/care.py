"""Care cards with a number to ring: what the rules say, joined with the clinic's phone and hours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from django.utils import formats
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from tracker import access, days
from tracker.healing import advice
from tracker.healing.tiers import Tier
from tracker.healing.verdicts import Level, Reason, Verdict
from tracker.models import CheckIn, Clinic, Flag, Recovery
from tracker.services import rota

Span = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Card:
    """What components/_care.html shows."""

    kind: str
    heading: str
    items: tuple[str, ...]
    phone: str
    phone_note: str


def hours_text(hours: days.Hours) -> str:
    """Opening hours as said on the phone: "Monday to Friday, 9:00 to 18:00". "" when none are known."""
    week: list[tuple[Span, ...]] = [
        tuple((opens, closes) for weekday, opens, closes in hours.spans if weekday == day) for day in range(7)
    ]
    said, day = [], 0
    while day < 7:
        last = day
        while last < 6 and week[last + 1] == week[day]:
            last += 1
        if week[day]:
            said.append(f"{_days_text(day, last)}, {_spans_text(week[day])}")
        day = last + 1
    return "; ".join(said)


def _days_text(first: int, last: int) -> str:
    if first == last:
        return str(WEEKDAYS[first])
    return _("%(first)s to %(last)s") % {"first": WEEKDAYS[first], "last": WEEKDAYS[last]}


def _spans_text(spans: Iterable[Span]) -> str:
    return _(" and ").join(
        _("%(opens)s to %(closes)s")
        % {"opens": formats.time_format(opens, "G:i"), "closes": formats.time_format(closes, "G:i")}
        for opens, closes in spans
    )


def phone_note(clinic: Clinic, now: datetime) -> str:
    """When somebody answers the clinic's phone, and what to do outside these hours."""
    hours = clinic.hours()
    said = hours_text(hours)
    if not said:
        return ""
    if hours.open_at(now):
        return _("Open now. %(hours)s.") % {"hours": said}
    return _(
        "Closed now. %(hours)s. Until then ring your out-of-hours service; in an emergency %(number)s."
    ) % {
        "hours": said,
        "number": clinic.emergency_number,
    }


def card(clinic: Clinic, found: advice.CareCard, now: datetime) -> Card:
    """A care card of the rules, in the reader's language, with the number it asks to ring."""
    emergency = found.number == "emergency"
    return Card(
        kind=found.tier.value,
        heading=_(found.heading),
        items=tuple(_(line) for line in found.lines),
        phone=clinic.emergency_number if emergency else clinic.phone,
        phone_note="" if emergency else phone_note(clinic, now),
    )


def pressing(verdict: Verdict, flag: Flag | None) -> advice.CareCard:
    """The more pressing of what these answers say and what an unanswered flag already said.

    A calm entry never takes back the advice of a flag at which nobody has looked yet.
    """
    found = advice.when_to_seek_help(verdict.reasons, verdict.level)
    if flag is None or flag.state != Flag.State.OPEN or flag.rank <= verdict.level.rank:
        return found
    return of_flag(flag)


def flag_about(recovery: Recovery, check_in: CheckIn | None) -> Flag | None:
    """The flag a patient waits for: the most urgent open one, else the one this check-in raised."""
    flags = access.flags_on(recovery)
    for flag in sorted(flags, key=lambda f: (f.state == Flag.State.RESOLVED, -f.rank, f.promised_by)):
        mine = check_in is not None and flag.newest_check_in_id == check_in.pk
        if flag.state != Flag.State.RESOLVED or mine:
            return flag
    return None


def is_calm(found: advice.CareCard) -> bool:
    """Whether there is room for more than the card: beside "ring now" nothing else is said."""
    return found.tier is Tier.TELL


def of_flag(flag: Flag) -> advice.CareCard:
    """What the answers that raised a flag ask the person to do."""
    return advice.when_to_seek_help([Reason.from_dict(r) for r in flag.reasons], Level(flag.level))


@dataclass(frozen=True, slots=True)
class Promise:
    """What the patient is told about a person looking: promised for `by`, or `seen` already.

    `nobody` says that the clinic is closed now and nobody is on duty; it opens at `opens_at`, if known.
    """

    by: datetime
    seen: datetime | None
    missed: bool
    nobody: bool = False
    opens_at: datetime | None = None


def open_promise(flag: Flag | None, now: datetime) -> Promise | None:
    """What a flag promises; None without one."""
    if flag is None:
        return None
    waits = flag.state == Flag.State.OPEN
    seen = None if waits else flag.acknowledged_at
    return _promised(flag.clinic, flag.promised_by, seen, waits and flag.promised_by < now, now)


def _promised(clinic: Clinic, by: datetime, seen: datetime | None, missed: bool, now: datetime) -> Promise:
    """The promise with what is true of the clinic at this moment."""
    if seen is not None:
        return Promise(by=by, seen=seen, missed=missed)
    cover = rota.cover(clinic=clinic, now=now)
    return Promise(by=by, seen=seen, missed=missed, nobody=not cover.covered, opens_at=cover.opens_at)


def promise(recovery: Recovery, verdict: Verdict, flag: Flag | None, now: datetime) -> Promise | None:
    """From the flag; before the job raised it, what it will promise. None when nobody is asked to look."""
    if flag is not None:
        return open_promise(flag, now)
    edition = recovery.edition
    minutes = {
        Level.WATCH: edition.watch_minutes,
        Level.REVIEW: edition.review_minutes,
        Level.URGENT: edition.urgent_minutes,
    }.get(verdict.level)
    if minutes is None:
        return None
    by = days.promised_by(now=now, hours=recovery.clinic.hours(), minutes=minutes)
    return _promised(recovery.clinic, by, None, False, now)
