"""What it is for, and whether anybody answers for its use here."""

from typing import Any

import pytest
from django.test import Client

from tests import cast
from tests.views import desk
from tracker.models import Role

pytestmark = pytest.mark.django_db

NOT_YET = "Not for clinical use until signed off"


def test_it_says_to_anybody_what_it_does_and_does_not_do(client: Client) -> None:
    page = desk.text(client.get("/about/"))
    assert "It does not diagnose and does not treat." in page
    assert "Nobody has taken clinical responsibility" in page
    assert "0.1.0" in page
    assert "model-2, rules-1" in page


def test_every_page_says_so_until_somebody_signed(client: Client, settings: Any) -> None:
    patient = cast.make_recovery().patient
    owner = cast.make_member(patient.clinic, Role.OWNER, "Dr Dunn")
    theirs = Client()
    theirs.force_login(patient.user)
    visits = ((client, "/accounts/login/"), (theirs, "/today/"), (desk.at(owner), "/clinic/team/"))
    assert [path for who, path in visits if NOT_YET not in desk.text(who.get(path))] == []
    settings.CLINICAL_SIGN_OFF = "Dr Mara Lind, 1 May 2026"
    assert [path for who, path in visits if NOT_YET in desk.text(who.get(path))] == []
    page = desk.text(client.get("/about/"))
    assert "signed off by Dr Mara Lind, 1 May 2026" in page


def test_an_error_page_says_so_too(client: Client) -> None:
    assert NOT_YET in desk.text(client.get("/nothing/here/"))
