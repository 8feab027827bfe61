"""The Celery app. All its settings are in `aftercare/settings.py` under `CELERY_`."""

import os
from typing import Any

from celery import Celery
from celery.signals import celeryd_init, task_postrun, task_prerun, task_received, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aftercare.settings")

# the socket limit must be longer than the one second that a worker's blocking read takes
PATIENCE = {
    "socket_timeout": 10,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "health_check_interval": 10,
}

app = Celery("aftercare")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
def give_workers_patience(conf: Any = None, **_: Any) -> None:
    """A worker waits for the broker; everyone else gives up at once, because a person may be waiting."""
    conf.broker_transport_options = {**conf.broker_transport_options, **PATIENCE}


@worker_init.connect
def look_after_the_worker(**_: Any) -> None:
    """Limits for its jobs, and ticks of its own; before the first connection, which may never come."""
    from django.conf import settings

    from aftercare import worker

    limits = worker.Limits(app.conf.task_soft_time_limit, app.conf.task_time_limit)
    ticks = worker.Ticks(app, limits, worker.SILENCE * settings.TICK_SCALE)

    def hear(request: Any = None, **_: Any) -> None:
        if request.name in ticks.scheduled:
            ticks.hear()

    task_prerun.connect(lambda task=None, **_: limits.begin(task.name), weak=False)
    task_postrun.connect(lambda **_: limits.end(), weak=False)
    task_received.connect(hear, weak=False)
    worker.look_after(limits, ticks)
