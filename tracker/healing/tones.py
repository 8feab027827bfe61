"""How a change of colour looks on a skin tone. It changes words and pictures, never a threshold.

Source: Wounds International 2023, consensus on skin tone: name purple, darker and grey beside red, compare
with the person's usual skin, lean on heat, swelling and pain where colour is unreliable. Awaits clinical
sign-off; the swatches are drawings, not photographs.
"""

from dataclasses import dataclass

from tracker.healing.marking import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Tone:
    """What to look for. `swatch` 1–6 names the drawing, see DRAWN; None: words for every skin, no drawing."""

    swatch: int | None
    lines: tuple[str, ...]


Colour = tuple[int, int, int]
"""Red, green and blue, 0–255."""

DRAWN: dict[int, tuple[Colour, Colour]] = {
    1: ((243, 220, 200), (217, 113, 107)),
    2: ((232, 196, 162), (196, 96, 90)),
    3: ((209, 161, 122), (165, 85, 63)),
    4: ((169, 116, 76), (111, 59, 51)),
    5: ((115, 72, 46), (67, 36, 48)),
    6: ((61, 40, 29), (29, 20, 28)),
}
"""Usual skin, and a change on it, by Fitzpatrick type. Drawn by eye (EST); pages have the same in CSS."""

FEEL = _("Feel it too: heat, swelling, hardness and pain count on every skin.")
COMPARE = _("Compare it with your usual skin, in daylight.")
LOOKS = {
    "light": _("On light skin a change often looks pink or redder, sometimes darker or purple."),
    "medium": _("On tan or olive skin a change often looks redder, brown or darker."),
    "brown": _("On brown skin a change often looks darker, brown-red or purple."),
    "dark": _("On dark skin a change often looks darker, purple or grey. It can be hard to see."),
    "any": _("A change can look redder, darker, purple or greyer than your usual skin."),
}
BY_TYPE = {1: "light", 2: "light", 3: "medium", 4: "brown", 5: "dark", 6: "dark"}


def tone(skin_type: int | None) -> Tone:
    """The words for a Fitzpatrick type 1–6; the words for everyone where it is unknown."""
    word = BY_TYPE.get(skin_type or 0, "any")
    return Tone(skin_type if word != "any" else None, (LOOKS[word], COMPARE, FEEL))
