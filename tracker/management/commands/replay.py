"""Judges a file of logs with one edition of the rules. Needs no database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tracker.healing import infection
from tracker.healing.replay import Malformed, replay

WRONG_INPUT = 2


class Command(BaseCommand):
    """`replay LOGS.csv --out FLAGS.csv [--edition NAME]`; exit code 2 when the file is malformed."""

    help = (
        "Judge a file of logs row by row, each with what was known by then, and write one flag row per log."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("logs", type=Path, metavar="LOGS.csv")
        parser.add_argument("--out", type=Path, required=True, metavar="FLAGS.csv")
        parser.add_argument("--edition", default=infection.CURRENT, choices=sorted(infection.EDITIONS))

    def handle(self, *args: Any, **options: Any) -> None:
        logs, out = options["logs"], options["out"]
        try:
            count = replay(logs, out, infection.edition_named(options["edition"]))
        except Malformed as error:
            raise CommandError(f"{logs}: {error}. Nothing was written.", returncode=WRONG_INPUT) from error
        except OSError as error:
            raise CommandError(f"{error}. Nothing was written.", returncode=WRONG_INPUT) from error
        self.stdout.write(f"{count} rows judged by {options['edition']}, written to {out}")
