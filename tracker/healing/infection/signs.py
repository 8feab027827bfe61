"""Warning signs: one answer is enough. The safety floor that runs before any queue."""

from tracker.healing.infection.course import Course, Day, Value
from tracker.healing.infection.wording import SENTENCES
from tracker.healing.labels import label
from tracker.healing.symptoms import SCALE_MAX, SIGNS, Answer, Discharge, Report
from tracker.healing.treatments import Facts
from tracker.healing.verdicts import Reason

FEVER_C = 38.0
"""Source: IDSA 2014 algorithm; NHS leaflets. See evidence section on signs and thresholds."""

HARD_SIGNS = ("spreading", "red_streaks", "blisters", "eye_symptoms", "unwell")
HARD = ("sign.pus", "sign.fever", *(f"sign.{sign}" for sign in HARD_SIGNS), "sign.pain")
CORE = ("spreading", "red_streaks", "blisters", "unwell")
"""Signs without whose answers nothing can be called quiet."""

RECENT_DAYS = 2


def _given(report: Report, code: str) -> Value | None:
    """What `report` answered to the question behind a hard code; None when it did not."""
    if code == "sign.pus":
        return report.discharge
    if code == "sign.fever":
        return report.temperature_c
    if code == "sign.pain":
        return report.scores.get("pain")
    return report.signs.get(code.removeprefix("sign."))


def _trips(code: str, value: Value) -> bool:
    """Whether `value` is a warning sign by itself. Pain at the top of the scale is one on every day."""
    if isinstance(value, str):
        return value == (Discharge.PUS if code == "sign.pus" else Answer.YES)
    return value >= (FEVER_C if code == "sign.fever" else SCALE_MAX)


def _reason(code: str, value: Value, day: int) -> Reason:
    """A hard sign as a reason, with the value where it has one."""
    params: dict[str, Value] = {"day": day}
    if code == "sign.fever":
        params["temperature"] = value
    return Reason(code, SENTENCES[code], params, days=(day,))


def floor(facts: Facts, report: Report) -> tuple[Reason, ...]:
    """The hard signs in one report, each enough to ring the clinic today; empty when there is none.

    No fact, symptom or other answer can silence one. Source: evidence, act-now list.
    """
    values = ((code, _given(report, code)) for code in HARD)
    return tuple(_reason(code, v, report.day) for code, v in values if v is not None and _trips(code, v))


def _shown(value: Value) -> Value:
    """A value as people read it: words by their label, numbers as they are."""
    return label(str(value)) if isinstance(value, str) else value


def _what(code: str) -> str:
    """The label of the question behind a hard code."""
    word = {"sign.pus": "discharge", "sign.fever": "temperature"}.get(code, code.removeprefix("sign."))
    return label(word)


def hard_reasons(day: Day) -> list[Reason]:
    """The hard signs of a day over all its reports. One that was later taken back stays, with both values."""
    found = []
    for code in HARD:
        values = [v for r in day.reports if (v := _given(r, code)) is not None]
        worrying = [v for v in values if _trips(code, v)]
        if worrying and _trips(code, values[-1]):
            found.append(_reason(code, values[-1], day.day))
        elif worrying:
            params = {"what": _what(code), "first": _shown(worrying[-1]), "later": _shown(values[-1])}
            found.append(Reason(code, SENTENCES["amended"], {**params, "day": day.day}, days=(day.day,)))
    return found


def soft_reasons(course: Course) -> list[Reason]:
    """New lumps, glands, answers of "not sure", hard signs of the last days: none urgent by itself."""
    today = course.today
    found = [
        Reason(f"sign.{sign}", SENTENCES[f"sign.{sign}"], {"day": today.day}, days=(today.day,))
        for sign in ("new_lump", "swollen_glands")
        if Answer.YES in today.answers(sign)
    ]
    return found + _unsure(today) + _recent(course)


def _unsure(today: Day) -> list[Reason]:
    """Not sure is a signal: one to watch, several to review. The first of two answers counts too."""
    day = today.day
    found = [
        Reason(f"unsure.{sign}", SENTENCES["unsure.sign"], {"sign": label(sign), "day": day}, days=(day,))
        for sign in SIGNS
        if Answer.UNSURE in (said := today.answers(sign)) and Answer.YES not in said
    ]
    if Discharge.UNCLEAR in (fluids := today.discharges()) and Discharge.PUS not in fluids:
        found.append(Reason("unsure.discharge", SENTENCES["unsure.discharge"], {"day": day}, days=(day,)))
    if len(found) > 1:
        params = {"count": len(found), "day": day}
        found.append(Reason("unsure.several", SENTENCES["unsure.several"], params, days=(day,)))
    elif found and Answer.YES in today.answers("swollen_glands"):
        # A second doubt that turns into a yes must not lower the level.
        found.append(Reason("unsure.several", SENTENCES["unsure.with_sign"], {"day": day}, days=(day,)))
    return found


def _recent(course: Course) -> list[Reason]:
    """Hard signs of the last two days, of which today says nothing: a trace, so that they do not vanish."""
    newest = course.today.day
    found: dict[str, Reason] = {}
    for day in course.days[:-1]:
        if newest - day.day > RECENT_DAYS:
            continue
        for reason in hard_reasons(day):
            code = reason.code.replace("sign.", "recent.")
            params = {"before": day.day, "what": _what(reason.code)}
            found[code] = Reason(code, SENTENCES["recent"], params, days=(day.day,))
    return list(found.values())


def unanswered(course: Course) -> list[str]:
    """The questions of the newest day that nobody answered: signs, discharge, temperature."""
    today = course.today
    asked = [s for s in SIGNS if s != "eye_symptoms" or course.facts.near_eye]
    missing = [sign for sign in asked if not today.answers(sign)]
    missing += [] if today.discharges() else ["discharge"]
    return missing + ([] if today.temperatures() else ["temperature"])
