"""What every page may need to know."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from tracker.services import health
from tracker.views.clinician.strip import Strip, strip


def _strip() -> Strip:
    return strip(health.state(now=timezone.now()))


def install(request: HttpRequest) -> dict[str, Any]:
    """`signed_off`: who answers for clinical use here, "" while nobody does, and every page says so.

    `system`: the line about what is late or broken; one query, for the pages that show it.
    """
    return {"signed_off": settings.CLINICAL_SIGN_OFF, "system": SimpleLazyObject(_strip)}
