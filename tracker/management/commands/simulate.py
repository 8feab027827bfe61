"""Writes simulated recoveries and their truth. Needs no database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

CAVEAT = "Simulated data prove that the code follows the evidence tables; they are not clinical validation."


class Command(BaseCommand):
    """`simulate --episodes N --seed S --out LOGS.csv --labels LABELS.csv`; the same seed, the same files."""

    help = "Draw recoveries from the evidence tables: logs as `replay` reads them, and what was the matter."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--episodes", type=int, required=True, metavar="N")
        parser.add_argument("--seed", type=int, default=1, metavar="S")
        parser.add_argument("--out", type=Path, required=True, metavar="LOGS.csv")
        parser.add_argument("--labels", type=Path, required=True, metavar="LABELS.csv")

    def handle(self, *args: Any, **options: Any) -> None:
        from tracker.healing.simulation import simulate
        from tracker.healing.simulation.export import write

        if options["episodes"] < 1 or options["seed"] < 0:
            raise CommandError("--episodes must be at least 1 and --seed at least 0.")
        try:
            count = write(simulate(options["episodes"], options["seed"]), options["out"], options["labels"])
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{options['episodes']} recoveries, {count} check-ins, written to {options['out']}")
        self.stdout.write(CAVEAT)
