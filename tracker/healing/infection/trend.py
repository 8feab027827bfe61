"""The course of the four cardinal symptoms: against the patient's own best first, then against the table."""

from dataclasses import dataclass

from tracker.healing.infection.course import Course
from tracker.healing.infection.wording import SENTENCES
from tracker.healing.labels import label
from tracker.healing.symptoms import CARDINAL
from tracker.healing.verdicts import Reason

FIRST_DAY = 3
"""Before it, absolute values say almost nothing. Source: evidence, proposals for the engine, 2 and 4."""

SLOW_DAY, SLOW_SCORE = 7, 2
MARKED = 2
"""The grade from which an answer counts as marked."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One symptom today. `lowest` is (score, day) of the best earlier answer, `last` of the latest one."""

    symptom: str
    score: int
    upper: float
    lowest: tuple[int, int] | None
    last: tuple[int, int] | None
    last_high: bool

    @property
    def high(self) -> bool:
        """Marked, and above what all but a few have on this day."""
        return self.score >= MARKED and self.score > self.upper

    @property
    def steps(self) -> int:
        """Grades above the patient's own lowest; 0 when there is nothing earlier or it is no worse."""
        return max(0, self.score - self.lowest[0]) if self.lowest else 0

    @property
    def risen(self) -> bool:
        """Worse than the patient's own best; with nothing earlier to compare, the table stands in."""
        return self.steps >= 1 if self.lowest else self.high


def reading(course: Course, symptom: str) -> Reading | None:
    """`symptom` on the newest day, the worst answer given about it; None when it was not answered."""
    score = course.today.worst(symptom)
    if score is None:
        return None
    upper = course.timeline.threshold(symptom, course.today.day)
    last = next(((s, d) for d, s in course.before(symptom)), None)
    last_high = last is not None and _was_high(course, symptom, *last)
    return Reading(symptom, score, upper, course.lowest(symptom), last, last_high)


def _was_high(course: Course, symptom: str, score: int, day: int) -> bool:
    """Whether an earlier answer was marked and above its own day's limit, from day 3 on."""
    return day >= FIRST_DAY and score >= MARKED and score > course.timeline.threshold(symptom, day)


def readings(course: Course) -> dict[str, Reading]:
    """The cardinal symptoms and itching, as far as they were answered on the newest day."""
    each = ((symptom, reading(course, symptom)) for symptom in (*CARDINAL, "itching"))
    return {symptom: found for symptom, found in each if found is not None}


def trend_reasons(course: Course, known: dict[str, Reading]) -> list[Reason]:
    """What the course says from day 3 on; empty before. Redness alone never speaks for an infection."""
    day = course.today.day
    if day < FIRST_DAY:
        return []
    cardinal = [known[s] for s in CARDINAL if s in known]
    found = _together(cardinal, day)
    for each in cardinal:
        found += _one(each, day)
    found += _itch(known, day)
    return found + (_amended(course) if found else []) + _gaps(course, known)


def _amended(course: Course) -> list[Reason]:
    """Answers of today that were later made milder: the higher one counts, both are told."""
    today, found = course.today, []
    for symptom in (*CARDINAL, "itching"):
        worst, stands = today.worst(symptom), today.score(symptom)
        if worst != stands:
            params = {"what": label(symptom), "first": worst, "later": stands, "day": today.day}
            found.append(Reason(f"amended.{symptom}", SENTENCES["amended"], params, days=(today.day,)))
    return found


def _together(cardinal: list[Reading], day: int) -> list[Reason]:
    """At least two of the four worse than their best, one of them high; three and two are urgent."""
    risen = [r for r in cardinal if r.risen]
    high = [r for r in risen if r.high]
    if len(risen) < 2 or not high:
        return []
    code = "trend.many" if len(risen) >= 3 and len(high) >= 2 else "trend.rise"
    params = {"count": len(risen), "high": len(high), "day": day}
    return [Reason(code, SENTENCES[code], params, days=(day,)), *(_rise(r, day) for r in risen if r.lowest)]


def _rise(each: Reading, day: int) -> Reason:
    """How far one symptom rose over the patient's own best, as a supporting reason."""
    low, low_day = each.lowest or (each.score, day)
    params = {"symptom": label(each.symptom), "score": each.score, "day": day}
    lows = {"lowest": low, "lowest_day": low_day}
    return Reason(f"rise.{each.symptom}", SENTENCES["rise"], params | lows, days=(low_day, day))


def _one(each: Reading, day: int) -> list[Reason]:
    """What one symptom says by itself: strong rise, two entries high, high once, or redness that stays."""
    params = {"symptom": label(each.symptom), "score": each.score, "day": day, "upper": each.upper}
    found = []
    if each.symptom == "redness" and day >= SLOW_DAY and each.score >= SLOW_SCORE:
        found.append(Reason("slow.redness", SENTENCES["slow.redness"], params, days=(day,)))
    if each.high and each.last_high and each.last:
        before = each.last[1]
        more = params | {"before": before}
        found.append(Reason(f"persist.{each.symptom}", SENTENCES["persist"], more, days=(before, day)))
    if each.symptom == "redness":
        return found
    if each.high and each.score >= 3 and each.steps >= 2:
        more = params | {"steps": each.steps}
        found.append(Reason(f"strong.{each.symptom}", SENTENCES["strong"], more, days=(day,)))
    if each.high and not found:
        found.append(Reason(f"high.{each.symptom}", SENTENCES["high"], params, days=(day,)))
    return found


def _itch(known: dict[str, Reading], day: int) -> list[Reason]:
    """Itching speaks for a contact reaction: once to watch, twice or with a rise to review."""
    itch = known.get("itching")
    if itch is None or not itch.high:
        return []
    others = [known[s] for s in ("redness", "swelling") if s in known]
    again = itch.last_high or (itch.risen and any(r.risen for r in others))
    code = "itch.persist" if again else "itch.once"
    params = {"score": itch.score, "day": day, "upper": itch.upper}
    return [Reason(code, SENTENCES[code], params, days=(day,))]


def _gaps(course: Course, known: dict[str, Reading]) -> list[Reason]:
    """A cardinal symptom that was high and is not answered now: unknown, not gone."""
    found = []
    for symptom in (s for s in CARDINAL if s not in known):
        last = next(course.before(symptom), None)
        if last and _was_high(course, symptom, last[1], last[0]):
            params = {"symptom": label(symptom), "score": last[1], "before": last[0], "day": course.today.day}
            found.append(Reason(f"gap.{symptom}", SENTENCES["gap"], params, days=(last[0],)))
    return found


def itch_leads(known: dict[str, Reading]) -> bool:
    """Whether itching stands out over pain and warmth. Unanswered pain or warmth could be anything: no."""
    itch, pain, warmth = known.get("itching"), known.get("pain"), known.get("warmth")
    return bool(itch and pain and warmth and itch.high and itch.score >= max(pain.score, warmth.score))
