"""The app's name for Django."""

from django.apps import AppConfig
from django.db.models.expressions import OrderBy
from django.db.models.functions import Collate
from django.db.models.indexes import IndexExpression


class TrackerConfig(AppConfig):
    """The one app."""

    name = "tracker"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let an index say how it compares; Django keeps that for its own classes until told."""
        from tracker.models.search import Pattern  # models are not there before

        IndexExpression.register_wrappers(OrderBy, Pattern, Collate)
