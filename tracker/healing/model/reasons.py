"""Turns the weights of one check-in into the few sentences a clinician checks in ten seconds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import numpy as np

from tracker.healing.infection.wording import SENTENCES as SIGN_SENTENCES
from tracker.healing.labels import label
from tracker.healing.model.batch import Batch
from tracker.healing.model.courses import SIGNS
from tracker.healing.model.expected import LAST_DAY, MODELLED
from tracker.healing.model.features import CARDINALS
from tracker.healing.model.groups import REST, names
from tracker.healing.model.wording import GRADES, SENTENCES
from tracker.healing.verdicts import Reason

MOST = 5
"""At most this many reasons for, and this many against, besides the rest."""

NEGLIGIBLE = {1: 0.1, -1: 0.25}
"""Contributions for and against below these (log-odds) go into the rest."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One check-in of a batch: its course's rows `first` … `row`."""

    batch: Batch
    first: int
    row: int

    @property
    def day(self) -> int:
        """Days since the treatment."""
        return int(self.batch.courses.day[self.row])

    def days(self) -> list[int]:
        """The days of the course up to this one."""
        days: list[int] = self.batch.courses.day[self.first : self.row + 1].tolist()
        return days

    def scores(self, symptom: str) -> list[float]:
        """The answers about `symptom` up to this check-in, NaN where there was none."""
        column = MODELLED.index(symptom)
        scores: list[float] = self.batch.courses.scores[self.first : self.row + 1, column].tolist()
        return scores

    def said(self, sign: str) -> list[float]:
        """The answers about `sign` up to this check-in: 0, 0.5 for not sure, 1, NaN."""
        column = SIGNS.index(sign)
        said: list[float] = self.batch.courses.signs[self.first : self.row + 1, column].tolist()
        return said


def _grade(score: float) -> str:
    return GRADES[round(min(max(score, 0.0), 4.0))]


def _usual(moment: Moment, symptom: str) -> str:
    courses = moment.batch.courses
    owner = int(np.searchsorted(courses.start, moment.row, side="right")) - 1
    table = courses.tables[courses.normal[owner], min(moment.day, LAST_DAY)]
    return _grade(float(table[MODELLED.index(symptom), 0] + 1e-9))


def _answered(moment: Moment, symptom: str) -> list[tuple[int, float]]:
    pairs = zip(moment.days(), moment.scores(symptom), strict=True)
    return [(day, score) for day, score in pairs if score == score]  # NaN is not itself


def symptom_reason(moment: Moment, symptom: str, weight: float) -> Reason:
    """How `symptom` has gone, beside what is usual by now."""
    code, known = f"course.{symptom}", _answered(moment, symptom)
    params: dict[str, Any] = {"symptom": label(symptom), "day": moment.day}
    if not known:
        return Reason(code, SENTENCES["earlier"], params, weight, (moment.day,))
    day, score = known[-1]
    if day != moment.day:
        params |= {"score": _grade(score), "before": day}
        return Reason(code, SENTENCES["silent"], params, weight, (day,))
    params |= {"score": _grade(score), "usual": _usual(moment, symptom)}
    lowest = min(known[:-1], key=lambda pair: (pair[1], -pair[0]), default=None)
    if lowest is None or lowest[1] >= score:
        return Reason(code, SENTENCES["stands"], params, weight, (day,))
    params |= {"lowest": _grade(lowest[1]), "lowest_day": lowest[0]}
    return Reason(code, SENTENCES["rose"], params, weight, (lowest[0], day))


def _together(moment: Moment, code: str, weight: float) -> Reason:
    known = [_answered(moment, symptom) for symptom in CARDINALS]
    risen = [k for k in known if len(k) > 1 and k[-1][1] > min(score for _, score in k[:-1])]
    rises: list[float] = moment.batch.known["joint.colourless"][moment.first : moment.row + 1].tolist()
    entries = max(1, sum(1 for _ in takewhile(lambda rise: rise > 0, reversed(rises))))
    params = {"count": len(risen), "day": moment.day, "entries": entries}
    return Reason(code, SENTENCES[code], params, weight, tuple(moment.days()[-entries:]))


def _sign(moment: Moment, code: str, weight: float) -> Reason:
    sign, days = code.removeprefix("sign."), moment.days()
    told = [(day, value) for day, value in zip(days, moment.said(sign), strict=True) if value > 0]
    if not told:
        return Reason(code, SENTENCES["sign.several"], {"day": moment.day}, weight, (moment.day,))
    day, value = max(reversed(told), key=lambda pair: pair[1])
    what = label("discharge" if sign == "pus" else sign)
    if value < 1:
        return Reason(code, SENTENCES["sign.doubt"], {"before": day, "what": what}, weight, (day,))
    if day < moment.day or code not in SIGN_SENTENCES:
        return Reason(code, SENTENCES["sign.before"], {"before": day, "what": what}, weight, (day,))
    return Reason(code, SIGN_SENTENCES[code], {"day": day}, weight, (day,))


def _temperature(moment: Moment, code: str, weight: float) -> Reason:
    measured = moment.batch.courses.temperature[moment.first : moment.row + 1]
    at = int(np.nanargmax(measured))
    params = {"temperature": float(measured[at])}
    return Reason(code, SENTENCES[code], params, weight, (moment.days()[at],))


def reason(moment: Moment, code: str, weight: float) -> Reason:
    """The sentence for one group of weights."""
    if code.startswith("course.") and code != "course.together":
        return symptom_reason(moment, code.removeprefix("course."), weight)
    if code == "course.together":
        return _together(moment, code, weight)
    if code == "sign.temperature":
        return _temperature(moment, code, weight)
    if code in ("sign.several", "sign.clear"):
        return Reason(code, SENTENCES[code], {"day": moment.day}, weight, (moment.day,))
    return _sign(moment, code, weight)


def _listed(weights: Sequence[tuple[str, float]], most: dict[int, int]) -> Iterator[tuple[str, float]]:
    ranked = sorted(weights, key=lambda pair: -abs(pair[1]))
    for sense in (1, -1):
        yield from [pair for pair in ranked if sense * pair[1] >= NEGLIGIBLE[sense]][: most[sense]]


def contributions(moment: Moment, *, brief: bool = False) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    """Reasons for and against. Their weights add up to the log-odds; the rest stands last among the first.

    `brief` names three for and none against, for whole files.
    """
    each = zip(names(), moment.batch.weights[moment.row].tolist(), strict=True)
    most = {1: 3, -1: 0} if brief else {1: MOST, -1: MOST}
    listed = list(_listed([pair for pair in each if pair[0] != REST], most))
    made = [reason(moment, code, weight) for code, weight in listed]
    left = float(moment.batch.log_odds[moment.row]) - sum(weight for _, weight in listed)
    rest = Reason("model.rest", SENTENCES["rest"], {}, left)
    return (*(r for r in made if r.weight > 0), rest), tuple(r for r in made if r.weight < 0)
