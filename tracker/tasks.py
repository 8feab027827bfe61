"""What Celery runs: one short function per job, each a door to one service. And the bell.

Beat runs the sweeps over the same rows that the bell points at: a lost bell costs seconds, never a
check-in. Everything here may run twice, late, or at the same time as itself.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable

from celery import Task, shared_task
from django.conf import settings
from django.utils import timezone

from tracker.services import (
    ask_back,
    assessing,
    canary,
    cover_check,
    delivery,
    digest,
    drill,
    flags,
    health,
    quality,
    recoveries,
    reminders,
    repairs,
    replays,
    sealing,
    watch,
)

log = logging.getLogger(__name__)

QUIET_SECONDS = 10.0
"""After a failed bell the broker is left alone so long: a dead Redis must not cost every patient a wait."""

_quiet_until = 0.0
_hand_free = threading.Lock()
_bells: "deque[tuple[Task[..., None], tuple[int, ...]]]" = deque(maxlen=100)
"""Bells of a web server that wait for the one that is being rung. What falls out is found by a sweep."""


def ring(task: "Task[..., None]", *args: int) -> None:
    """Wake a worker early. A bell that fails is logged and swallowed: the sweep will do the work.

    In a web server it is rung from the side: nobody's page waits for a broker that hangs.
    """
    if time.monotonic() < _quiet_until:
        return
    if settings.ROLE != "web":
        _pull(task, *args)
        return
    _bells.append((task, args))
    if _hand_free.acquire(blocking=False):  # one hand: a hanging broker must not gather threads
        threading.Thread(target=_pull_aside, daemon=True).start()


def _pull_aside() -> None:
    """Ring what waits. The hand is held; a bell that comes while it is let go is taken up again."""
    while True:
        while _bells:
            task, args = _bells.popleft()
            if time.monotonic() >= _quiet_until:
                _pull(task, *args)
        _hand_free.release()
        if not _bells or not _hand_free.acquire(blocking=False):
            return


def _pull(task: "Task[..., None]", *args: int) -> None:
    global _quiet_until
    try:
        task.delay(*args)
    except Exception as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("bell for %s failed: %s", task.name, type(error).__name__)


@shared_task
def assess_check_in(check_in_id: int) -> None:
    """Judge one check-in now, and carry the alert if there is one."""
    assessing.assess_check_in(check_in_id=check_in_id, now=timezone.now())
    delivery.deliver_due(clock=timezone.now)


@shared_task
def assess_check_ins() -> None:
    """Judge what no job has judged."""
    _swept(health.WORKER, lambda: repairs.assess(now=timezone.now()))


@shared_task
def deliver_messages() -> None:
    """Carry the outbox to the mail server."""
    repairs.deliver(clock=timezone.now)


@shared_task
def queue_reminders() -> None:
    """Put due reminders, and second ones, into the outbox."""
    reminders.queue_due(now=timezone.now())
    reminders.queue_nudges(now=timezone.now())


@shared_task
def escalate_flags() -> None:
    """Open again what nobody finished, and tell the next person about every flag nobody answered."""
    now = timezone.now()
    if flags.pass_on_due(now=now) + flags.come_back_due(now=now) + repairs.escalate(now=now):
        delivery.deliver_due(clock=timezone.now)


@shared_task
def watch_silence() -> None:
    """Read silence and unanswered questions, and end recoveries that are over."""
    recoveries.read_silence(now=timezone.now())
    ask_back.note_missed(now=timezone.now())
    recoveries.end_due(now=timezone.now())


@shared_task
def send_digests() -> None:
    """Write the morning digest of every clinic at which it is morning."""
    digest.send_due(now=timezone.now())


@shared_task
def check_cover() -> None:
    """Tell the owners of every clinic at which it is evening what nobody covers until the next."""
    cover_check.send_due(now=timezone.now())


@shared_task
def run_replays() -> None:
    """Do one part of a replay that waits. The next ones are rung for, so that other work comes between."""
    for _ in range(replays.run_due(now=timezone.now())):
        ring(run_replays)


@shared_task
def draw_quality_checks() -> None:
    """Draw this week's two unflagged recoveries at every clinic that has none yet."""
    quality.draw_due(now=timezone.now())


@shared_task
def fly_canary() -> None:
    """Note which synthetic entries went the whole way, and send the next. The bell is part of it."""
    now = timezone.now()
    canary.prove(now=now)
    canary.prune(now=now)
    entry = canary.fly_due(now=now)
    if entry is not None:
        ring(assess_check_in, entry.pk)


@shared_task
def watch_system() -> None:
    """Knock at every part, and tell the outside alarm that all is well only if it is."""
    watch.look(clock=timezone.now)


@shared_task
def end_drills() -> None:
    """End the fire drills that somebody answered, or nobody in time."""
    drill.end_due(now=timezone.now())


@shared_task
def seal_audit() -> None:
    """Chain the newest entries of the audit."""
    sealing.seal(now=timezone.now())


@shared_task
def beat_heartbeat() -> None:
    """Beat reached a worker: both are alive."""
    health.beat(component=health.BEAT, now=timezone.now())


def _swept(component: str, sweep: Callable[[], int]) -> None:
    sweep()
    health.beat(component=component, now=timezone.now())
