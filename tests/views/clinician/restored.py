"""A clinic whose data was put back, with one alert held."""

from datetime import timedelta

from tests import cast
from tests.views import desk
from tracker.models import Clinic, Message, Restore


def restored(clinic: Clinic) -> Message:
    """The held alert of an urgent flag."""
    flag = desk.flagged(clinic)
    Restore.objects.create(clinic=clinic, taken_at=cast.NOW - timedelta(hours=3), restored_at=cast.NOW)
    flag.messages.update(state=Message.State.HELD, reason="restored")
    return flag.messages.get()
