"""Words that a team pins to a recovery, to find it again."""

from datetime import datetime

from django.db import transaction

from tracker.models import Member, Recovery
from tracker.services import audit, hold

MOST = 6
"""More words than this on one recovery find nothing."""


class TooManyTags(Exception):
    """The recovery carries MOST tags already; nothing was changed."""


def add_tag(*, recovery: Recovery, member: Member, tag: str, now: datetime) -> list[str]:
    """Pin `tag` to the recovery; a second time changes nothing. Returns its tags. Raises TooManyTags."""
    with transaction.atomic():
        held = hold.recovery(recovery.pk)
        if tag in held.tags:
            return list(held.tags)
        if len(held.tags) >= MOST:
            raise TooManyTags(recovery.pk)
        return _change(held, [*held.tags, tag], "add_tag", member, now)


def remove_tag(*, recovery: Recovery, member: Member, tag: str, now: datetime) -> list[str]:
    """Take `tag` away, where it is there. Returns the tags that stay."""
    with transaction.atomic():
        held = hold.recovery(recovery.pk)
        if tag not in held.tags:
            return list(held.tags)
        return _change(held, [t for t in held.tags if t != tag], "remove_tag", member, now)


def _change(recovery: Recovery, tags: list[str], verb: str, member: Member, now: datetime) -> list[str]:
    recovery.tags = tags
    recovery.save(update_fields=["tags"])
    audit.record(clinic=recovery.clinic_id, actor=member.user, verb=verb, subject=recovery, now=now)
    return tags
