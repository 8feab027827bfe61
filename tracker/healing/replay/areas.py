"""The names by which clinics call treated areas."""

from collections.abc import Mapping

from tracker.healing.treatments import AREAS

AREA_NAMES: Mapping[str, str] = {
    **{name: name for name in AREAS},
    **dict.fromkeys(("full face", "whole face", "cheek", "cheeks", "chin", "nose", "jaw", "lips"), "face"),
    **dict.fromkeys(("perioral", "upper lip", "temples"), "face"),
    **dict.fromkeys(("eye", "eyes", "eye area", "around the eyes", "eyelid", "eyelids"), "periorbital"),
    **dict.fromkeys(("head", "hairline"), "scalp"),
    **dict.fromkeys(
        ("decollete", "décolleté", "chest", "hand", "hands", "abdomen", "belly", "stomach"), "body"
    ),
    **dict.fromkeys(
        ("arm", "arms", "leg", "legs", "thigh", "thighs", "back", "buttocks", "shoulders"), "body"
    ),
}
"""Names of areas, in lower case, and the area of the evidence each belongs to."""
