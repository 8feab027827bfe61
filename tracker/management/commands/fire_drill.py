"""Raise an urgent flag about nobody, and say how long a person takes to answer."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tracker.models import Clinic, Flag
from tracker.services import drill

WHY = {
    drill.RealAlertOpen: "An urgent flag about a real patient waits for an answer. No drill beside that.",
    drill.DrillUnderWay: "The last drill is not over.",
    drill.NotReady: "The clinic has nobody to alert, or no published protocol.",
}
LOOK_SECONDS = 5


class Command(BaseCommand):
    """Begin a fire drill at one clinic."""

    help = "Pages a clinic's people about a synthetic patient, and reports the minutes until one answers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which clinic, and how long to wait here."""
        parser.add_argument("clinic", help="the clinic's id or its exact name")
        parser.add_argument("--wait", type=int, default=0, metavar="MINUTES", help="report until answered")

    def handle(self, *, clinic: str, wait: int, **_options: Any) -> None:
        """Begin, then report what came of it so far."""
        which = {"pk": int(clinic)} if clinic.isdecimal() else {"name": clinic}
        found = Clinic.objects.filter(**which).first()
        if found is None:
            raise CommandError(f"No clinic {clinic!r}.")
        try:
            begun = drill.begin(clinic=found, now=timezone.now())
        except drill.DrillProblem as problem:
            raise CommandError(WHY[type(problem)]) from problem
        self.stdout.write(f"Drill begun at {found.name}. The alert goes out as a real one would.")
        self._report(begun, wait)

    def _report(self, begun: drill.Drill, wait: int) -> None:
        flag, until = Flag.objects.get(pk=begun.flag_id), time.monotonic() + wait * 60
        while (now := drill.read(flag=flag)).answered_at is None and time.monotonic() < until:
            time.sleep(LOOK_SECONDS)
            flag.refresh_from_db()
        if now.minutes is None:
            self.stdout.write(
                f"Not answered yet; {now.steps} step(s) told. The owner sees more under System."
            )
        else:
            self.stdout.write(f"Answered after {now.minutes:.1f} min by {now.answered_by}.")
