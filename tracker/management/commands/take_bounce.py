"""`manage.py take_bounce`: one returned mail on standard input, as a mail server pipes it."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from tracker.services import bounces


class Command(BaseCommand):
    """Stops the address of a mail that came back, and asks the clinic to ring the patient."""

    help = "Take one delivery status notification (RFC 3464) from standard input."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says whether it was about a mail of ours; a mail server needs no failure for one that was not."""
        taken = bounces.note_bounce(notice=sys.stdin.buffer.read(), now=timezone.now())
        self.stdout.write("taken" if taken else "not about a mail of ours")
