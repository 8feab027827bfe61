"""What a judgement says: level, probability, and reasons a clinician can check in ten seconds.

Texts are kept as a template with named parameters so that the doors can translate them; English is
what stands here. A parameter that is a word of the vocabulary is translated on its own.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How soon a person must look. Ordered by `rank`."""

    NONE = "none"
    WATCH = "watch"
    REVIEW = "review"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """0 for none up to 3 for urgent."""
        return ("none", "watch", "review", "urgent").index(self.value)


class Cause(StrEnum):
    """What a flag asks a clinician to think of first. A flag is never a diagnosis."""

    INFECTION = "infection"
    COLD_SORE = "cold_sore"
    CONTACT_REACTION = "contact_reaction"
    LATE_LUMP = "late_lump"
    PIGMENT_CHANGE = "pigment_change"
    BURN = "burn"
    SLOW_HEALING = "slow_healing"
    SILENCE = "silence"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Reason:
    """One contribution to a verdict.

    `code` is stable (e.g. "sign.pus", "rise.warmth"). `template` takes `params` by `str.format`.
    `weight` is its share of the verdict in log-odds; 0 for a rule that has no statistics, negative
    when it speaks against. `days` are the days whose answers met it.
    """

    code: str
    template: str
    params: Mapping[str, Any] = field(default_factory=dict)
    weight: float = 0.0
    days: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The reason in English."""
        return self.template.format(**self.params)

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready; `from_dict` gives it back."""
        return asdict(self) | {"params": dict(self.params), "days": list(self.days)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Reason":
        """The reason that `as_dict` wrote."""
        return cls(**{**data, "days": tuple(data.get("days", ()))})


@dataclass(frozen=True, slots=True)
class Verdict:
    """One course, up to and including its newest report, judged by one edition of the rules.

    `probability` (0–1, higher is more suspicious) ranks; `level` decides. `floor` says that a hard
    sign alone decided. `clears` says what would make the flag unnecessary. `likelier` names another
    explanation that fits better or nearly as well, or None.
    """

    level: Level
    cause: Cause
    probability: float
    edition: str
    reasons: tuple[Reason, ...] = ()
    against: tuple[Reason, ...] = ()
    clears: tuple[Reason, ...] = ()
    likelier: str | None = None
    floor: bool = False

    def grounds(self) -> dict[str, list[dict[str, Any]]]:
        """Everything it argues with, JSON-ready, by the names of the fields."""
        told = {"reasons": self.reasons, "against": self.against, "clears": self.clears}
        return {name: [reason.as_dict() for reason in reasons] for name, reasons in told.items()}
