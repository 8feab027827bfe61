"""`manage.py seed_demo`: fictional clinics with every kind of course."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tracker import demo
from tracker.models import Clinic


class Command(BaseCommand):
    """Fill an empty database with the demo clinics."""

    help = "Makes the demo clinics: every kind of course, dated around today."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many patients, whether beside existing clinics, and the seed of chance."""
        parser.add_argument(
            "--patients", type=int, default=0, help="add calm patients until there are so many"
        )
        parser.add_argument("--add", action="store_true", help="beside clinics that are there already")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same demo")

    def handle(self, *args: Any, patients: int, add: bool, seed: int, **options: Any) -> None:
        """Make the demo and say who can sign in."""
        if settings.PRODUCTION:
            raise CommandError("This is a production installation: its people's passwords are public.")
        if Clinic.objects.exists() and not add:
            raise CommandError("There are clinics already. --add puts the demo beside them.")
        count = demo.seed(now=timezone.now(), patients=patients, random_seed=seed)
        self.stdout.write(f"{count} patients.")
        for person in demo.sign_ins():
            self.stdout.write(f"  {person}")
