"""The report card: what the flags of an edition were worth. Counts of one clinic, never a validation.

A card is about the recoveries that began in one month (or ever) on one edition, and everything that
became of them since.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.db.models import Q, QuerySet
from django.db.models.functions import TruncMonth

from tracker.healing.proportions import Share, share
from tracker.healing.timelines import skin_band
from tracker.models import Flag, ProtocolEdition, QualityCheck, Recovery
from tracker.services.learning import MEDICINES

LONGEST_REVIEW = timedelta(minutes=30)
"""What one review counts for at most: a flag that stays open overnight was not worked on all night."""

LEAST_GROUP = 20
"""A smaller group is not shown: it says nothing, and might point at somebody."""

FEW_ACTED = 0.2
"""With the whole range of the acted-on share below this, other levels are suggested. An estimate."""

NOTHING_DONE = (Flag.Outcome.SETTLED, Flag.Outcome.MISTAKE)
UNKNOWN_SKIN = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Flags of one cause and level. Times are medians in minutes, None without one; `reviewing` is the
    estimated minutes that people spent, in all. `why_dismissed` counts reasons by Flag.Disagreement.
    """

    cause: str
    rank: int
    raised: int
    per_100: float
    in_time: Share
    acted: Share
    dismissed: int
    why_dismissed: tuple[tuple[str, int], ...]
    confirmed: Share
    to_seen: float | None
    to_closed: float | None
    reviewing: float


@dataclass(frozen=True, slots=True)
class SkinGroup:
    """Recoveries by skin type: how many were ever flagged for review or above. None: too few to show."""

    band: str
    recoveries: int | None
    flagged: Share | None
    confirmed: Share | None


@dataclass(frozen=True, slots=True)
class Sample:
    """The quality checks: `missed` of those that could be told, the rest counted beside it."""

    missed: Share
    unsure: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Card:
    """One report card. `unflagged_confirmed` are confirmed cases that never had a review or urgent flag."""

    recoveries: int
    going_on: int
    lines: tuple[Line, ...]
    total: Line
    confirmed: int
    unflagged_confirmed: int
    skin: tuple[SkinGroup, ...]
    sample: Sample

    @property
    def seldom_acted_on(self) -> bool:
        """Whether so few flags led to anything that other levels deserve a replay."""
        return self.total.acted.high < FEW_ACTED

    @property
    def minutes_per_confirmed(self) -> float | None:
        """Estimated reviewer minutes for each confirmed case that was flagged; None without one."""
        found = self.confirmed - self.unflagged_confirmed
        return self.total.reviewing / found if found else None


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the trend: recoveries that began in it, their flags, and how many were acted on."""

    month: date
    recoveries: int
    flags: int
    acted: Share
    confirmed: int

    @property
    def per_100(self) -> float:
        """Flags for every hundred recoveries."""
        return 100 * self.flags / self.recoveries


def cohort(edition: ProtocolEdition, month: date | None) -> QuerySet[Recovery]:
    """Whom a card is about: people's recoveries that began on `edition`, in `month` or ever."""
    rows = Recovery.objects.of_people().filter(edition=edition)
    return rows.filter(started_on__year=month.year, started_on__month=month.month) if month else rows


def months(*, edition: ProtocolEdition) -> list[date]:
    """The first days of the months in which recoveries began on `edition`, newest first."""
    found = Recovery.objects.of_people().filter(edition=edition).annotate(month=TruncMonth("started_on"))
    return list(found.values_list("month", flat=True).order_by("-month").distinct())


def trend(*, edition: ProtocolEdition) -> list[Month]:
    """Month by month what the edition's flags came to, newest first."""
    rows = cohort(edition, None)
    began = dict(rows.values_list("pk", "started_on"))
    treated = Q(farewell__medicines__in=MEDICINES) | Q(flags__outcome=Flag.Outcome.TREATED)
    confirmed = set(rows.filter(treated).values_list("pk", flat=True))
    flags: dict[date, list[str]] = {}
    for recovery_id, outcome in Flag.objects.filter(recovery__in=rows.values("pk")).values_list(
        "recovery_id", "outcome"
    ):
        flags.setdefault(began[recovery_id].replace(day=1), []).append(outcome)
    recoveries = Counter(day.replace(day=1) for day in began.values())
    ill = Counter(began[pk].replace(day=1) for pk in confirmed)
    return [
        Month(month, recoveries[month], len(said := flags.get(month, [])), _acted(said), ill[month])
        for month in sorted(recoveries, reverse=True)
    ]


def _acted(outcomes: Sequence[str]) -> Share:
    """Of the closed ones, those that were closed with more than a look."""
    closed = [outcome for outcome in outcomes if outcome]
    return share(sum(outcome not in NOTHING_DONE for outcome in closed), len(closed))


