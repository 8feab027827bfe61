"""The app's name for Django."""

from django.apps import AppConfig


class TrackerConfig(AppConfig):
    """The one app."""

    name = "tracker"
    default_auto_field = "django.db.models.BigAutoField"
