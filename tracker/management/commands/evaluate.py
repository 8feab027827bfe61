"""Compares editions on labelled courses. Needs no database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tracker.healing import infection
from tracker.healing.replay import Malformed


class Command(BaseCommand):
    """`evaluate LOGS.csv LABELS.csv [--figure PATH.svg]`: prints the table, writes the figure."""

    help = "How many infections each edition finds in labelled logs, how soon, and at what price."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("logs", type=Path, metavar="LOGS.csv")
        parser.add_argument("labels", type=Path, metavar="LABELS.csv")
        parser.add_argument("--figure", type=Path, metavar="PATH.svg")

    def handle(self, *args: Any, **options: Any) -> None:
        from tracker.healing.evaluation import Mismatch, read_labels, score
        from tracker.healing.evaluation.figure import figure
        from tracker.healing.evaluation.report import table
        from tracker.healing.evaluation.signs_only import SignsOnly

        editions = [infection.edition_named("model-2"), infection.edition_named("rules-1"), SignsOnly()]
        try:
            labels = read_labels(options["labels"])
            each = [score(options["logs"], labels, edition) for edition in editions]
            if options["figure"]:
                options["figure"].write_text(figure(each), encoding="utf-8")
        except (Malformed, Mismatch, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(table(each))
