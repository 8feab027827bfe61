"""The first edition, "rules-1": warning signs, or a course that turns. No statistics, no clock, no chance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tracker.healing.infection import causes, ranking, signs, trend
from tracker.healing.infection.course import Course, course
from tracker.healing.infection.trend import Reading
from tracker.healing.infection.wording import AGAINST, CLEARS, SENTENCES
from tracker.healing.labels import label
from tracker.healing.policy import Policy
from tracker.healing.symptoms import CARDINAL, Answer, Discharge, Report
from tracker.healing.timelines import Learned
from tracker.healing.treatments import Facts
from tracker.healing.verdicts import Cause, Level, Reason, Verdict

NAME = "rules-1"
HARD = frozenset(signs.HARD)


def hard_level(reasons: Iterable[Reason]) -> Level:
    """The highest level that any of `reasons` carries by itself; NONE for an empty floor."""
    levels = (causes.level_of(reason.code, HARD) for reason in reasons)
    return max(levels, key=lambda level: level.rank, default=Level.NONE)


def _thin(seen: Course, known: dict[str, Reading]) -> bool:
    """Whether most warning signs, or all four cardinal symptoms, went unanswered."""
    missing = [s for s in (*signs.CORE, "discharge") if s in signs.unanswered(seen)]
    return len(missing) >= 3 or not any(symptom in known for symptom in CARDINAL)


def _level(facts: Facts, reasons: list[Reason]) -> Level:
    """The highest level of all reasons; a review becomes urgent when the immune system is weakened."""
    level = hard_level(reasons)
    if facts.immunosuppressed and level is Level.REVIEW:
        reasons.append(Reason("facts.immunosuppressed", SENTENCES["facts.immunosuppressed"]))
        return Level.URGENT
    return level


def _against(seen: Course, codes: set[str], known: dict[str, Reading]) -> tuple[Reason, ...]:
    """What speaks against an infection, so that a clinician can weigh it."""
    today, found = seen.today, []
    temperatures = today.temperatures()
    if temperatures and max(temperatures) < signs.FEVER_C:
        found.append(("against.temperature", {"temperature": temperatures[-1]}))
    if "sign.fever" in codes and today.day < 2:
        found.append(("against.early_fever", {}))
    quiet = all(set(today.answers(s)) == {Answer.NO} for s in signs.CORE)
    if quiet and set(today.discharges()) == {Discharge.NONE}:
        found.append(("against.no_signs", {"day": today.day}))
    if all(s in known and known[s].lowest and not known[s].steps for s in CARDINAL):
        found.append(("against.best", {}))
    if trend.itch_leads(known):
        found.append(("against.itch", {}))
    return tuple(Reason(code, AGAINST[code], params, days=(today.day,)) for code, params in found)


def _clears(seen: Course, reasons: list[Reason], level: Level) -> tuple[Reason, ...]:
    """What would make the verdict unnecessary, and what nobody answered."""
    day = seen.today.day
    found = [Reason("clears.looked", CLEARS["clears.looked"])] if level.rank >= Level.REVIEW.rank else []
    turning = {
        r.code.split(".")[1] for r in reasons if r.code.startswith(("rise.", "persist.", "strong.", "high."))
    }
    for symptom in sorted(turning):
        params = {"symptom": label(symptom)}
        found.append(Reason(f"clears.settled.{symptom}", CLEARS["clears.settled"], params))
    for item in signs.unanswered(seen):
        missing = {"item": label(item), "day": day}
        found.append(Reason(f"unanswered.{item}", CLEARS["unanswered"], missing, days=(day,)))
    if seen.today.reports[-1].late:
        found.append(Reason("clears.late", CLEARS["clears.late"], days=(day,)))
    return tuple(found)


def _nothing() -> Verdict:
    """The verdict on a course without a single report."""
    reason = Reason("no.reports", SENTENCES["no.reports"])
    return Verdict(Level.NONE, Cause.UNCLEAR, 0.0, NAME, clears=(reason,))


def judge(facts: Facts, reports: Sequence[Report], learned: Learned = ()) -> Verdict:
    """The verdict on a course for its newest day, from everything in `reports` and nothing else.

    Pure and deterministic; the order of `reports` does not matter. `learned` is the clinic's own reference
    course: it can lower what counts as unusual, never raise it. With no warning sign and no turn
    the level is NONE and the cause UNCLEAR; what was not answered stands in `clears`, and too few
    answers are a WATCH of their own.
    """
    if not reports:
        return _nothing()
    seen = course(facts, reports, learned)
    known = trend.readings(seen)
    hard = signs.hard_reasons(seen.today)
    reasons = hard + trend.trend_reasons(seen, known) + signs.soft_reasons(seen)
    if any(reason.code == "sign.pain" for reason in hard):
        reasons = [reason for reason in reasons if reason.code != "amended.pain"]
    if _thin(seen, known):
        reasons.append(Reason("thin", SENTENCES["thin"], {"day": seen.today.day}, days=(seen.today.day,)))
    level = _level(facts, reasons)
    codes = {reason.code for reason in reasons}
    first = causes.cause(seen, codes, known, hard=bool(hard))
    total = ranking.points(seen, codes, known, len(hard))
    return Verdict(
        level=level,
        cause=first,
        probability=ranking.probability(level, first, total),
        edition=NAME,
        reasons=tuple(reasons),
        against=_against(seen, codes, known),
        clears=_clears(seen, reasons, level),
        likelier=causes.likelier(seen, codes, known, first),
        floor=bool(hard),
    )


def floor_verdict(facts: Facts, report: Report) -> Verdict | None:
    """What the hard signs of one report alone say, at once; None when it holds none."""
    reasons = signs.floor(facts, report)
    return judge(facts, [report]) if reasons else None


@dataclass(frozen=True, slots=True)
class Rules:
    """The first edition, in the shape that every edition has. Having no statistics it ignores `policy`."""

    name: str = NAME
    policy: Policy | None = None
    learned: Learned = ()

    def judge(self, facts: Facts, reports: Sequence[Report]) -> Verdict:
        """See `judge`."""
        return judge(facts, reports, self.learned)

    def judge_many(self, courses: Sequence[tuple[Facts, Sequence[Report]]]) -> list[Verdict]:
        """One verdict per course, in order."""
        return [judge(facts, reports, self.learned) for facts, reports in courses]
