"""The Celery app. All its settings are in `aftercare/settings.py` under `CELERY_`."""

import os
from typing import Any

from celery import Celery
from celery.signals import celeryd_init

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
