"""How much the fault tests ask for, many patients at once, and what came of it."""

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from tests.faults.stand import Stand, all_done, insistently, lost_and_doubled, told_saved
from tests.journeys.person import Person
from tracker.models import CheckIn, Flag, Message

FULL = "FAULTS_COUNT" in os.environ
"""Whether this is `make faults`: all of it, at the product's own pace."""
COUNT, KILLS = int(os.environ.get("FAULTS_COUNT", "24")), int(os.environ.get("FAULTS_KILLS", "3"))
"""Urgent check-ins, and how often something is killed meanwhile."""


def scaled(full: int, few: int) -> int:
    """How many: `few` in a build, `full` beside 5,000 check-ins, and in between accordingly."""
    return max(few, full * COUNT // 5000) if FULL else few


LEASE_AND_SWEEP = 90.0
"""Within so many seconds a dead worker's job is taken over and done."""

Trouble = tuple[int, Callable[[], object]]
"""After so many confirmed check-ins, do this."""


def log_all(
    people: Sequence[Person],
    troubles: Sequence[Trouble] = (),
    failures: list[object] | None = None,
    clients: int = 4,
) -> list[int]:
    """All of them log something urgent, a few at a time and insistently, while trouble happens.

    The check-ins that were confirmed; what was seen instead goes to `failures`. Fails when they were done
    before all the trouble was.
    """
    confirmed: list[int] = []
    with ThreadPoolExecutor(clients) as pool:
        logging = [pool.submit(_log, one, confirmed, [] if failures is None else failures) for one in people]
        for after, cause in troubles:
            while len(confirmed) < after and not all(one.done() for one in logging):
                time.sleep(0.01)
            cause()
            assert len(confirmed) < len(people), "fewer faults than planned"
        for one in logging:
            one.result()
    return confirmed


def _log(patient: Person, confirmed: list[int], failures: list[object]) -> None:
    confirmed.append(told_saved(insistently(patient, failures=failures)))


def spread(count: int, times: int) -> list[int]:
    """After how many of `count` check-ins to do something so many times, all before the end."""
    return [count * (number + 1) // (times + 2) for number in range(times)]


def leases_run_out() -> None:
    """In a build nobody waits a minute: a lease counts as run out ten seconds after it was taken."""
    now = timezone.now()
    taken = CheckIn.objects.filter(assessed_at=None, assess_attempts__gt=0)
    taken.filter(assess_after__lt=now + timedelta(seconds=50)).update(assess_after=now)
    Message.objects.filter(state=Message.State.PENDING, claimed_until__lt=now + timedelta(seconds=35)).update(
        claimed_until=now
    )


def waits_are_over() -> None:
    """Whatever waits for its next try is due now."""
    waiting = Message.objects.filter(state=Message.State.PENDING, claimed_until=None)
    waiting.filter(due_at__gt=timezone.now()).update(due_at=timezone.now())


def soon_done() -> bool:
    """Everything is judged and sent. At full size leases and waits are the product's own."""
    if not FULL:
        leases_run_out()
        waits_are_over()
    return all_done()


@dataclass(frozen=True)
class Tally:
    """What the patients were told, what the database has, and what the mail server saw."""

    confirmed: int
    missing: int
    unjudged: int
    doubled: int
    flags: int
    unsent: int
    repeats: int
    strange: int
    """Repeats under the same name with other words."""
    ages: list[float]
    """Seconds from each check-in to its first alert."""

    def faults(self, repeats: int, slowest: float) -> list[str]:
        """What of it breaks a promise, when so many repeats and so many seconds are allowed."""
        wrong = {
            "confirmed and not there": self.missing,
            "never judged": self.unjudged,
            "judged twice": self.doubled,
            "flags too few or too many": abs(self.flags - self.confirmed),
            "alerts lost": self.unsent,
            "repeats too many": max(0, self.repeats - repeats),
            "repeats in other words": self.strange,
            "alerts too late": sum(age > slowest for age in self.ages),
        }
        return [f"{count} {what}" for what, count in wrong.items() if count]

    def __str__(self) -> str:
        slowest = max(self.ages, default=0.0)
        return (
            f"{self.confirmed:,} confirmed, {self.missing} missing, {self.unjudged} unjudged, {self.doubled} "
            f"judged twice, {self.flags:,} flags, {self.unsent} alerts lost, {self.repeats} repeats "
            f"({self.strange} of them strange), slowest alert {slowest:.1f} s"
        )


def tally(stand: Stand, confirmed: Sequence[int]) -> Tally:
    """Count distinct ids, never totals; the mail server is the only witness of what was sent."""
    known = set(CheckIn.objects.values_list("pk", flat=True))
    unjudged, doubled = lost_and_doubled()
    said = dict(CheckIn.objects.values_list("recovery__flags__messages__pk", "recorded_at"))
    alerts = {m.message_id: m for m in Message.objects.filter(flag__isnull=False)}
    seen = [one for one in stand.sink.messages() if one.message_id in alerts]
    first = {one.message_id: one.at for one in reversed(seen)}
    flagged = set(Flag.objects.values_list("pk", flat=True))
    told = {alerts[name].flag_id for name in first}
    return Tally(
        confirmed=len(set(confirmed)),
        missing=len(set(confirmed) - known),
        unjudged=unjudged,
        doubled=doubled,
        flags=len(flagged),
        unsent=len(flagged - told),
        repeats=len(seen) - len(first),
        strange=len({(one.message_id, one.subject, one.body()) for one in seen}) - len(first),
        ages=[
            at - said[alerts[name].pk].timestamp() for name, at in first.items() if alerts[name].pk in said
        ],
    )
