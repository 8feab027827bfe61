"""A name under an edition: for that edition alone, and taken back in the open."""

import pytest

from tests import cast
from tests.cast import NOW
from tracker.models import AuditEntry, Member, ProtocolEdition, Role
from tracker.services import protocols, sign_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(db: None) -> Member:
    return cast.make_member(cast.make_clinic(), Role.OWNER, "Dr Dunn")


@pytest.fixture
def edition(owner: Member) -> ProtocolEdition:
    return cast.make_edition(owner.clinic)


def signed(edition: ProtocolEdition, owner: Member, name: str = "Prof. Ames") -> ProtocolEdition:
    return sign_off.sign_off(edition=edition, member=owner, name=name, now=NOW)


def test_a_new_installation_is_signed_off_by_nobody(owner: Member) -> None:
    first = protocols.create_standard(clinic=owner.clinic, now=NOW)
    assert (first.signed_off_by, first.signed_off_at, first.sign_off_entered_by) == ("", None, None)


def test_it_keeps_name_and_date_and_who_entered_it(owner: Member, edition: ProtocolEdition) -> None:
    signed(edition, owner, "  Prof. Ames ")
    edition.refresh_from_db()
    assert (edition.signed_off_by, edition.signed_off_at) == ("Prof. Ames", NOW)
    assert edition.sign_off_entered_by == owner
    entry = AuditEntry.objects.get(verb="sign_off_edition")
    assert (entry.actor, entry.subject) == (owner.user, f"protocoledition:{edition.pk}")
    assert entry.detail == {"number": 1, "rules": "rules-1"}


def test_nobody_signs_over_a_signature_or_without_a_name(owner: Member, edition: ProtocolEdition) -> None:
    with pytest.raises(ValueError, match=" "):
        signed(edition, owner, " ")
    signed(edition, owner)
    with pytest.raises(sign_off.OtherState):
        signed(edition, owner, "Dr Strange")
    assert ProtocolEdition.objects.get(pk=edition.pk).signed_off_by == "Prof. Ames"


def test_a_draft_is_not_signed_off_and_inherits_nothing(owner: Member, edition: ProtocolEdition) -> None:
    signed(edition, owner)
    draft = protocols.start_draft(protocol=edition.protocol, member=owner, now=NOW)
    assert (draft.signed_off_by, draft.signed_off_at) == ("", None)
    with pytest.raises(sign_off.NotPublished):
        signed(draft, owner)


def test_it_is_taken_back_once_and_both_acts_stay_on_record(owner: Member, edition: ProtocolEdition) -> None:
    signed(edition, owner)
    sign_off.withdraw(edition=edition, member=owner, now=NOW)
    edition.refresh_from_db()
    assert (edition.signed_off_by, edition.signed_off_at, edition.sign_off_entered_by) == ("", None, None)
    with pytest.raises(sign_off.OtherState):
        sign_off.withdraw(edition=edition, member=owner, now=NOW)
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["sign_off_edition", "withdraw_sign_off"]
