"""What beat calls exists, what should be called is called, and no job waits inside the broker."""

import ast
import inspect

import pytest
from django.conf import settings

from aftercare.celery import app
from tests.house.source import modules
from tracker import tasks

OURS = {name: task for name, task in app.tasks.items() if name.startswith("tracker.")}
SWEEPS = [name for name, task in OURS.items() if not inspect.signature(task.run).parameters]
"""Jobs that take nothing: they are done for whoever is due, so somebody must call them again and again."""


def test_it_schedules_only_jobs_that_exist() -> None:
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(OURS)


def test_it_schedules_every_sweep_once() -> None:
    scheduled = sorted(entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values())
    assert scheduled == sorted(SWEEPS)


def test_it_routes_only_jobs_that_exist_to_queues_that_are_read() -> None:
    from aftercare import onemachine

    assert set(settings.CELERY_TASK_ROUTES) <= set(OURS)
    queues = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    queues.add(settings.CELERY_TASK_DEFAULT_QUEUE)
    command = " ".join(onemachine.worker(concurrency=1).argv)
    assert [queue for queue in sorted(queues) if queue not in command] == []


@pytest.mark.parametrize("entry", settings.CELERY_BEAT_SCHEDULE.values(), ids=lambda entry: entry["task"])
def test_it_throws_a_tick_away_once_the_next_is_due(entry: dict[str, object]) -> None:
    every = entry["schedule"].run_every.total_seconds()  # type: ignore[attr-defined]
    assert entry["options"] == {"expires": every}


def test_it_passes_ids_or_nothing() -> None:
    kinds = {p.annotation for t in OURS.values() for p in inspect.signature(t.run).parameters.values()}
    assert kinds <= {int}


def test_it_keeps_every_job_to_a_few_lines() -> None:
    (module,) = modules("tracker/tasks.py")
    long = [f.name for f in module.functions() if (f.end_lineno or 0) - f.lineno > 14]
    assert long == []
    assert len(OURS) >= 7
    assert tasks.ring.__doc__


def test_it_lets_nothing_wait_in_the_broker() -> None:
    waiting = {"eta", "countdown", "apply_async", "send_task"}
    wrong = []
    for module in modules("tracker", "aftercare"):
        for node in module.nodes():
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
                words = {keyword.arg for keyword in node.keywords} | {called}
                wrong += [f"{module.name}:{node.lineno} {word}" for word in words & waiting]
    assert wrong == []