def report_card(*, edition: ProtocolEdition, month: date | None = None, now: datetime) -> Card:
    """What became of the recoveries that began on `edition`, in `month` or ever, as of `now`."""
    rows = cohort(edition, month)
    people = list(rows.values_list("pk", "state", "patient__skin_type", "farewell__medicines"))
    flags = list(Flag.objects.filter(recovery__in=rows.values("pk")).order_by("pk"))
    treated = {flag.recovery_id for flag in flags if flag.outcome == Flag.Outcome.TREATED}
    confirmed = treated | {pk for pk, _state, _skin, medicines in people if medicines in MEDICINES}
    flagged = {flag.recovery_id for flag in flags if flag.rank >= 2}  # review and above
    count = len(people)

    def line(cause: str, rank: int, of: Sequence[Flag]) -> Line:
        return _line(cause, rank, of, count, confirmed, now)

    kinds = sorted({(flag.cause, flag.rank) for flag in flags}, key=lambda kind: (-kind[1], kind[0]))
    lines = tuple(line(*kind, [f for f in flags if (f.cause, f.rank) == kind]) for kind in kinds)
    return Card(
        recoveries=count,
        going_on=sum(state == Recovery.State.OPEN for _pk, state, _skin, _medicines in people),
        lines=lines,
        total=line("", 0, flags),
        confirmed=len(confirmed),
        unflagged_confirmed=len(confirmed - flagged),
        skin=_by_skin({pk: skin for pk, _state, skin, _medicines in people}, flagged, confirmed),
        sample=_sample(rows),
    )


def _line(
    cause: str, rank: int, flags: Sequence[Flag], recoveries: int, confirmed: set[int], now: datetime
) -> Line:
    closed = [flag for flag in flags if flag.resolved_at]
    due = [flag for flag in flags if _seen_at(flag) or flag.promised_by <= now]
    dismissed = [flag for flag in flags if flag.disagreed or flag.outcome in NOTHING_DONE]
    reasons = Counter(flag.disagreed or flag.outcome for flag in dismissed)
    return Line(
        cause=cause,
        rank=rank,
        raised=len(flags),
        per_100=100 * len(flags) / recoveries if recoveries else 0.0,
        in_time=share(sum(_in_time(flag) for flag in due), len(due)),
        acted=_acted([flag.outcome for flag in closed]),
        dismissed=len(dismissed),
        why_dismissed=tuple(reasons.most_common()),
        confirmed=share(sum(flag.recovery_id in confirmed for flag in flags), len(flags)),
        to_seen=_median_minutes(flags, _seen_at),
        to_closed=_median_minutes(flags, lambda flag: flag.resolved_at),
        reviewing=sum(_reviewed(flag) for flag in closed),
    )


def _seen_at(flag: Flag) -> datetime | None:
    """When a person first answered: took it, reached the patient, or closed it."""
    times = (flag.acknowledged_at, flag.contacted_at, flag.resolved_at)
    return min((at for at in times if at), default=None)


def _in_time(flag: Flag) -> bool:
    seen = _seen_at(flag)
    return seen is not None and seen <= flag.promised_by


def _median_minutes(flags: Sequence[Flag], until: Callable[[Flag], datetime | None]) -> float | None:
    lengths = [(at - flag.opened_at).total_seconds() / 60 for flag in flags if (at := until(flag))]
    return median(lengths) if lengths else None


def _reviewed(flag: Flag) -> float:
    """Minutes from answering to closing, capped: an estimate of the work, not a measurement."""
    seen = _seen_at(flag)
    if seen is None or flag.resolved_at is None:
        return 0.0
    return min(flag.resolved_at - seen, LONGEST_REVIEW).total_seconds() / 60


def _by_skin(skin: dict[int, int | None], flagged: set[int], confirmed: set[int]) -> tuple[SkinGroup, ...]:
    groups: dict[str, set[int]] = {band: set() for band in ("I-II", "III", "IV", "V-VI", UNKNOWN_SKIN)}
    for pk, kind in skin.items():
        groups[skin_band(kind) if kind else UNKNOWN_SKIN].add(pk)
    return tuple(_group(band, people, flagged, confirmed) for band, people in groups.items())


def _group(band: str, people: set[int], flagged: set[int], confirmed: set[int]) -> SkinGroup:
    count = len(people)
    if count < LEAST_GROUP:
        return SkinGroup(band, None, None, None)
    return SkinGroup(band, count, share(len(people & flagged), count), share(len(people & confirmed), count))


def _sample(rows: QuerySet[Recovery]) -> Sample:
    findings = QualityCheck.objects.filter(recovery__in=rows.values("pk")).values_list("finding", flat=True)
    counts = Counter(findings)
    missed, fine = counts[QualityCheck.Finding.MISSED], counts[QualityCheck.Finding.FINE]
    return Sample(share(missed, missed + fine), counts[QualityCheck.Finding.UNSURE], counts[""])
