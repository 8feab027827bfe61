"""Most pages are tried by one patient at noon on day 6."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from tests import cast
from tracker.models import Recovery


@pytest.fixture
def noon() -> Iterator[None]:
    """Thursday 12 March, day 6 of a recovery that began on Friday."""
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def recovery() -> Recovery:
    """One treatment that is being followed, without an entry."""
    return cast.make_recovery()


@pytest.fixture
def patient(client: Client, recovery: Recovery) -> Client:
    """The browser in which its patient is signed in."""
    client.force_login(recovery.patient.user)
    return client
