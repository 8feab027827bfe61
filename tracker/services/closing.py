"""Reaching the patient and closing the flag in one act."""

from datetime import date, datetime

from django.db import transaction

from tracker.models import Flag, Member
from tracker.services import flags


def contact_and_close(
    *,
    flag: Flag,
    member: Member,
    result: str,
    outcome: str,
    disagreed: str = "",
    note: str = "",
    next_try_on: date | None = None,
    seen_check_in_id: int | None,
    now: datetime,
) -> Flag:
    """Record the contact and close the flag with `outcome`, and why it should not have been: all, or nothing.

    Raises what `flags.record_contact` and `flags.resolve` raise.
    """
    with transaction.atomic():
        flags.record_contact(
            flag=flag,
            member=member,
            result=result,
            note=note,
            next_try_on=next_try_on,
            seen_check_in_id=seen_check_in_id,
            now=now,
        )
        return flags.resolve(
            flag=flag,
            member=member,
            outcome=outcome,
            disagreed=disagreed,
            seen_check_in_id=seen_check_in_id,
            now=now,
        )
