"""When something should be fading or gone, for a card with real dates. From the detector's own timeline."""

from collections.abc import Iterator
from dataclasses import dataclass

from tracker.healing.comparison import peak_day
from tracker.healing.labels import label
from tracker.healing.marking import gettext_noop as _
from tracker.healing.symptoms import SYMPTOMS
from tracker.healing.timelines import LAST_DAY, Timeline

NOTABLE = 0.5
"""A symptom whose typical height never reaches this (on 0–4) gets no line."""

FADING = _("By {date}, {symptoms} should be fading.")
GONE = _("By {date}, most people no longer have {symptoms}.")


@dataclass(frozen=True, slots=True)
class Milestone:
    """From `day` (days since treatment) on, `template` holds for `symptoms` (their labels)."""

    day: int
    template: str
    symptoms: tuple[str, ...]


def milestones(timeline: Timeline) -> tuple[Milestone, ...]:
    """In order of day: half the typical height, then less than half of the people still with it.

    Symptoms of one day stand together. Later than day 14 the tables end, and nothing is said.
    """
    found: dict[tuple[int, str], list[str]] = {}
    for symptom in SYMPTOMS:
        for day, template in _of(timeline, symptom):
            found.setdefault((day, template), []).append(label(symptom))
    return tuple(
        Milestone(*key, tuple(named)) for key, named in sorted(found.items(), key=lambda one: one[0])
    )


def _of(timeline: Timeline, symptom: str) -> Iterator[tuple[int, str]]:
    heights = [timeline.at(symptom, day).typical for day in range(LAST_DAY + 1)]
    if max(heights) < NOTABLE:
        return
    after = range(peak_day(timeline, symptom), LAST_DAY + 1)
    fading = next((day for day in after if heights[day] <= max(heights) / 2), None)
    gone = next((day for day in after if timeline.at(symptom, day).share_any < 0.5), None)
    if fading is not None:
        yield fading, FADING
    if gone is not None and gone != fading:
        yield gone, GONE
