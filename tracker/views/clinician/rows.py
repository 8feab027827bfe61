"""The rows of the list: one line per person, from one page of flags and two more queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker import days
from tracker.charts import Sparkline
from tracker.healing import symptoms
from tracker.models import Flag, Recovery
from tracker.models.recoveries import RecoveryQuerySet
from tracker.templatetags.aftercare import as_reason, reason_text
from tracker.views.clinician import banner, course

TOP_REASONS = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One flag in the clinical lane. `seen` is the newest check-in's id, for the Take form."""

    flag: Flag
    day: int
    treatment: str
    why: str
    spark: Sparkline
    spark_label: str
    seen: int | None


Told = tuple[int, int, int, bool, tuple[int | None, ...]]
"""Recovery, check-in, day, whether it came late, and the cardinal scores."""


def clinical(flags: Sequence[Flag], answers: Iterable[Told], now: datetime) -> list[Row]:
    """Rows for people who may see clinical facts. `answers` are what `answers_of` selects."""
    told: dict[int, list[Told]] = defaultdict(list)
    for answer in answers:
        told[answer[0]].append(answer)
    return [_row(flag, told[flag.recovery_id], now) for flag in flags]


def answers_of(recoveries: RecoveryQuerySet) -> list[Told]:
    """What rows need from every check-in of `recoveries`, in the order they were written. One query."""
    columns = ["pk", "check_ins__pk", "check_ins__day", "check_ins__is_late"]
    columns += [f"check_ins__{name}" for name in symptoms.CARDINAL]
    said = recoveries.filter(check_ins__isnull=False).order_by("check_ins__pk").values_list(*columns)
    return [(row[0], row[1], row[2], row[3], tuple(row[4:])) for row in said]


def _row(flag: Flag, told: list[Told], now: datetime) -> Row:
    recovery = flag.recovery
    answers = [(day, late, scores) for _recovery, _pk, day, late, scores in told]
    return Row(
        flag=flag,
        day=banner.day_of(recovery, now),
        treatment=banner.treatment_line(recovery.treatment),
        why=why(flag),
        spark=course.spark(recovery.timeline(), answers),
        spark_label=_spark_label(answers),
        seen=max((t[1] for t in told), default=None),
    )


def why(flag: Flag) -> str:
    """The heaviest reasons in one line, rules before statistics."""
    reasons = [as_reason(r) for r in flag.reasons]
    return " ".join(capfirst(reason_text(r)) for r in reasons[:TOP_REASONS]) or str(flag.get_cause_display())


def _spark_label(answers: Sequence[course.Answers]) -> str:
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
