"""What leaves the product as a file: safe in a spreadsheet, and written into the audit."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from tracker.models import Member, Recovery
from tracker.services import audit

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: object) -> str:
    """A value as a spreadsheet may be given it: what it would take for a formula gets an apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The rows as CSV (RFC 4180), every cell made harmless."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([cell(name) for name in header])
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()


def note_exported(*, member: Member, what: str, rows: int, now: datetime) -> None:
    """Write down who took which list, and how many rows. The file is given after it, never without it."""
    audit.record(
        clinic=member.clinic,
        actor=member.user,
        verb=f"export_{what}",
        subject=member.clinic,
        now=now,
        rows=rows,
    )


def note_printed(*, recovery: Recovery, member: Member, now: datetime) -> None:
    """Write down who took a recovery's course report."""
    audit.record(
        clinic=recovery.clinic_id, actor=member.user, verb="print_course_report", subject=recovery, now=now
    )
