"""The evaluation as a plain SVG figure: infections found against false flags."""

from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

import numpy as np

from tracker.healing.evaluation import Scored, sensitivity, threshold
from tracker.healing.evaluation.report import CAVEAT

WIDTH, HEIGHT, LEFT, TOP, SIDE = 640, 460, 70, 40, 340
MOST = 0.25
"""The figure ends at this share of false flags: nobody would work with more."""

DASHES = ("", "7 4", "2 4", "10 3 2 3", "1 3")
STYLE = """
rect { fill: #fff } text { fill: #1f2a2c } .grid { stroke: #ddd }
.line0 { stroke: #0b5c6b } .line1 { stroke: #b4460f } .line2 { stroke: #5b5b5b } .line3 { stroke: #6a3d9a }
.line4 { stroke: #1f2a2c }
@media (prefers-color-scheme: dark) {
rect { fill: #14191b } text { fill: #e4e9ea } .grid { stroke: #3a4346 }
.line0 { stroke: #6cc7d6 } .line1 { stroke: #f0a070 } .line2 { stroke: #b8bfc1 } .line3 { stroke: #c3a3e8 }
.line4 { stroke: #e4e9ea }
}
"""
"""The figure stands alone as a file, so it brings its own colours for light and dark pages."""


def _points(scored: Scored) -> str:
    highest = scored.highest()
    shares = np.linspace(0.002, MOST, 80)
    found = [sensitivity(highest, scored.infected, threshold(highest, scored.infected, s)) for s in shares]
    pairs = zip(shares, found, strict=True)
    return " ".join(f"{LEFT + SIDE * 1.4 * x / MOST:.1f},{TOP + SIDE * (1 - y):.1f}" for x, y in pairs)


def _axes() -> Iterator[str]:
    right, bottom = LEFT + SIDE * 1.4, TOP + SIDE
    for step in range(6):
        y, x = TOP + SIDE * (1 - step / 5), LEFT + SIDE * 1.4 * step / 5
        yield f'<line x1="{LEFT}" y1="{y:.0f}" x2="{right:.0f}" y2="{y:.0f}" class="grid"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.0f}" text-anchor="end">{step * 20} %</text>'
        yield f'<text x="{x:.0f}" y="{bottom + 18}" text-anchor="middle">{step * MOST * 20:.0f} %</text>'
    middle = f'x="{(LEFT + right) / 2:.0f}" y="{bottom + 38}" text-anchor="middle"'
    yield f"<text {middle}>recoveries without infection flagged</text>"
    yield f'<text x="{LEFT}" y="{TOP - 14}">infections found</text>'


def _curves(each: Sequence[Scored]) -> Iterator[str]:
    for number, scored in enumerate(each):
        place = number % len(DASHES)
        style = f'class="line{place}" fill="none" stroke-width="2.5" stroke-dasharray="{DASHES[place]}"'
        y = TOP + SIDE - 20 - 20 * (len(each) - 1 - number)
        yield f'<polyline points="{_points(scored)}" {style}/>'
        yield f'<line x1="{LEFT + 290}" y1="{y}" x2="{LEFT + 330}" y2="{y}" {style}/>'
        yield f'<text x="{LEFT + 338}" y="{y + 4}">{escape(scored.edition)}</text>'


def sheet(title: str, width: int, height: int, marks: Iterable[str]) -> str:
    """A whole figure, `width` by `height` user units, of the marks on it."""
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
            'font-family="sans-serif" font-size="12">',
            f"<title>{escape(title)}</title>",
            f"<style>{STYLE}</style>",
            f'<rect width="{width}" height="{height}"/>',
            *marks,
            "</svg>",
            "",
        ]
    )


def figure(each: Sequence[Scored]) -> str:
    """One line per edition; line styles differ too, so that colour is not needed. The caveat stands below."""
    title = "Infections found against false flags, " + ", ".join(s.edition for s in each)
    caveat = f'<text x="{LEFT}" y="{HEIGHT - 14}" font-size="11">{escape(CAVEAT)}</text>'
    return sheet(title, WIDTH, HEIGHT, [*_axes(), *_curves(each), caveat])
