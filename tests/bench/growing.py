"""The tables and the figure of growth, from what was measured at each size."""

from statistics import median
from typing import Any

from tests.bench.plot import figure
from tests.bench.report import table
from tests.bench.sweeping import NUMBERS

Found = list[dict[str, Any]]


def _page(one: dict[str, Any], name: str, which: str) -> float:
    """Milliseconds: the middle of the rounds."""
    return float(median(each[name][which] for each in one["rounds"]))


def _head(found: Found, *names: str) -> tuple[str, ...]:
    return (*names, *(f"{one['recoveries']:,}" for one in found))


def text(found: Found) -> str:
    """Pages, sweeps, what is due, clinics, rows and bytes: a column for each size."""
    last = found[-1]
    tables = sorted(last["tables"], key=lambda name: -sum(last["tables"][name][1:]))
    numbers = " / ".join(f"{number:,}" for number in NUMBERS)
    lines = [
        *table(
            _head(found, "page, p50 / p95 ms"),
            [
                (name, *(f"{_page(one, name, 'p50'):.0f} / {_page(one, name, 'p95'):.0f}" for one in found))
                for name in found[0]["rounds"][0]
            ],
        ),
        *table(
            _head(found, "nothing due, ms"),
            [(name, *(f"{one['idle'][name]:.1f}" for one in found)) for name in last["idle"]],
        ),
        *table(
            _head(found, f"{numbers} due, ms"),
            [(name, *(_due(one["due"][name]) for one in found)) for name in last["due"]],
        ),
        *table(
            _head(found, "all clinics, first and again, ms"),
            [
                (name, *(" / ".join(f"{each:,.0f}" for each in one["clinics"][name]) for one in found))
                for name in last["clinics"]
            ],
        ),
        *table(
            (*_head(found, "rows"), "GB", "bytes a row with its indexes"),
            [
                (name, *(f"{one['tables'][name][0]:,}" for one in found), *_bytes(last["tables"][name]))
                for name in tables
                if last["tables"][name][0] * 100 > last["recoveries"]
            ],
        ),
        *table(
            _head(found, ""),
            [
                ("GB in all", *(f"{one['bytes'] / 1e9:.2f}" for one in found)),
                ("kB a recovery", *(f"{one['bytes'] / one['recoveries'] / 1e3:.1f}" for one in found)),
                ("seeded, or copied and checked, s", *(f"{one['seeding']:.0f}" for one in found)),
            ],
        ),
    ]
    return "\n".join(lines)


def _due(found: list[list[float]]) -> str:
    """Milliseconds for each number; in brackets how many there were where there were fewer."""
    said = []
    for number, (done, took) in zip(NUMBERS, found, strict=True):
        said.append(f"{took:,.0f}" if done >= number else f"{took:,.0f} ({done:,.0f})" if done else "–")
    return " / ".join(said)


def _bytes(one: list[int]) -> tuple[str, str]:
    rows, data, indexes = one
    return f"{(data + indexes) / 1e9:.2f}", f"{(data + indexes) / rows:.0f}"


def drawn(found: Found) -> str:
    """Pages, and all sweeps together, over the sizes."""
    series = {
        name: [(one["recoveries"], _page(one, name, "p50")) for one in found]
        for name in found[0]["rounds"][0]
    }
    series["all sweeps, idle"] = [(one["recoveries"], sum(one["idle"].values())) for one in found]
    return figure(series, "Milliseconds of pages and sweeps by number of recoveries", "milliseconds")
