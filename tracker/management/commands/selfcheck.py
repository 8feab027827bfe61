"""`manage.py selfcheck`: is what the database says consistent, and is the audit as it was?"""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.utils import timezone

from tracker.services import backups, selfcheck


def print_table(out: OutputWrapper, found: Sequence[selfcheck.Check]) -> None:
    """One line per check: its verdict, what was counted, what it is about."""
    for check in found:
        out.write(f"{'ok  ' if check.ok else 'FAIL'} {check.found:>8}  {check.what}")


class Command(BaseCommand):
    """Count, and compare with what must be true."""

    help = "Checks counts, invariants, files and the audit; exit code 1 when something is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A backup's manifest is the anchor outside the database."""
        parser.add_argument(
            "--against",
            type=Path,
            metavar="FILE",
            help="a backup: nothing in the audit may have changed since",
        )

        parser.add_argument(
            "--head",
            default="",
            metavar="HASH",
            help="a head of the audit's chain, noted elsewhere: still in it?",
        )

    def handle(self, *args: Any, against: Path | None, head: str, **options: Any) -> None:
        """Changes nothing."""
        manifest = None
        if against is not None:
            try:
                with backups.verified(against) as manifest:
                    pass
            except backups.BackupProblem as problem:
                raise CommandError(str(problem)) from problem
        found = selfcheck.run(now=timezone.now(), manifest=manifest, head=head)
        print_table(self.stdout, found)
        if wrong := sum(not check.ok for check in found):
            raise CommandError(f"{wrong} of {len(found)} checks failed.")
