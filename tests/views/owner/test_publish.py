"""Putting a draft in force."""

import pytest

from tests import cast
from tests.views.owner import office
from tracker.models import AuditEntry, Member, ProtocolEdition
from tracker.services import protocols, replays

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(db: None) -> Member:
    return office.owner(cast.make_clinic())


@pytest.fixture
def draft(owner: Member) -> ProtocolEdition:
    return office.draft(owner)


def test_it_asks_for_a_replay_first(owner: Member, draft: ProtocolEdition) -> None:
    assert "has not been replayed" in office.page(owner, "edition", draft.pk)
    answer = office.post(owner, "publish", draft.pk)
    assert answer.status_code == 422
    assert "Replay this draft first, or say why not." in answer.content.decode()
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_it_publishes_after_a_replay(owner: Member, draft: ProtocolEdition) -> None:
    replays.ask(draft=draft, member=owner, now=cast.NOW)
    replays.run_due(now=cast.NOW)
    assert "Publish this edition" in office.page(owner, "edition", draft.pk)
    answer = office.post(owner, "publish", draft.pk)
    assert "running ones stay on theirs" in answer.content.decode()
    assert protocols.current_edition(clinic_id=owner.clinic_id) == draft
    entry = AuditEntry.objects.get(verb="publish_edition")
    assert entry.actor == owner.user


def test_it_publishes_without_a_replay_for_a_reason_that_is_kept(
    owner: Member, draft: ProtocolEdition
) -> None:
    office.post(owner, "publish", draft.pk, without_replay="clocks")
    draft.refresh_from_db()
    assert (draft.status, draft.published_by) == ("published", owner)
    assert AuditEntry.objects.get(verb="publish_edition").detail["without_replay"] == "clocks"


def test_it_takes_no_reason_of_its_own_making(owner: Member, draft: ProtocolEdition) -> None:
    assert office.post(owner, "publish", draft.pk, without_replay="because").status_code == 422
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_published_twice_it_says_that_it_is(owner: Member, draft: ProtocolEdition) -> None:
    office.post(owner, "publish", draft.pk, without_replay="clocks")
    answer = office.post(owner, "publish", draft.pk, without_replay="clocks")
    assert "never changes" in answer.content.decode()
    assert AuditEntry.objects.filter(verb="publish_edition").count() == 1
