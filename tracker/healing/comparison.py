"""One report against the expected course: how far off, and how to say it without percentile numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.healing.labels import label
from tracker.healing.marking import gettext_noop as _
from tracker.healing.symptoms import SYMPTOMS, Report
from tracker.healing.timelines import LAST_DAY, Timeline
from tracker.healing.verdicts import Reason

SENTENCES = {
    "compare.unanswered": _("Not answered for day {day}."),
    "compare.less": _("Less than most people have on day {day}."),
    "compare.about": _("About where most people are on day {day}."),
    "compare.bit_more": _("A little more than most people have on day {day}."),
    "compare.bit_more_peak": _(
        "A little more than most people have on day {day}; it is usually strongest about now."
    ),
    "compare.more": _("More than most people have on day {day}."),
}


@dataclass(frozen=True, slots=True)
class Deviation:
    """One symptom of one report. `score`, `typical` and `upper` (p97.5, as the detector uses it) on 0–4.

    `above` is how far the score lies over `upper`, 0 when it does not. `step` is the change against
    the patient's own lowest earlier answer (negative: better than ever); None without one.
    `sentence` is for the patient.
    """

    symptom: str
    score: int | None
    typical: float
    upper: float
    above: float
    step: int | None
    sentence: Reason


def peak_day(timeline: Timeline, symptom: str) -> int:
    """The day on which `symptom` is usually strongest; the first of several equal ones."""
    return max(range(LAST_DAY + 1), key=lambda day: (timeline.at(symptom, day).p90, -day))


def sentence(timeline: Timeline, symptom: str, day: int, score: int | None) -> Reason:
    """Where `score` stands on `day`, in plain words. Never a percentile, never an all-clear."""
    code = _code(timeline, symptom, day, score)
    return Reason(code, SENTENCES[code], {"symptom": label(symptom), "day": day}, days=(day,))


def _code(timeline: Timeline, symptom: str, day: int, score: int | None) -> str:
    """The key of `SENTENCES` for a score on a day."""
    if score is None:
        return "compare.unanswered"
    usual = timeline.at(symptom, day)
    if score > timeline.threshold(symptom, day) and score - usual.typical >= 1:
        return "compare.more"
    if score > usual.p90 and score > usual.typical + 0.5:
        near_peak = abs(day - peak_day(timeline, symptom)) <= 1
        return "compare.bit_more_peak" if near_peak else "compare.bit_more"
    return "compare.less" if usual.typical - score >= 1 else "compare.about"


def _lowest(symptom: str, report: Report, earlier: Sequence[Report]) -> int | None:
    """The patient's lowest answer on days before `report`; None without one."""
    scores = [s for r in earlier if r.day < report.day and (s := r.score(symptom)) is not None]
    return min(scores, default=None)


def compare(timeline: Timeline, report: Report, earlier: Sequence[Report] = ()) -> tuple[Deviation, ...]:
    """Every symptom of `report` against `timeline`; `earlier` are reports of the same recovery, any order.

    Reports of the same or a later day in `earlier` are left out.
    """
    return tuple(_deviation(timeline, symptom, report, earlier) for symptom in SYMPTOMS)


def _deviation(timeline: Timeline, symptom: str, report: Report, earlier: Sequence[Report]) -> Deviation:
    """One symptom of `compare`."""
    score, low = report.score(symptom), _lowest(symptom, report, earlier)
    upper = timeline.threshold(symptom, report.day)
    return Deviation(
        symptom=symptom,
        score=score,
        typical=timeline.at(symptom, report.day).typical,
        upper=upper,
        above=0.0 if score is None else max(0.0, score - upper),
        step=None if score is None or low is None else score - low,
        sentence=sentence(timeline, symptom, report.day, score),
    )
