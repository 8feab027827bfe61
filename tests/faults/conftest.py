"""One running product for all faults, on a PostgreSQL of its own, calm again before each test."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.faults.crowd import FULL
from tests.faults.stand import Database, Stand, empty_tables, speaking_to


@pytest.fixture(scope="package")
def _running(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Stand]:
    with tempfile.TemporaryDirectory(prefix="aftercare-pg-") as folder:
        database = Database(Path(folder))
        database.start()
        try:
            yield from _product(tmp_path_factory.mktemp("stand"), database, django_db_blocker)
        finally:
            database.stop()


def _product(folder: Path, database: Database, blocker: Any) -> Iterator[Stand]:
    with blocker.unblock(), speaking_to(database.url):
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        empty_tables()
        with Stand(folder, database) as stand:
            yield stand


@pytest.fixture
def stand(_running: Stand) -> Iterator[Stand]:
    """Everything runs and no row is left: `.database .broker .sink .web .worker .beat`."""
    _running.calm()
    yield _running
    for process in _running.processes():
        if process.is_running:
            process.thaw()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is worth its time at full size alone is left out of a build; each fault has a small test too."""
    if not FULL:
        left_out = [item for item in items if item.get_closest_marker("full")]
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)
