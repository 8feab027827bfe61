"""What a patient wrote, day by day, in words: answers, signs, notes, and corrections beside originals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from tracker.healing import labels, symptoms
from tracker.healing.symptoms import Answer, classify_discharge
from tracker.models import CheckIn
from tracker.templatetags.aftercare import STEP_WORDS, translated

OTHERS = ("discharge_colour", "discharge_texture", "temperature_c")
FIELDS = (*symptoms.SYMPTOMS, *symptoms.SIGNS, *OTHERS)
"""What a correction may change. Notes stand whole beside each other."""


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that a correction changed, in words."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One check-in in words. `steps` groups symptoms by their answer, strongest first."""

    check_in: CheckIn
    level: str
    could_not_assess: bool
    steps: tuple[tuple[str, str], ...]
    unanswered: str
    signs: tuple[str, ...]
    unsure: tuple[str, ...]
    no_signs: bool
    discharge: str
    pus: bool
    temperature: str
    changes: tuple[Change, ...] = ()


@dataclass(slots=True)
class DayEntries:
    """Everything said about one day: each first entry with the corrections that followed it."""

    day: int
    on: date
    told: list[list[Entry]] = field(default_factory=list)


def by_day(check_ins: Sequence[CheckIn], *, near_eye: bool) -> list[DayEntries]:
    """All entries, newest day first; within a day in the order they came."""
    known = {c.pk: c for c in check_ins}
    days: dict[int, DayEntries] = {}
    threads: dict[int, list[Entry]] = {}
    for check_in in check_ins:
        entry = _entry(check_in, known.get(check_in.amends_id or 0), near_eye)
        root = _root(check_in, known)
        if root not in threads:
            threads[root] = []
            group = days.setdefault(check_in.day, DayEntries(check_in.day, check_in.local_date))
            group.told.append(threads[root])
        threads[root].append(entry)
    return sorted(days.values(), key=lambda group: -group.day)


def _root(check_in: CheckIn, known: dict[int, CheckIn]) -> int:
    while check_in.amends_id in known:
        check_in = known[check_in.amends_id]
    return check_in.pk


def _entry(check_in: CheckIn, amended: CheckIn | None, near_eye: bool) -> Entry:
    assessment = max(check_in.assessments.all(), key=lambda a: a.pk, default=None)
    asked = [s for s in symptoms.SIGNS if near_eye or s != "eye_symptoms"]
    answered = {sign: getattr(check_in, sign) for sign in asked}
    missing = [n for n in symptoms.SYMPTOMS if getattr(check_in, n) is None]
    missing += [sign for sign, answer in answered.items() if not answer]
    daily = check_in.kind == CheckIn.Kind.DAILY
    if not daily:
        missing = []  # it asked one question, not these
    return Entry(
        check_in=check_in,
        level=assessment.level if assessment else "",
        could_not_assess=bool(assessment and assessment.could_not_assess),
        steps=tuple(_steps(check_in)),
        unanswered=_listed(missing),
        signs=_said(answered, Answer.YES),
        unsure=_said(answered, Answer.UNSURE),
        no_signs=daily and all(answer == Answer.NO for answer in answered.values()),
        discharge=_discharge(check_in),
        pus=classify_discharge(check_in.discharge_colour or None, check_in.discharge_texture or None)
        == symptoms.Discharge.PUS,
        temperature=_temperature(check_in),
        changes=tuple(_changes(amended, check_in)) if amended else (),
    )


def _steps(check_in: CheckIn) -> Iterable[tuple[str, str]]:
    """(step word, symptoms at it), strongest step first."""
    for score in range(symptoms.SCALE_MAX, -1, -1):
        names = [name for name in symptoms.SYMPTOMS if getattr(check_in, name) == score]
        if names:
            yield str(STEP_WORDS[score]).capitalize(), _listed(names)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(translated(labels.label(name)) for name in names)


def _said(answers: dict[str, str], wanted: Answer) -> tuple[str, ...]:
    return tuple(translated(labels.label(sign)) for sign, answer in answers.items() if answer == wanted)


def _discharge(check_in: CheckIn) -> str:
    """ "Yellow; thick, milky or creamy", or "" when nothing comes out or nothing was said."""
    if check_in.discharge_colour in ("", "none"):
        return ""
    said = [check_in.get_discharge_colour_display(), check_in.get_discharge_texture_display()]
    return "; ".join(str(word).lower() for word in said if word)


def _temperature(check_in: CheckIn) -> str:
    if check_in.temperature_c is None:
        return ""
    return _("%(number)s °C") % {"number": number_format(check_in.temperature_c, 1)}


def _changes(before: CheckIn, after: CheckIn) -> Iterable[Change]:
    for name in FIELDS:
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            yield Change(_what(name), _in_words(before, name, was), _in_words(after, name, now))


def changed(pairs: Mapping[str, Sequence[Any]]) -> Iterable[Change]:
    """Answers that a correction changed, in words, from their stored pairs (old, new)."""
    for name, (was, now) in pairs.items():
        before, after = (CheckIn(**{name: value}) for value in (was, now))
        yield Change(_what(name), _in_words(before, name, was), _in_words(after, name, now))


def _what(name: str) -> str:
    if name in OTHERS:
        others = {
            "discharge_colour": _("colour of the fluid"),
            "discharge_texture": _("kind of fluid"),
            "temperature_c": _("temperature"),
        }
        return others[name]
    return translated(labels.label(name))


def _in_words(check_in: CheckIn, name: str, value: Any) -> str:
    if value is None or value == "":
        return _("not answered")
    if name in symptoms.SYMPTOMS:
        return str(STEP_WORDS[value])
    if name == "temperature_c":
        return _temperature(check_in)
    return str(getattr(check_in, f"get_{name}_display")()).lower()
