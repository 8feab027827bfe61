"""The record of who did what."""

import pytest
from django.db import transaction

from tests import cast
from tests.cast import NOW
from tracker.models import AuditEntry
from tracker.services import audit

pytestmark = pytest.mark.django_db


def test_it_records_who_did_what_to_which_row() -> None:
    clinic = cast.make_clinic()
    member = cast.make_member(clinic)
    audit.record(clinic=clinic, actor=member.user, verb="invite", subject=member, now=NOW, role="owner")
    entry = AuditEntry.objects.get()
    assert (entry.clinic, entry.actor, entry.at, entry.verb) == (clinic, member.user, NOW, "invite")
    assert (entry.subject, entry.detail) == (f"member:{member.pk}", {"role": "owner"})


def test_it_takes_a_clinic_by_its_id_and_an_act_of_nobody() -> None:
    clinic = cast.make_clinic()
    audit.record(clinic=clinic.pk, actor=None, verb="seed", subject=clinic, now=NOW)
    entry = AuditEntry.objects.get()
    assert (entry.clinic, entry.actor) == (clinic, None)


def test_it_stands_and_falls_with_the_act_it_tells_of() -> None:
    clinic = cast.make_clinic()
    with transaction.atomic():
        audit.record(clinic=clinic, actor=None, verb="seed", subject=clinic, now=NOW)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()
