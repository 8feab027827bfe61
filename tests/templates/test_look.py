"""The look: contrast of every pair that is used, and pages that fit the content policy as it stands."""

import re
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CSS = (ROOT / "tracker/static/tracker/aftercare.css").read_text()
TEMPLATES = [path for path in (ROOT / "templates").rglob("*.html") if path.parent.name != "emails"]
LEVELS = ("urgent", "review", "watch")
TEXT = [
    *product(("ink", "soft", "accent", "accent-deep", *LEVELS), ("paper", "surface")),
    *product(("ink", "soft"), ("accent-soft", "band", "urgent-soft", "review-soft", "watch-soft")),
    *((level, f"{level}-soft") for level in LEVELS),
    ("accent", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-deep"),
    ("white", "alarm"),
]
GRAPHICS = [
    *product(("edge", "dot"), ("paper", "surface")),
    *product(("ink", "urgent"), ("band", "band-far")),
    ("band-edge", "surface"),
    ("alarm", "paper"),
]


def tokens(selector: str) -> dict[str, str]:
    """The colours that the first rule of a selector sets."""
    block = CSS.split(selector, 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block)) | {"white": "#ffffff"}


THEMES = {"light": tokens(":root {"), "dark": tokens(':root[data-theme="dark"] {')}


def luminance(colour: str) -> float:
    """Relative luminance, 0–1. Source: WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1–21. Source: WCAG 2.2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("front", "back"), TEXT)
def test_it_keeps_text_readable(theme: str, front: str, back: str) -> None:
    """4.5 to 1 for every text on every ground it stands on."""
    assert contrast(THEMES[theme][front], THEMES[theme][back]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("front", "back"), GRAPHICS)
def test_it_keeps_marks_visible(theme: str, front: str, back: str) -> None:
    """3 to 1 for borders of controls, dots and the edge of the band."""
    assert contrast(THEMES[theme][front], THEMES[theme][back]) >= 3


def test_it_sets_the_same_colours_for_dark_by_device_and_dark_by_choice() -> None:
    """The tokens are written twice because older phones do not know light-dark()."""
    assert tokens(':root:not([data-theme="light"]) {') == THEMES["dark"]
    assert THEMES["dark"].keys() == THEMES["light"].keys()


def test_it_measures_contrast_as_the_standard_does() -> None:
    """Black on white is 21; the grey of the standard's own example is 4.48."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_it_uses_only_colours_that_have_a_name() -> None:
    """Colour is kept for meaning: outside the tokens and print there is white alone."""
    screen = CSS.split("/* Ground */", 1)[1].split("@media print", 1)[0]
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", screen)) <= {"#ffffff"}
    used = set(re.findall(r"var\(--([a-z-]+)\)", CSS))
    assert used == set(THEMES["light"]) - {"white"}


def test_it_stays_small() -> None:
    """One file of 24 KB is read faster than a framework is fetched."""
    assert len(CSS.encode()) <= 24 * 1024


def test_it_answers_to_what_the_person_has_set() -> None:
    """Dark, less motion, forced colours, paper."""
    for wish in ("prefers-color-scheme: dark", "prefers-reduced-motion", "forced-colors: active", "print"):
        assert f"@media ({wish}" in CSS or f"@media {wish}" in CSS


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_it_needs_no_exception_from_the_content_policy(path: Path) -> None:
    """No inline style, no inline script but data, no handler in an attribute."""
    source = re.sub(r"{% comment.*?endcomment %}", "", path.read_text(), flags=re.S)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", source)
    for script in re.findall(r"<script[^>]*>", source):
        assert " src=" in script or 'type="application/json"' in script
