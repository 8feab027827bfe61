"""The vocabulary of a check-in: what is asked, on which scale, and what one report holds.

Every other room takes its names from here: columns, form fields, charts, rules and replay files.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

SYMPTOMS = (
    "redness",
    "swelling",
    "warmth",
    "pain",
    "itching",
    "tightness",
    "flaking",
    "dryness",
    "bruising",
    "bleeding",
)
"""Asked every day on the 0–4 scale, in this order."""

CARDINAL = ("redness", "warmth", "swelling", "pain")
"""The four that can speak for an infection; the others never do by themselves."""

SCALE_MAX = 4
"""0 none, 1 mild, 2 moderate, 3 severe, 4 very severe (our own 24-hour wording)."""

SIGNS = (
    "spreading",
    "red_streaks",
    "blisters",
    "new_lump",
    "swollen_glands",
    "eye_symptoms",
    "unwell",
)
"""Warning signs, asked afresh every day with yes, no or not sure."""


class Answer(StrEnum):
    """An answer about a sign. Not sure is a signal of its own, never a no."""

    NO = "no"
    YES = "yes"
    UNSURE = "unsure"


class Discharge(StrEnum):
    """What comes out of the skin, after the two-part rule (colour and texture)."""

    NONE = "none"
    CLEAR = "clear"
    UNCLEAR = "unclear"
    PUS = "pus"


PUS_COLOURS = frozenset({"yellow", "green"})
PUS_TEXTURES = frozenset({"thick"})


def classify_discharge(colour: str | None, texture: str | None) -> Discharge | None:
    """Apply the two-part rule: one colour word plus one texture word make pus, either alone does not.

    `colour` is none, clear, pink, yellow, green or unsure; `texture` is thin, thick or unsure. None
    means not answered. Source: CDC NHSN surgical-site FAQ, see evidence.
    """
    if colour is None:
        return None
    if colour == "none":
        return Discharge.NONE
    coloured, thick = colour in PUS_COLOURS, texture in PUS_TEXTURES
    if coloured and thick:
        return Discharge.PUS
    if coloured or thick or colour == "unsure":
        return Discharge.UNCLEAR
    return Discharge.CLEAR


@dataclass(frozen=True, slots=True)
class Report:
    """What one check-in said about one day. None, or a missing key, means unknown, never normal.

    `day` counts local days since the treatment (day 0). `order` tells check-ins of the same day
    apart: the later one stands, the earlier stays on record. `temperature_c` is in °C.
    """

    day: int
    scores: Mapping[str, int | None] = field(default_factory=dict)
    signs: Mapping[str, Answer | None] = field(default_factory=dict)
    discharge: Discharge | None = None
    temperature_c: float | None = None
    late: bool = False
    quick: bool = False
    order: int = 0

    def score(self, symptom: str) -> int | None:
        """The 0–4 answer for `symptom`, or None when it was not given."""
        return self.scores.get(symptom)

    def said(self, sign: str, answer: Answer = Answer.YES) -> bool:
        """Whether `sign` was answered with `answer`; an unanswered sign is never said."""
        return self.signs.get(sign) == answer
