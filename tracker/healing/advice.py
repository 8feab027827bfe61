"""What to say to the patient on this day, and when to seek help. Awaits clinical sign-off.

Nothing here gives an all-clear: the quietest answer still says when to ring.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker.healing.aftercare_texts import AFTERCARE
from tracker.healing.labels import label
from tracker.healing.marking import gettext_noop as _
from tracker.healing.symptoms import SYMPTOMS
from tracker.healing.tables import rows
from tracker.healing.tiers import Tier, tier
from tracker.healing.timelines import Timeline
from tracker.healing.verdicts import Level, Reason

MOST, SOME = 0.5, 0.15
"""From which share of people on "most people" and "some people" are said."""

NAMED = 3
"""How many symptoms one sentence names."""

USUAL = {
    ("today", "most"): (
        _("Today, day {day}: most people have some {a}."),
        _("Today, day {day}: most people have some {a} and {b}."),
        _("Today, day {day}: most people have some {a}, {b} and {c}."),
    ),
    ("today", "some"): (
        _("Today, day {day}: some people still have {a}."),
        _("Today, day {day}: some people still have {a} and {b}."),
        _("Today, day {day}: some people still have {a}, {b} and {c}."),
    ),
    ("tomorrow", "most"): (
        _("Tomorrow, day {day}: most people have some {a}."),
        _("Tomorrow, day {day}: most people have some {a} and {b}."),
        _("Tomorrow, day {day}: most people have some {a}, {b} and {c}."),
    ),
    ("tomorrow", "some"): (
        _("Tomorrow, day {day}: some people still have {a}."),
        _("Tomorrow, day {day}: some people still have {a} and {b}."),
        _("Tomorrow, day {day}: some people still have {a}, {b} and {c}."),
    ),
}
FEW = {
    "today": _("Today, day {day}: few people still notice anything."),
    "tomorrow": _("Tomorrow, day {day}: few people still notice anything."),
}


def _usual(timeline: Timeline, day: int, when: str) -> Reason:
    """What most people have on `day`; if nothing, what some have; if nothing, that few notice anything."""
    shares = {symptom: timeline.at(symptom, day).share_any for symptom in SYMPTOMS}
    ranked = sorted(SYMPTOMS, key=lambda s: (-shares[s], SYMPTOMS.index(s)))
    for word, least in (("most", MOST), ("some", SOME)):
        named = [label(s) for s in ranked if shares[s] >= least][:NAMED]
        if named:
            template = USUAL[when, word][len(named) - 1]
            return Reason(f"usual.{word}", template, {"day": day, **dict(zip("abc", named, strict=False))})
    return Reason("usual.few", FEW[when], {"day": day})


def usual(timeline: Timeline, day: int) -> tuple[Reason, Reason]:
    """What is usual today and tomorrow, from the timeline that the detector uses."""
    return _usual(timeline, day, "today"), _usual(timeline, day + 1, "tomorrow")


@dataclass(frozen=True, slots=True)
class Line:
    """One aftercare line with the range of days it is for and where it comes from."""

    text: str
    first_day: int
    last_day: int
    source: str


@dataclass(frozen=True, slots=True)
class Aftercare:
    """What to do and what to avoid on one day, most specific first."""

    do: tuple[Line, ...]
    avoid: tuple[Line, ...]


def edition_given(treated_on: date) -> str:
    """The edition of the instructions that was in force on the treatment day: what the person was given.

    Editions are never changed, only followed by others. Source: `evidence/aftercare_editions.csv`.
    """
    editions = sorted(rows("aftercare_editions"), key=lambda row: row["since"])
    in_force = [row["edition"] for row in editions if row["since"] <= treated_on.isoformat()]
    return in_force[-1] if in_force else editions[0]["edition"]


def _lines(edition: str) -> dict[str, list[Line]]:
    """Every line of an edition by kind, those for few days before those for many."""
    lines: dict[str, list[Line]] = {"do": [], "avoid": []}
    for row in rows("aftercare"):
        if row["edition"] == edition:
            span = int(row["first_day"]), int(row["last_day"])
            lines[row["kind"]].append(Line(AFTERCARE[row["key"]], *span, row["source"]))
    return {kind: sorted(found, key=_span) for kind, found in lines.items()}


def aftercare(day: int, treated_on: date | None = None) -> Aftercare:
    """The lines for `day`, as given on `treated_on` (the newest edition without one).

    Source: `evidence/aftercare.csv`; a clinic may word its own instead.
    """
    lines = _lines(edition_given(treated_on or date.max))
    kinds = (tuple(one for one in lines[kind] if one.first_day <= day <= one.last_day) for kind in lines)
    return Aftercare(*kinds)


def ahead(day: int, last_day: int, treated_on: date | None = None) -> tuple[tuple[int, Aftercare], ...]:
    """What begins after `day` and up to `last_day`: each first day with the lines that start on it."""
    lines = _lines(edition_given(treated_on or date.max))
    starts = sorted(
        {one.first_day for kind in lines.values() for one in kind if day < one.first_day <= last_day}
    )
    return tuple(
        (first, Aftercare(*(tuple(one for one in lines[kind] if one.first_day == first) for kind in lines)))
        for first in starts
    )


def _span(line: Line) -> int:
    """Sorts the lines for few days before those for many."""
    return line.last_day - line.first_day


@dataclass(frozen=True, slots=True)
class CareCard:
    """What to show. `number` says which number belongs on it: "emergency" or "clinic"."""

    tier: Tier
    heading: str
    lines: tuple[str, ...]
    number: str


CARDS = {
    Tier.EMERGENCY: CareCard(
        Tier.EMERGENCY,
        _("Get emergency help now"),
        (
            _("Some of today's answers can be signs of something serious."),
            _("Ring the emergency number now. Do not wait for the clinic to answer."),
            _("Do not drive yourself."),
        ),
        "emergency",
    ),
    Tier.TODAY: CareCard(
        Tier.TODAY,
        _("Ring the clinic today"),
        (
            _("Some of today's answers need a person to look at them today."),
            _("If the clinic is closed, ring the out-of-hours service."),
            _("Do not take left-over antibiotics, and do not put anything new on the skin."),
        ),
        "clinic",
    ),
    Tier.TELL: CareCard(
        Tier.TELL,
        _("The clinic will look at this"),
        (
            _("Something in your answers is not quite as expected. A person at the clinic will look."),
            _("If it gets worse, or you are worried, ring the clinic today."),
        ),
        "clinic",
    ),
}
QUIET = CareCard(
    Tier.TELL,
    _("Nothing in today's answers matches a warning sign"),
    (
        _("Your answers cannot rule everything out."),
        _(
            "Ring the clinic the same day for pus, a temperature of 38.0 °C or more, spreading colour, "
            "streaks, blisters or pain that gets worse."
        ),
        _(
            "Ring the emergency number for trouble breathing, a swollen face or tongue, trouble with an "
            "eye, or if you are confused, faint or very ill."
        ),
    ),
    "clinic",
)


RING_EMERGENCY = (
    _("trouble breathing, or a swollen face or tongue"),
    _("an eye that hurts when you move it, sees double or less well, or bulges"),
    _("very strong pain with colour or swelling that spreads"),
    _("confused, faint, shaking with cold, or very ill"),
)
RING_TODAY = (
    _("yellow or green fluid that is thick"),
    _("a temperature of 38.0 °C (100.4 °F) or more"),
    _("colour, heat or swelling that spreads, or streaks in the skin"),
    _("blisters, or small sores close together"),
    _("pain, heat, swelling or colour that gets worse after it was better"),
)
"""When to ring, as the page with the numbers and the take-home card say it."""


def when_to_seek_help(reasons: Iterable[Reason], level: Level) -> CareCard:
    """The care card for a verdict. `QUIET` is for level NONE: it says what was seen, not that all is well."""
    found = tier(reasons, level)
    return CARDS[found] if found else QUIET
