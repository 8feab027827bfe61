"""Growth as a plain SVG figure: how each thing changes with the number of recoveries, both axes by tens."""

import math
from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

from tracker.healing.evaluation.figure import DASHES, sheet

WIDTH, HEIGHT, LEFT, TOP, ACROSS, DOWN = 640, 400, 70, 30, 400, 300

Series = Mapping[str, Sequence[tuple[float, float]]]


def figure(series: Series, title: str, unit: str) -> str:
    """A line per name over (size, value) pairs. Line styles differ too, so that colour is not needed."""
    points = [point for line in series.values() for point in line]
    across = _decades([x for x, _ in points])
    down = _decades([y for _, y in points])
    return sheet(title, WIDTH, HEIGHT, [*_axes(across, down, unit), *_lines(series, across, down)])


def _decades(values: Sequence[float]) -> tuple[int, int]:
    """The powers of ten around the values, at least one apart."""
    low = math.floor(math.log10(min(values)))
    return low, max(low + 1, math.ceil(math.log10(max(values))))


def _at(value: float, ends: tuple[int, int]) -> float:
    return (math.log10(value) - ends[0]) / (ends[1] - ends[0])


def _axes(across: tuple[int, int], down: tuple[int, int], unit: str) -> Iterator[str]:
    bottom, right = TOP + DOWN, LEFT + ACROSS
    for power in range(down[0], down[1] + 1):
        y = TOP + DOWN * (1 - _at(10.0**power, down))
        yield f'<line x1="{LEFT}" y1="{y:.0f}" x2="{right}" y2="{y:.0f}" class="grid"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.0f}" text-anchor="end">{10.0**power:,g}</text>'
    for power in range(across[0], across[1] + 1):
        x = LEFT + ACROSS * _at(10.0**power, across)
        yield f'<text x="{x:.0f}" y="{bottom + 18}" text-anchor="middle">{10**power:,}</text>'
    yield f'<text x="{(LEFT + right) / 2:.0f}" y="{bottom + 40}" text-anchor="middle">recoveries</text>'
    yield f'<text x="{LEFT}" y="{TOP - 12}">{escape(unit)}</text>'


def _lines(series: Series, across: tuple[int, int], down: tuple[int, int]) -> Iterator[str]:
    for number, (name, points) in enumerate(series.items()):
        place = number % len(DASHES)
        style = f'class="line{place}" fill="none" stroke-width="2.5" stroke-dasharray="{DASHES[place]}"'
        drawn = " ".join(
            f"{LEFT + ACROSS * _at(x, across):.1f},{TOP + DOWN * (1 - _at(y, down)):.1f}" for x, y in points
        )
        y = TOP + 20 + 22 * number
        yield f'<polyline points="{drawn}" {style}/>'
        yield f'<line x1="{LEFT + ACROSS + 12}" y1="{y}" x2="{LEFT + ACROSS + 52}" y2="{y}" {style}/>'
        yield f'<text x="{LEFT + ACROSS + 60}" y="{y + 4}">{escape(name)}</text>'
