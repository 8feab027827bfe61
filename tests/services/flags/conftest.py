"""One recovery with one calm check-in on day 6, and the member who treated."""

import pytest

from tests import cast
from tracker.models import CheckIn, Member, Recovery


@pytest.fixture
def recovery(db: None) -> Recovery:
    """The recovery that the flags are about."""
    return cast.make_recovery()


@pytest.fixture
def member(recovery: Recovery) -> Member:
    """The clinician who treated."""
    return recovery.treatment.operator


@pytest.fixture
def said(recovery: Recovery) -> CheckIn:
    """What the patient said on day 6."""
    return cast.check_in(recovery, 6)
