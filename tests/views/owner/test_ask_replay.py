"""Asking for a replay."""

import pytest

from tests import cast
from tests.views.owner import office
from tracker.models import ProtocolEdition, ReplayRun

pytestmark = pytest.mark.django_db


def test_it_asks_once_and_leads_to_the_replay() -> None:
    owner = office.owner(cast.make_clinic())
    draft = office.draft(owner)
    answer = office.post(owner, "ask_replay", draft.pk)
    office.post(owner, "ask_replay", draft.pk)
    run = ReplayRun.objects.get()
    assert answer.redirect_chain[-1][0].endswith(f"/replays/{run.pk}/")
    assert (run.draft, run.asked_by, run.finished_at) == (draft, owner, None)
    assert run.against.number == 1


def test_it_replays_no_published_edition() -> None:
    owner = office.owner(cast.make_clinic())
    answer = office.post(owner, "ask_replay", cast.make_edition(owner.clinic).pk)
    assert "never changes" in answer.content.decode()
    assert not ReplayRun.objects.exists()


def test_it_says_so_when_nothing_is_in_force() -> None:
    owner = office.owner(cast.make_clinic())
    draft = office.draft(owner)
    ProtocolEdition.objects.exclude(pk=draft.pk).update(status="draft")
    assert "No edition is in force" in office.post(owner, "ask_replay", draft.pk).content.decode()
