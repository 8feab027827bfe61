"""A person's own course over the expected one, from the same timeline that the rules use."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tracker import charts
from tracker.healing import comparison, labels, symptoms
from tracker.healing.timelines import Timeline
from tracker.healing.verdicts import Reason
from tracker.models import CheckIn

STANDS_OUT = "compare.more"


@dataclass(frozen=True, slots=True)
class Curve:
    """One symptom: heading, its sentence, its chart, and whether it is still there."""

    title: str
    sentence: Reason
    chart: charts.HealingChart
    present: bool


def standing(check_ins: Sequence[CheckIn]) -> dict[int, list[CheckIn]]:
    """Check-ins by day, in order of day and arrival; the last of a day is the one that stands."""
    by_day: dict[int, list[CheckIn]] = {}
    for check_in in check_ins:
        by_day.setdefault(check_in.day, []).append(check_in)
    return by_day


Before = Sequence[tuple[str, Sequence[CheckIn]]]
"""Earlier courses, each with the name it is drawn under."""


def curves(expected: Timeline, check_ins: Sequence[CheckIn], before: Before = ()) -> list[Curve]:
    """One curve per symptom, in the order of the form, over those `before`. Empty without a check-in."""
    days = standing(check_ins)
    if not days:
        return []
    newest = max(days)
    earlier = [(said, standing(course)) for said, course in before]
    return [_curve(expected, name, days, newest, earlier) for name in symptoms.SYMPTOMS]


Days = dict[int, list[CheckIn]]


def _points(name: str, days: Days) -> list[charts.Point]:
    """What stands for each day that was answered, unmarked."""
    return [
        charts.Point(day, score)
        for day, entries in sorted(days.items())
        if (score := getattr(entries[-1], name)) is not None
    ]


def _curve(
    expected: Timeline, name: str, days: Days, newest: int, earlier: Sequence[tuple[str, Days]]
) -> Curve:
    points = [
        charts.Point(day, score, late=entries[0].is_late, worrying=_stands_out(expected, name, day, score))
        for day, entries in days.items()
        if (score := getattr(entries[-1], name)) is not None
    ]
    band = [
        charts.BandDay(day, 0.0, expected.at(name, day).p90) for day in range(charts.axis_end(newest) + 1)
    ]
    score = getattr(days[newest][-1], name)
    return Curve(
        title=capfirst(_(labels.label(name))),
        sentence=comparison.sentence(expected, name, newest, score),
        chart=charts.healing_chart(
            points, band, last_day=newest, earlier=[(said, _points(name, course)) for said, course in earlier]
        ),
        present=score != 0,
    )


def _stands_out(expected: Timeline, name: str, day: int, score: int) -> bool:
    return comparison.sentence(expected, name, day, score).code == STANDS_OUT


def any_stands_out(found: Sequence[Curve]) -> bool:
    """Whether the newest answer about any symptom is more than most people have."""
    return any(curve.sentence.code == STANDS_OUT for curve in found)
