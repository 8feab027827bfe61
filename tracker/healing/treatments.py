"""The facts about a treatment, and about the person, that change how healing is expected to go."""

from dataclasses import dataclass, field

DEVICES = ("pen", "roller", "rf")
AREAS = ("face", "periorbital", "forehead", "neck", "scalp", "body")
ADJUNCTS = ("prp", "vitamin_c_or_acid")


@dataclass(frozen=True, slots=True)
class Area:
    """One treated area. `depth_mm` is the needle depth in millimetres, None when not recorded."""

    name: str
    depth_mm: float | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about one treatment. None means not asked or not recorded, never no.

    `skin_type` is Fitzpatrick 1–6. `age` in years at treatment. `session_number` counts from 1.
    """

    device: str | None = None
    areas: tuple[Area, ...] = ()
    skin_type: int | None = None
    session_number: int = 1
    adjuncts: frozenset[str] = field(default_factory=frozenset)
    blood_thinners: bool | None = None
    cold_sores: bool | None = None
    immunosuppressed: bool | None = None
    age: int | None = None

    @property
    def near_eye(self) -> bool:
        """Whether the eye questions apply."""
        return any(a.name in ("periorbital", "face", "forehead") for a in self.areas) or not self.areas
