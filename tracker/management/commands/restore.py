"""`manage.py restore FILE`: a backup in place of an empty database, with old mail held back."""

from argparse import ArgumentParser
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tracker.management.commands.selfcheck import print_table
from tracker.services import backups, selfcheck


class Command(BaseCommand):
    """Check a backup, put it back, hold old mail, check the result."""

    help = "Puts the backup FILE into an empty database. Stop web, worker and beat first."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and what is needed to give up what is there."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="give up what is in the database now")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, file: Path, replace: bool, yes: bool, **options: Any) -> None:
        """Exit code 1 when the backup is refused, or when what was restored is not consistent."""
        began, now = perf_counter(), timezone.now()
        if replace and not yes and not backups.is_empty():
            answer = input("Everything in the database now will be lost. Type `replace` to go on: ")
            if answer.strip() != "replace":
                raise CommandError("Nothing was changed.")
        try:
            manifest = backups.restore(path=file.resolve(), replace=replace, now=now)
        except backups.BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        found = selfcheck.run(now=now, manifest=manifest, running=False)
        print_table(self.stdout, found)
        self.stdout.write(f"Restored as of {manifest.taken_at} in {perf_counter() - began:.1f} s.")
        self.stdout.write("Old urgent messages wait for review on the clinic's page; start the product now.")
        if not all(check.ok for check in found):
            raise CommandError("What was restored is not consistent: see the table.")
