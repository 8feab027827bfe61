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
        """Let an index say how it compares; Django keeps that for its own classes until told.

        And hold back the translations for which nobody answers.
        """
        from tracker import catalogues  # neither catalogues nor models are there before
        from tracker.models.search import Pattern

        IndexExpression.register_wrappers(OrderBy, Pattern, Collate)
        catalogues.hold_back()
