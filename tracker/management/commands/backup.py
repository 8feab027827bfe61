"""`manage.py backup DIR`: everything in one file, while the product runs."""

from argparse import ArgumentParser
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tracker.services import backups


class Command(BaseCommand):
    """Write one file with database and media."""

    help = "Writes the database and all media into one file in DIR."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("folder", type=Path, metavar="DIR")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Prints the file's name last, for scripts."""
        began = perf_counter()
        try:
            path, manifest = backups.back_up(folder=folder.resolve(), now=timezone.now())
        except (backups.BackupProblem, OSError) as problem:
            raise CommandError(f"No backup was taken. {problem}") from problem
        rows, size = sum(manifest.counts.values()), path.stat().st_size / 1e6
        self.stderr.write(f"{rows} rows, {size:.1f} MB, {perf_counter() - began:.1f} s")
        self.stdout.write(str(path))
