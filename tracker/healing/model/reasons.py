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
from tracker.healing.model.expected import MODELLED, Floats
from tracker.healing.model.features import CARDINALS
from tracker.healing.model.groups import REST, names
from tracker.healing.model.wording import GRADES, SENTENCES
from tracker.healing.verdicts import Reason

MOST = 5
"""At most this many reasons for, and this many against, besides the rest."""

NEGLIGIBLE = {1: 0.1, -1: 0.25}
"""Contributions for and against below these (log-odds) go into the rest."""


@dataclass(frozen=True, slots=True)
class Book:
    """A batch row by row: as plain lists what most sentences need, as arrays what few do."""

    day: list[int]
    scores: list[list[float]]
    signs: Floats
    temperature: list[float]
    usual: Floats
    colourless: list[float]
    lasting: list[float]
    log_odds: list[float]


def book(batch: Batch) -> Book:
    """`batch` row by row."""
    courses = batch.courses
    return Book(
        day=courses.day.tolist(),
        scores=courses.scores.tolist(),
        signs=courses.signs,
        temperature=courses.temperature.tolist(),
        usual=courses.usual()[..., 0],
        colourless=batch.known["joint.colourless"].tolist(),
        lasting=batch.known["lasting.either"].tolist(),
        log_odds=batch.log_odds.tolist(),
    )


@dataclass(frozen=True, slots=True)
class Moment:
    """One check-in of a batch: its course's rows `first` … `row`."""

    book: Book
    first: int
    row: int

    @property
    def day(self) -> int:
        """Days since the treatment."""
        return self.book.day[self.row]

    def days(self) -> list[int]:
        """The days of the course up to this one."""
        return self.book.day[self.first : self.row + 1]

    def said(self, sign: str) -> list[float]:
        """The answers about `sign` up to this check-in: 0, 0.5 for not sure, 1, NaN."""
        said: list[float] = self.book.signs[self.first : self.row + 1, SIGNS.index(sign)].tolist()
        return said


def _grade(score: float) -> str:
    return GRADES[round(min(max(score, 0.0), 4.0))]


def _answered(moment: Moment, symptom: str) -> list[tuple[int, float]]:
    column, answered = MODELLED.index(symptom), moment.book.scores[moment.first : moment.row + 1]
    return [
        (day, score)
        for day, row in zip(moment.days(), answered, strict=True)
        if (score := row[column]) == score  # NaN is not itself
    ]


def _usual(moment: Moment, symptom: str) -> str:
    return _grade(float(moment.book.usual[moment.row, MODELLED.index(symptom)]) + 1e-9)


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


def _risen(moment: Moment, column: int) -> bool:
    """Whether the last answer in `column` stands above the lowest before it."""
    answers = [row[column] for row in moment.book.scores[moment.first : moment.row + 1]]
    given = [score for score in answers if score == score]
    return len(given) > 1 and given[-1] > min(given[:-1])


def _together(moment: Moment, code: str, weight: float) -> Reason:
    risen = sum(_risen(moment, column) for column in range(len(CARDINALS)))
    rises = moment.book.colourless[moment.first : moment.row + 1]
    entries = max(1, sum(1 for _ in takewhile(lambda rise: rise > 0, reversed(rises))))
    params = {"count": risen, "day": moment.day, "entries": entries}
    said = SENTENCES[code if entries > 1 else "together.once"]
    return Reason(code, said, params, weight, tuple(moment.days()[-entries:]))


def _lasting(moment: Moment, code: str, weight: float) -> Reason:
    """Since when pain or warmth has not settled."""
    since = moment.day - round(moment.book.lasting[moment.row]) + 1
    days = tuple(day for day in moment.days() if day >= since)
    said = SENTENCES[code if since < moment.day else "lasting.today"]
    return Reason(code, said, {"since": since, "day": moment.day}, weight, days)


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
    measured = zip(moment.book.temperature[moment.first : moment.row + 1], moment.days(), strict=True)
    highest, day = max((pair for pair in measured if pair[0] == pair[0]), key=lambda pair: pair[0])
    return Reason(code, SENTENCES[code], {"temperature": highest}, weight, (day,))


def reason(moment: Moment, code: str, weight: float) -> Reason:
    """The sentence for one group of weights."""
    if code == "course.together":
        return _together(moment, code, weight)
    if code == "course.lasting":
        return _lasting(moment, code, weight)
    if code.startswith("course."):
        return symptom_reason(moment, code.removeprefix("course."), weight)
    if code == "sign.temperature":
        return _temperature(moment, code, weight)
    if code in ("sign.several", "sign.clear"):
        return Reason(code, SENTENCES[code], {"day": moment.day}, weight, (moment.day,))
    return _sign(moment, code, weight)


def _listed(weights: Sequence[tuple[str, float]]) -> Iterator[tuple[str, float]]:
    ranked = sorted(weights, key=lambda pair: -abs(pair[1]))
    for sense in (1, -1):
        yield from [pair for pair in ranked if sense * pair[1] >= NEGLIGIBLE[sense]][:MOST]


def _with_rest(moment: Moment, made: Sequence[Reason]) -> tuple[Reason, ...]:
    """Those of `made` that speak for an infection, and the rest."""
    left = moment.book.log_odds[moment.row] - sum(reason.weight for reason in made)
    rest = Reason("model.rest", SENTENCES["rest"], {}, left)
    return (*(r for r in made if r.weight > 0), rest)


def contributions(moment: Moment, weights: Sequence[float]) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    """Reasons for and against, from `weights` in the order of `names`.

    Their weights add up to the log-odds; the rest stands last among the first.
    """
    each = [pair for pair in zip(names(), weights, strict=True) if pair[0] != REST]
    made = [reason(moment, code, weight) for code, weight in _listed(each)]
    return _with_rest(moment, made), tuple(r for r in made if r.weight < 0)


FEW = 3
"""At most this many reasons for, and none against, where a whole file is judged."""


def leading(weights: Floats) -> list[list[tuple[str, float]]]:
    """Per row of `weights` (rows, reasons) the few that speak most for an infection, the rest left out."""
    ranked = np.argsort(-weights[:, :-1], axis=1, kind="stable")[:, :FEW]
    sizes = np.take_along_axis(weights, ranked, axis=1).tolist()
    return [
        [(names()[k], size) for k, size in zip(which, own, strict=True) if size >= NEGLIGIBLE[1]]
        for which, own in zip(ranked.tolist(), sizes, strict=True)
    ]


def few(moment: Moment, listed: Sequence[tuple[str, float]]) -> tuple[Reason, ...]:
    """The reasons named by `leading`, and the rest."""
    return _with_rest(moment, [reason(moment, code, weight) for code, weight in listed])
