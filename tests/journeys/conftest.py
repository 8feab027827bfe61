"""People around today, because the running product reads the real clock."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from tests import cast
from tests.servers.live import LiveApp
from tests.servers.processes import wait_until
from tracker.models import Recovery
from tracker.services import assessing

Wait = Callable[[Callable[[], object], str], None]


@pytest.fixture
def recovery(live_app: LiveApp) -> Recovery:
    """A patient treated five days ago, at a running clinic; yesterday was calm and has been judged."""
    clinic = cast.make_clinic(timezone=cast.noon_zone(timezone.now()))
    cast.make_member(clinic, "owner", "Olga Reyes")
    operator = cast.make_member(clinic, "clinician", "Dr Cole")
    patient = cast.make_patient(clinic, timezone="UTC")
    started_on = timezone.now().date() - timedelta(days=5)
    recovery = cast.make_recovery(patient=patient, operator=operator, started_on=started_on)
    kept = cast.check_in(recovery, 4)
    assessing.assess_check_in(check_in_id=kept.pk, now=timezone.now())
    # whether today's reminder is already due depends on when the tests run
    Recovery.objects.update(next_reminder_at=None)
    return recovery


@pytest.fixture(params=["calm", "redis away"])
def trouble(request: pytest.FixtureRequest, live_app: LiveApp) -> Callable[[], None]:
    """The broker is stopped before the walk in one of its two runs; call it to bring the broker back."""
    if request.param == "calm":
        return lambda: None
    live_app.broker.stop()
    return live_app.broker.start


@pytest.fixture
def eventually() -> Wait:
    """Wait for something that the worker or beat must bring about."""
    return lambda condition, what: wait_until(condition, 60, what)
