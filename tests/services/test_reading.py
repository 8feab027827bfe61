"""Who read which course."""

import pytest

from tests import cast
from tracker.models import AuditEntry, Member
from tracker.services import reading

pytestmark = pytest.mark.django_db


def test_each_reading_leaves_one_entry_without_a_clinical_word() -> None:
    recovery = cast.make_recovery()
    member = Member.objects.get()
    for _twice in range(2):
        reading.note_viewed(recovery=recovery, member=member, now=cast.NOW)
    entries = AuditEntry.objects.filter(verb="viewed_recovery")
    assert entries.count() == 2
    entry = entries[0]
    assert (entry.clinic, entry.actor, entry.at) == (recovery.clinic, member.user, cast.NOW)
    assert (entry.subject, entry.detail) == (f"recovery:{recovery.pk}", {})
