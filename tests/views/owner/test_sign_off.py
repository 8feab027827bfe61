"""The clinical lead's name, and where the words "awaiting clinical sign-off" go with it."""

from typing import Any

import pytest
import time_machine
from django.urls import reverse

from tests import cast
from tests.views import desk
from tests.views.owner import office
from tracker.models import Member, ProtocolEdition, Recovery

pytestmark = pytest.mark.django_db

SAID = {"signed_off_by": "Prof. Ames, GMC 1234567", "approved": "on"}


@pytest.fixture
def owner(db: None) -> Member:
    return office.owner(cast.make_clinic())


def sign(owner: Member, edition: ProtocolEdition, **said: Any) -> Any:
    return office.post(owner, "sign_off", edition.pk, **SAID | said)


def everywhere(recovery: Recovery, owner: Member) -> dict[str, str]:
    """Every page that speaks of one edition, for its clinic and its patient."""
    mine, theirs = desk.at(owner), desk.at(owner)
    theirs.force_login(recovery.patient.user)
    clinic = {
        "recovery": reverse("recovery", args=[recovery.pk]),
        "edition": reverse("edition", args=[recovery.edition_id]),
        "protocols": reverse("protocols"),
        "team": reverse("team"),
        "print_card": reverse("print_card", args=[recovery.pk]),
    }
    own = {name: reverse(name) for name in ("expect", "my_recovery", "take_home")}
    with time_machine.travel(cast.NOW, tick=False):
        pages = {name: mine.get(path) for name, path in clinic.items()}
        pages |= {name: theirs.get(path) for name, path in own.items()}
    return {
        name: desk.text(page).lower() for name, page in pages.items() if "pdf" not in page["Content-Type"]
    }


def test_it_says_who_signed_and_when_and_stops_saying_that_it_is_awaited(owner: Member) -> None:
    recovery = cast.make_recovery(owner.clinic, operator=owner)
    cast.check_in(recovery, 5, cast.CALM | {"redness": 1})
    before = everywhere(recovery, owner)
    assert {name for name, text in before.items() if "awaiting clinical sign-off" not in text} == set()
    assert sign(owner, recovery.edition).status_code == 200
    after = everywhere(recovery, owner)
    assert {name for name, text in after.items() if "awaiting clinical sign-off" in text} == set()
    for name in ("recovery", "edition", "protocols", "team"):
        assert "prof. ames, gmc 1234567" in after[name], name


def test_it_holds_for_that_edition_and_that_clinic_alone(owner: Member) -> None:
    old, other = cast.make_edition(owner.clinic), office.owner(cast.make_clinic("Linden"))
    new = cast.make_edition(owner.clinic, rules="model-2")
    foreign = cast.make_edition(other.clinic)
    sign(owner, new)
    assert "Awaiting clinical sign-off" in office.page(owner, "edition", old.pk)
    assert "Awaiting clinical sign-off" in office.page(other, "edition", foreign.pk)
    assert sign(other, new).status_code == 404


@pytest.mark.parametrize("said", [{"signed_off_by": " "}, {"approved": ""}])
def test_it_needs_a_name_and_the_approval_itself(owner: Member, said: dict[str, str]) -> None:
    edition = cast.make_edition(owner.clinic)
    answer = sign(owner, edition, **said)
    assert answer.status_code == 422
    assert "<title>Error:" in answer.content.decode()
    edition.refresh_from_db()
    assert edition.signed_off_by == ""


def test_it_is_not_offered_for_a_draft_and_not_taken_from_an_old_page(owner: Member) -> None:
    draft = office.draft(owner)
    assert 'name="signed_off_by"' not in office.page(owner, "edition", draft.pk)
    assert "Nothing was changed" in desk.text(sign(owner, draft))
    draft.refresh_from_db()
    assert draft.signed_off_by == ""
