"""Throwing a draft away."""

import pytest

from tests import cast
from tests.views import desk
from tests.views.owner import office
from tracker.models import AuditEntry, ProtocolEdition
from tracker.services import replays

pytestmark = pytest.mark.django_db


def test_the_draft_goes_with_its_replays_and_the_audit_remembers() -> None:
    owner = office.owner(cast.make_clinic())
    draft = office.draft(owner)
    replays.ask(draft=draft, member=owner, now=office.NOW)
    assert "The draft is gone" in desk.text(office.post(owner, "discard_draft", draft.pk))
    assert list(ProtocolEdition.objects.values_list("status", flat=True)) == ["published"]
    assert not owner.clinic.replay_runs.exists()
    entry = AuditEntry.objects.get(verb="discard_draft")
    assert (entry.actor, entry.subject) == (owner.user, f"protocoledition:{draft.pk}")


def test_a_published_edition_stays() -> None:
    owner = office.owner(cast.make_clinic())
    edition = cast.make_edition(owner.clinic)
    assert "never changes" in desk.text(office.post(owner, "discard_draft", edition.pk))
    assert ProtocolEdition.objects.filter(pk=edition.pk).exists()
