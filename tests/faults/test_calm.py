"""How fast an alert is when nothing is broken, at the product's own pace."""

import time

import pytest

from tests.faults.crowd import FULL, scaled, soon_done, tally
from tests.faults.stand import Record, Stand, insistently, patients, percentile, told_saved
from tests.servers.processes import wait_until

pytestmark = pytest.mark.one_machine


def test_an_alert_is_at_the_mail_server_within_seconds(stand: Stand, record_property: Record) -> None:
    """One after the other: nothing waits for anything but the way itself, which bells ring along."""
    count = scaled(1000, 12)
    with stand.ticking("1"):
        people = patients(stand, count + 1)
        insistently(people[0])
        wait_until(soon_done, 60, "the worker to have come up")
        confirmed = []
        for patient in people[1:]:
            confirmed.append(told_saved(insistently(patient)))
            time.sleep(0.05)
        wait_until(soon_done, 60, "everything judged and sent")
    found = tally(stand, confirmed)
    ages = sorted(found.ages)[:-1]  # the first found a worker that was still starting
    middle, most, nearly_all = (percentile(ages, share) for share in (0.5, 0.95, 0.99))
    record_property("P-04", f"calm, {count:,}: p50 {middle:.2f} s, p95 {most:.2f} s, p99 {nearly_all:.2f} s")
    record_property("P-05", f"calm, {count:,}: {found.repeats} repeats")
    assert (found.unsent, found.unjudged, found.repeats) == (0, 0, 0)
    # a build shares its machine
    assert most <= (2 if FULL else 8)
