"""What every page may need to know."""

from django.conf import settings
from django.http import HttpRequest


def install(request: HttpRequest) -> dict[str, bool]:
    """`demo`: this is not a production install, and every page says that it is not for clinical use."""
    return {"demo": not settings.PRODUCTION}
