"""The product's worker, except that some check-ins are poison: the note says which kind.

Jobs may take 2 s before they are told to stop and 4 s before their worker is ended.
"""

import os
import signal
import time
from typing import Any

import django

from aftercare.celery import app as app

django.setup()
app.conf.task_soft_time_limit, app.conf.task_time_limit = 2.0, 4.0

from tracker.models import CheckIn, Recovery  # noqa: E402
from tracker.services import assessing  # noqa: E402

_judge = assessing._verdict_on


def _poisoned(recovery: Recovery, check_in: CheckIn) -> Any:
    match check_in.note:
        case "raise":
            raise ValueError("poison")
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "loop":
            while True:
                pass
        case "stuck":
            time.sleep(3600)  # deaf: it runs no line of Python that could be told to stop
    return _judge(recovery, check_in)


assessing._verdict_on = _poisoned
