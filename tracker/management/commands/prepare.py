"""`manage.py prepare`: the database as the product needs it."""

from typing import Any

from django.core.management.base import BaseCommand

from aftercare import onemachine


class Command(BaseCommand):
    """Migrate if needed, make the cache table, fill an empty database with the demo clinics."""

    help = "Brings the database up to date; an empty one outside production gets the demo clinics."

    def handle(self, *args: Any, **options: Any) -> None:
        """Quick when there is nothing to do."""
        onemachine.prepare(self.stdout.write)
