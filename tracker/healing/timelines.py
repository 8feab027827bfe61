"""The expected course for one treatment, day by day and symptom by symptom.

One timeline serves the patient's page, the chart and the detector, so that they cannot disagree. The
numbers are a synthesis awaiting clinical sign-off; see `evidence/README.md`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple

from tracker.healing.marking import gettext_noop as _
from tracker.healing.symptoms import SCALE_MAX, SYMPTOMS
from tracker.healing.tables import rows
from tracker.healing.treatments import AREAS, DEVICES, Area, Facts

MULT_CAP, STRETCH_CAP = 2.0, 2.5
LAST_DAY = 14
HALF_LIFE_DAYS = 7.0
"""Beyond the table the last value halves every seven days. An estimate; no source goes that far."""

DEPTH_BANDS = ("0.25-0.5", "0.5-1.0", "1.0-1.5", "1.5-2.0", "2.0-2.5", "2.5-3.0")

NO_DEVICE = _("The device was not recorded: shown as for a motorised pen.")
NO_AREA = _("The treated area was not recorded: shown as for the face.")
NO_DEPTH = _("The needle depth was not recorded: shown as for 1.0 to 1.5 mm.")
TOO_DEEP = _("Deeper than 3.0 mm: shown as for 2.5 to 3.0 mm.")
NO_SKIN_TYPE = _("The skin type was not recorded: shown as for skin type III.")
PAST_TABLE = _("The reference course ends on day 14: later days fade from its last value.")


@dataclass(frozen=True, slots=True)
class Expected:
    """What is usual for one symptom on one day, on the continuous 0–4 scale.

    `typical` is the middle person, `p90` and `p97_5` leave 10 and 2.5 in 100 above them, `share_any`
    (0–1) ticks mild or more. `fallback` says in sentences what was assumed where nothing was recorded.
    """

    typical: float
    p90: float
    p97_5: float
    share_any: float
    fallback: tuple[str, ...] = ()


class Change(NamedTuple):
    """How one symptom departs from the reference: height, tempo, and days by which the peak moves."""

    mult: float = 1.0
    stretch: float = 1.0
    shift: float = 0.0


Row = tuple[float, float, float, float]
"""Median, p90 and p97.5 on the 0–4 scale, and the share (0–1) that ticks mild or more."""

Learned = tuple[tuple[str, tuple[Row, ...]], ...]
"""A clinic-learned reference course: each symptom with its rows for days 0–14. Empty: none."""


def as_learned(kept: Mapping[str, Sequence[Sequence[float]]]) -> Learned:
    """The learned course that an edition keeps as {symptom: [row per day]}; empty for an empty mapping."""
    return tuple(
        (symptom, tuple((r[0], r[1], r[2], r[3]) for r in table)) for symptom, table in sorted(kept.items())
    )


@cache
def reference(symptom: str) -> tuple[Row, ...]:
    """The reference course of `symptom` for days 0–14: median, p90, p97.5, share with any.

    Reference case: face, motorised pen, 1.0–1.5 mm, skin type III, first session.
    Source: `evidence/expected_severity.csv`.
    """
    mine = sorted(
        (r for r in rows("expected_severity") if r["symptom"] == symptom), key=lambda r: int(r["day"])
    )
    return tuple(
        (float(r["median"]), float(r["p90"]), float(r["p97_5"]), float(r["pct_score_ge1"]) / 100)
        for r in mine
    )


@cache
def modifier(group: str, level: str, symptom: str) -> Change:
    """What `group` = `level` does to `symptom`; no change where the evidence has no row.

    Source: `evidence/modifiers.csv`.
    """
    for row in rows("modifiers"):
        if (row["group"], row["level"]) == (group, level) and row["symptom"] in (symptom, "all"):
            return Change(float(row["mult"]), float(row["stretch"]), float(row["shift_peak_days"]))
    return Change()


def depth_band(depth_mm: float) -> str:
    """The band of `modifiers.csv` that holds `depth_mm`; an upper edge belongs to the band below it."""
    tops = zip(DEPTH_BANDS, (0.5, 1.0, 1.5, 2.0, 2.5), strict=False)
    return next((band for band, top in tops if depth_mm <= top), DEPTH_BANDS[-1])


def skin_band(skin_type: int | None) -> str:
    """The band of `modifiers.csv` for a Fitzpatrick type; III where it is unknown."""
    return {1: "I-II", 2: "I-II", 4: "IV", 5: "V-VI", 6: "V-VI"}.get(skin_type or 3, "III")


def _levels(facts: Facts, area: Area) -> Iterable[tuple[str, str]]:
    """The (group, level) pairs that apply to one area, skin type left out."""
    yield "device", facts.device if facts.device in DEVICES else "pen"
    yield "area", area.name if area.name in AREAS else "face"
    if area.depth_mm is not None:
        yield "depth_mm", depth_band(area.depth_mm)
    if facts.session_number > 1:
        yield "session", "2+"
    if facts.blood_thinners:
        yield "meds", "anticoagulant_or_nsaid"
    if facts.age is not None and facts.age >= 65:
        yield "age", "65+"
    for adjunct in sorted(facts.adjuncts):
        yield "adjunct", adjunct


def combine(changes: Iterable[Change]) -> Change:
    """Several changes as one: heights and tempos multiply up to their caps, shifts add."""
    mult = stretch = 1.0
    shift = 0.0
    for change in changes:
        mult, stretch, shift = mult * change.mult, stretch * change.stretch, shift + change.shift
    return Change(min(mult, MULT_CAP), min(stretch, STRETCH_CAP), shift)


def _interpolate(table: Sequence[Row], at: float) -> Row:
    """A reference course at a fractional day, fading past its end."""
    if at >= LAST_DAY:
        fade = 0.5 ** ((at - LAST_DAY) / HALF_LIFE_DAYS)
        typical, p90, p97_5, share = table[LAST_DAY]
        return typical * fade, p90 * fade, p97_5 * fade, share * fade
    day = int(at)
    part = at - day
    a, b = table[day], table[day + 1]
    return (
        a[0] + (b[0] - a[0]) * part,
        a[1] + (b[1] - a[1]) * part,
        a[2] + (b[2] - a[2]) * part,
        a[3] + (b[3] - a[3]) * part,
    )


def changed(symptom: str, day: float, change: Change, table: Sequence[Row] | None = None) -> Row:
    """`mult × reference((day − shift) / stretch)`, values capped at the top of the scale, share at 1.

    The shift moves the peak: until then the value of day 0 holds. A day before 0 counts as day 0. `table`
    stands in for the published reference course.
    """
    at = max(0.0, day - change.shift) / change.stretch
    typical, p90, p97_5, share = _interpolate(table or reference(symptom), at)
    top = float(SCALE_MAX)
    return (
        min(top, typical * change.mult),
        min(top, p90 * change.mult),
        min(top, p97_5 * change.mult),
        min(1.0, share * change.mult),
    )


@dataclass(frozen=True, slots=True)
class Timeline:
    """The expected course under `facts`. Several areas: the most pronounced one per symptom and day.

    `learned` replaces the published reference course where it is shown. The detector takes the lower of
    both, so that what a clinic learns can only make it look sooner.
    """

    facts: Facts
    shown: dict[str, tuple[Change, ...]]
    strict: dict[str, tuple[Change, ...]]
    fallback: tuple[str, ...]
    learned: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    _expected: dict[tuple[str, float], Expected] = field(default_factory=dict, compare=False, repr=False)
    _threshold: dict[tuple[str, float], float] = field(default_factory=dict, compare=False, repr=False)

    def at(self, symptom: str, day: float) -> Expected:
        """What to show for `symptom` on `day` (days since treatment). KeyError for an unknown symptom."""
        known = self._expected.get((symptom, day))
        if known is None:
            own = self.learned.get(symptom)
            each = [changed(symptom, day, change, own) for change in self.shown[symptom]]
            past = (PAST_TABLE,) if day > LAST_DAY else ()
            typical, p90, p97_5, share = (max(column) for column in zip(*each, strict=True))
            known = Expected(typical, p90, p97_5, share, self.fallback + past)
            self._expected[symptom, day] = known
        return known

    def threshold(self, symptom: str, day: float) -> float:
        """The level above which the detector calls an answer unusual: p97.5.

        Never relaxed by skin type, nor by what the clinic learned: the lowest of them all counts.
        """
        known = self._threshold.get((symptom, day))
        if known is None:
            tables = (None, self.learned[symptom]) if symptom in self.learned else (None,)
            known = min(
                max(changed(symptom, day, change, table)[2] for change in changes)
                for changes in (self.strict[symptom], self.shown[symptom])
                for table in tables
            )
            self._threshold[symptom, day] = known
        return known


def _fallback(facts: Facts, areas: tuple[Area, ...]) -> tuple[str, ...]:
    """What had to be assumed, in sentences."""
    depths = [area.depth_mm for area in areas]
    said = {
        NO_DEVICE: facts.device not in DEVICES,
        NO_AREA: any(area.name not in AREAS for area in areas),
        NO_DEPTH: None in depths,
        TOO_DEEP: any(depth is not None and depth > 3.0 for depth in depths),
        NO_SKIN_TYPE: facts.skin_type is None,
    }
    return tuple(text for text, true in said.items() if true)


@lru_cache(maxsize=4096)
def timeline(facts: Facts, learned: Learned = ()) -> Timeline:
    """The expected course for `facts`, over the clinic's own reference course if there is one.

    The same object for equal arguments.
    """
    areas = facts.areas or (Area(""),)
    skin = skin_band(facts.skin_type)
    levels = [tuple(_levels(facts, area)) for area in areas]
    shown, strict = {}, {}
    for symptom in SYMPTOMS:
        changes = [[modifier(group, level, symptom) for group, level in each] for each in levels]
        strict[symptom] = tuple({combine(each) for each in changes})
        own = modifier("skin_type", skin, symptom)
        shown[symptom] = tuple({combine([*each, own]) for each in changes})
    return Timeline(facts, shown, strict, _fallback(facts, areas), dict(learned))
