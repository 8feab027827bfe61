"""The worker's script: served from the root, and nothing about anybody in what it keeps."""

import json
import re

import pytest
from django.test import Client

from tests import cast


def script(client: Client) -> str:
    response = client.get("/service-worker.js")
    assert response.status_code == 200
    return response.content.decode()


def constant(text: str, name: str) -> object:
    found = re.search(rf"^const {name} = (.*);$", text, re.M)
    assert found is not None
    return json.loads(found[1])


def test_it_is_a_script_at_the_root_that_is_asked_for_anew(client: Client) -> None:
    response = client.get("/service-worker.js")
    assert response.headers["Content-Type"] == "text/javascript"
    assert "no-cache" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_everything_it_keeps_is_there_and_the_same_for_everyone(client: Client) -> None:
    recovery = cast.make_recovery()
    shell = constant(script(client), "SHELL")
    assert isinstance(shell, list)
    pages = [path for path in shell if not path.startswith("/static/")]
    assert pages == ["/help/", "/offline/"]
    for path in pages:
        text = client.get(path).content.decode()
        assert recovery.clinic.name not in text
        assert "csrfmiddlewaretoken" not in text


@pytest.mark.django_db
def test_it_is_the_same_for_a_signed_in_person(client: Client) -> None:
    before = script(client)
    client.force_login(cast.make_recovery().patient.user)
    assert script(client) == before


def test_it_has_a_version_of_its_own(client: Client) -> None:
    assert re.fullmatch(r"[0-9a-f]{12}", str(constant(script(client), "VERSION")))
