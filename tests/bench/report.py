"""docs/performance.md from what was measured."""

import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.load import Run

# Baby Buddy 2.10 measured under the same conditions on a machine of the same kind, see the text
BABY_BUDDY = {"PostgreSQL": 57, "SQLite": 98}


def _why() -> list[str]:
    """What was changed last, and what stands between us and the goals that are missed: written by hand."""
    return [*Path(__file__).with_name("why.md").read_text().splitlines(), ""]


def _middle(runs: list[Run], name: str) -> float:
    return float(median(getattr(run, name) for run in runs))


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def table(head: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> list[str]:
    """Lines of a Markdown table, with an empty one after it."""
    return [_row(*head), _row(*["---"] * len(head)), *(_row(*row) for row in rows), ""]


def _verdict(good: bool) -> str:
    return "met" if good else "**missed**"


def _commit() -> str:
    said = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
    )
    return said.stdout.strip() or "unknown"


def _bursts(found: dict[str, list[Run]]) -> list[str]:
    rows = []
    for name, runs in found.items():
        rates = [run.rate for run in runs]
        figures = [f"{_middle(runs, p):.1f}" for p in ("p50", "p95", "p99")]
        rows.append((name, f"{median(rates):.0f} [{min(rates):.0f}–{max(rates):.0f}]", *figures))
    return table(("what", "a second, median [range]", "p50 ms", "p95 ms", "p99 ms"), rows)


def _ratios(kind: str, found: dict[str, list[Run]], few: dict[str, list[Run]]) -> list[str]:
    rate = {name: _middle(runs, "rate") for name, runs in found.items()}
    p95 = {name: _middle(runs, "p95") for name, runs in found.items()}
    p50 = {name: _middle(runs, "p50") for name, runs in found.items()}
    rows: list[tuple[object, ...]] = []

    def held(what: str, value: float, limit: float, *, at_least: bool) -> None:
        good = value >= limit if at_least else value <= limit
        rows.append((what, f"{value:.2f}", f"{'≥' if at_least else '≤'} {limit:g}", _verdict(good)))

    held("check-in / bare form, rate", rate["post"] / rate["form"], 0.77, at_least=True)
    held("check-in / Baby Buddy's entry, rate", rate["post"] / BABY_BUDDY[kind], 3, at_least=True)
    held("check-in / bare form, p95", p95["post"] / p95["form"], 2, at_least=False)
    for name in ("today", "result", "my_recovery", "triage", "recovery"):
        held(f"{name} / bare page, p50", p50[name] / p50["page"], 3, at_least=False)
    held("triage / bare top 50, rate", rate["triage"] / rate["top"], 0.4, at_least=True)
    for name in ("triage", "search"):
        growth = _middle(few[f"{name} many"], "p95") / _middle(few[f"{name} few"], "p95")
        held(f"{name}, many / few, p95", growth, 1.3 if kind == "PostgreSQL" else 2, at_least=False)
    return table(("ratio", "measured", "goal", ""), rows)


def _jobs(jobs: dict[str, Any], with_worker: list[Run]) -> list[str]:
    sweeps, mail = jobs["sweeps"], jobs["mail"]
    idle = [(name, f"{ms:.1f}") for name, ms in sorted(sweeps["idle"].items(), key=lambda one: -one[1])]
    return [
        f"Sweeps over {sweeps['open']:,} open recoveries with nothing due, best of five; goal ≤ 50 ms each:",
        "",
        *table(("sweep", "ms"), idle),
        "Reminders due: " + ", ".join(f"{n} in {ms:.0f} ms" for n, ms in sweeps["due"].items()) + ".",
        "",
        f"Mail: {mail['accepted']} reminders from due rows to the sink at {mail['rate']:.0f} a second "
        f"(goal ≥ 100), {mail['rate'] / mail['plain_rate']:.2f} of a plain SMTP loop's "
        f"{mail['plain_rate']:.0f} (goal ≥ 0.5). An urgent alert written meanwhile was accepted after "
        f"{'never' if mail['urgent_seconds'] is None else format(mail['urgent_seconds'], '.2f') + ' s'}.",
        "",
        f"Check-ins with a worker judging each beside them: {_middle(with_worker, 'rate'):.0f} a second, "
        f"p95 {_middle(with_worker, 'p95'):.0f} ms.",
        "",
    ]


