"""Reading leaves a trace too: who opened which course, and when."""

from datetime import datetime

from tracker.models import Member, Recovery
from tracker.services import audit


def note_viewed(*, recovery: Recovery, member: Member, now: datetime) -> None:
    """Write the audit entry "viewed recovery". The page is shown after it, never without it."""
    audit.record(
        clinic=recovery.clinic_id, actor=member.user, verb="viewed_recovery", subject=recovery, now=now
    )
