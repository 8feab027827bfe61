"""The project: wiring, no behaviour. Importing it makes the Celery app the one that tasks belong to."""

from aftercare.celery import app as celery_app

__all__ = ["celery_app"]