def _bytes(found: dict[str, Any]) -> list[str]:
    people = found["recoveries"]
    rows = [
        (name, f"{n:,}", f"{data / 1e6:.0f}", f"{indexes / 1e6:.0f}", f"{(data + indexes) / people:.0f}")
        for name, (n, data, indexes) in sorted(found["tables"].items(), key=lambda one: -sum(one[1][1:]))
        if data > 1e6
    ]
    return table(("table", "rows", "MB", "MB of indexes", "bytes per recovery"), rows)


def _machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} × {names[0] if names else platform.processor()}, Python {platform.python_version()}"


def text(measured: Any) -> str:
    """The whole report."""
    options = measured.options
    lines = [
        "# Performance",
        "",
        f"Written by `make bench` on {datetime.now(UTC):%Y-%m-%d} at commit {_commit()}. {_machine()}.",
        "",
        f"{options.patients:,} patients, all at one clinic, one in twenty with an open flag. "
        f"{options.rounds} rounds of {options.seconds:g} s per burst, eight clients, gunicorn with "
        "the product's own options (two workers). Ours and the bare views (`tests/bench/bare`: Django with a "
        "session, a token, a form, a list and nothing else) alternate under the same server on the same "
        "database. wrk, the servers and the database share the cores. Trust ratios, not figures.",
        "",
    ]
    for kind, found in measured.bursts.items():
        lines += [f"## {kind}", "", *_bursts(found), *_ratios(kind, found, measured.few[kind])]
        lines += [
            "Triage and search beside the same clinic with 100 recoveries:",
            "",
            *_bursts(measured.few[kind]),
        ]
        lines += _jobs(measured.jobs[kind], measured.with_worker[kind])
        held = measured.memory[kind]
        lines += [
            f"Memory after this (proportional set size): a web process {held['web']:.0f} MB, "
            f"the worker {held['worker']:.0f} MB; goal ≤ 120 each.",
            "",
        ]
    lines += _starts(measured.starts) if measured.starts else []
    lines += ["Growth up to a million recoveries is measured by itself: see [scaling.md](scaling.md).", ""]
    if "replay" in measured.jobs.get("PostgreSQL", {}):
        lines += ["## Judging again", "", *_replay(measured.jobs["PostgreSQL"]["replay"])]
    if "bytes" in measured.jobs.get("PostgreSQL", {}):
        lines += ["## Bytes", "", *_bytes(measured.jobs["PostgreSQL"]["bytes"])]
    lines += [*_why(), *_baby_buddy()]
    return "\n".join(lines).rstrip() + "\n"


def _replay(found: dict[str, Any]) -> list[str]:
    alone, faster = found["raw"] + found["judging"], found["one"] / found["two"]
    rows = [
        ("rows read raw into an array", f"{found['raw']:.1f}", "", ""),
        ("judging under both editions, once read", f"{found['judging']:.1f}", "", ""),
        ("one worker, from asked to finished", f"{found['one']:.1f}", "", ""),
        ("two workers", f"{found['two']:.1f}", "", ""),
        (
            "one worker / raw and judging",
            f"{found['one'] / alone:.2f}",
            "≤ 3",
            _verdict(found["one"] <= 3 * alone),
        ),
        ("one worker / two workers", f"{faster:.2f}", "≥ 1.8", _verdict(faster >= 1.8)),
        ("MB of a worker at most", f"{found['megabytes']:.0f}", "≤ 500", _verdict(found["megabytes"] <= 500)),
    ]
    said = f"A draft replayed over {found['recoveries']:,} recoveries with {found['check_ins']:,} check-ins."
    return [said, "", *table(("what", "seconds, or ratio", "goal", ""), rows)]


def _starts(found: dict[str, float]) -> list[str]:
    return [
        "## One machine",
        "",
        f"`make run` to the first page: {found['first']:.1f} s the first time with the demo, "
        f"{found['second']:.1f} s after that (goal ≤ 4 s). The whole run holds {found['memory']:.0f} MB "
        "(goal ≤ 450).",
        "",
    ]


def _baby_buddy() -> list[str]:
    return [
        "Baby Buddy's figures (57 entries a second on PostgreSQL, 98 on SQLite) were measured for "
        "version 2.10 with its stock settings on a machine of the same kind, not in this run; it opens a "
        "database connection per request, and part of our lead is only that.",
        "",
    ]
