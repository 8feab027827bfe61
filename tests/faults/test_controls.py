"""A count that cannot fail proves nothing: each loss is planted, and the count must say so."""

import base64
import json
import uuid
from collections.abc import Callable

import pytest

from tests.faults.crowd import soon_done, tally
from tests.faults.stand import Stand, insistently, patients, told_saved
from tests.servers.processes import wait_until
from tracker.models import Assessment, CheckIn, Flag

pytestmark = pytest.mark.one_machine


def changed_log(stand: Stand, change: Callable[[list[dict[str, object]]], list[dict[str, object]]]) -> None:
    """What the witness says it saw, otherwise than it was."""
    log = stand.sink.folder / "log.jsonl"
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    log.write_text("".join(json.dumps(line) + "\n" for line in change(lines)))


def other_words(lines: list[dict[str, object]]) -> list[dict[str, object]]:
    """The first mail again, with a word more at its end."""
    raw = base64.b64decode(str(lines[0]["raw"])).replace(b"Subject: ", b"Subject: Again ", 1)
    return [*lines, {**lines[0], "raw": base64.b64encode(raw).decode()}]


def late(lines: list[dict[str, object]]) -> list[dict[str, object]]:
    """The first mail came much later."""
    return [{**lines[0], "at": float(str(lines[0]["at"])) + 99}, *lines[1:]]


def second_judgement() -> None:
    first = Assessment.objects.order_by("pk")[0]
    first.pk, first.edition = None, "another"
    first.save(force_insert=True)


def second_flag() -> None:
    first = Flag.objects.order_by("pk")[0]
    first.pk, first.cause = None, "unclear"
    first.save(force_insert=True)


def unjudged(stand: Stand) -> None:
    check_in = CheckIn.objects.order_by("pk")[0]
    check_in.pk, check_in.submission_key = None, uuid.uuid4()
    check_in.save(force_insert=True)


PLANTED: dict[str, Callable[[Stand], object]] = {
    "1 alerts lost": lambda s: changed_log(s, lambda lines: lines[1:]),
    "1 repeats too many": lambda s: changed_log(s, lambda lines: [*lines, lines[0]]),
    "1 repeats in other words": lambda s: changed_log(s, other_words),
    "1 alerts too late": lambda s: changed_log(s, late),
    "1 judged twice": lambda s: second_judgement(),
    "1 flags too few or too many": lambda s: second_flag(),
    "1 never judged": unjudged,
}


def test_each_planted_loss_is_found(stand: Stand) -> None:
    confirmed = [told_saved(insistently(patient)) for patient in patients(stand, 2)]
    wait_until(soon_done, 60, "everything judged and sent")
    for process in (stand.beat, stand.worker):
        process.kill()
    log = stand.sink.folder / "log.jsonl"
    seen = log.read_text()
    assert tally(stand, confirmed).faults(repeats=0, slowest=60) == []
    assert "1 confirmed and not there" in tally(stand, [*confirmed, 0]).faults(repeats=0, slowest=60)
    for loss, plant in PLANTED.items():
        plant(stand)
        assert loss in tally(stand, confirmed).faults(repeats=0, slowest=60), loss
        log.write_text(seen)
