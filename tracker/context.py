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

    `demo`: whether the member's clinic is one of the demo; a patient's page says it by itself.
    `system`: the line about what is late or broken; one query, for the pages that show it.
    """
    member = getattr(request, "member", None)
    found: dict[str, Any] = {"signed_off": settings.CLINICAL_SIGN_OFF, "system": SimpleLazyObject(_strip)}
    return found | ({"demo": True} if member and member.clinic.is_demo else {})
