"""Beginning the next edition."""

import pytest

from tests import cast
from tests.views.owner import office
from tracker.models import ProtocolEdition

pytestmark = pytest.mark.django_db


def test_it_begins_a_draft_and_leads_to_it() -> None:
    owner = office.owner(cast.make_clinic())
    published = cast.make_edition(owner.clinic, silence_days=4)
    answer = office.post(owner, "draft_edition", published.protocol_id)
    draft = ProtocolEdition.objects.get(status="draft")
    assert answer.redirect_chain[-1][0].endswith(f"/editions/{draft.pk}/")
    assert (draft.number, draft.silence_days, draft.created_by) == (2, 4, owner)


def test_pressed_twice_it_leads_to_the_same_draft() -> None:
    owner = office.owner(cast.make_clinic())
    protocol_id = cast.make_edition(owner.clinic).protocol_id
    office.post(owner, "draft_edition", protocol_id)
    office.post(owner, "draft_edition", protocol_id)
    assert ProtocolEdition.objects.filter(status="draft").count() == 1
