"""What a browser sends for one check-in."""

import uuid
from typing import Any

from tests.cast import CALM


def typed(**changes: Any) -> dict[str, str]:
    """A calm day as form data; a change to None leaves the question open."""
    data: dict[str, Any] = CALM | {"submission_key": uuid.uuid4(), "day": 6, "temperature": "", "note": ""}
    return {name: str(value) for name, value in (data | changes).items() if value is not None}
