"""How much a clinic is alerted: flags by level and mails to the team, week by week."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tracker import days
from tracker.models import CheckIn, Clinic, Flag, FlagEvent, Message
from tracker.services.messages import ALERTS

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """One week, Monday to Sunday of the clinic. `urgent` is how often a flag opened as urgent or became it.

    `mails` counts alerts and escalation steps that the mail server accepted.
    """

    monday: date
    urgent: int
    review: int
    watch: int
    mails: int
    check_ins: int

    @property
    def urgent_share(self) -> float | None:
        """Urgent alerts per check-in; None without check-ins."""
        return self.urgent / self.check_ins if self.check_ins else None


def alert_load(*, clinic: Clinic, weeks: int, now: datetime) -> list[Week]:
    """The last `weeks` weeks, the running one last. Three queries, however many weeks."""
    today = days.local_date(now, clinic.timezone)
    monday = today - timedelta(days=today.weekday())
    mondays = [monday - WEEK * back for back in reversed(range(weeks))]
    since = days.local_instant(mondays[0], time(0), clinic.timezone)
    flags = _flags(clinic, since)
    mails = Message.objects.filter(clinic=clinic, kind__in=ALERTS, sent_at__gte=since)
    mails = mails.exclude(flag__recovery__patient__is_synthetic=True)
    entries = CheckIn.objects.filter(
        clinic=clinic, recorded_at__gte=since, recovery__patient__is_synthetic=False
    )
    sent = _by_week(clinic, mails.values_list("sent_at", flat=True))
    said = _by_week(clinic, entries.values_list("recorded_at", flat=True))
    return [
        Week(
            monday=day,
            urgent=flags[day, "urgent"],
            review=flags[day, "review"],
            watch=flags[day, "watch"],
            mails=sent[day],
            check_ins=said[day],
        )
        for day in mondays
    ]


def _flags(clinic: Clinic, since: datetime) -> Counter[tuple[date, str]]:
    """How often a flag opened at each level or was raised to it."""
    flags = Flag.objects.filter(clinic=clinic, recovery__patient__is_synthetic=False)
    events = FlagEvent.objects.filter(flag__in=flags, verb__in=["opened", "raised"], at__gte=since)
    return Counter(
        (_monday(clinic, at), str(detail.get("level"))) for at, detail in events.values_list("at", "detail")
    )


def _by_week(clinic: Clinic, instants: Iterable[datetime | None]) -> Counter[date]:
    return Counter(_monday(clinic, at) for at in instants if at is not None)


def _monday(clinic: Clinic, at: datetime) -> date:
    day = days.local_date(at, clinic.timezone)
    return day - timedelta(days=day.weekday())
