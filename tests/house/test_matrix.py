"""Role × clinic × method for every address of ours. `matrix.csv` is the declaration.

`in` let in, `login` sent to sign in, `403` lacks the right, `404` no such thing for this person, `405`
wrong method. The row asked for belongs to the first clinic.
"""

import csv
import re
from pathlib import Path

import pytest
from django.http import HttpResponseBase
from django.urls import reverse

from tests.house.conftest import ROLES, World
from tests.house.table import our_names

with Path(__file__).with_name("matrix.csv").open(newline="") as file:
    MATRIX = list(csv.DictReader(file))

LOGIN = "/accounts/login/"
NONCE = re.compile(rb'(nonce="|csrfmiddlewaretoken" value=")[^"]*')


def answer_of(response: HttpResponseBase) -> str:
    if response.status_code == 302 and response.headers["Location"].startswith(LOGIN):
        return "login"
    return str(response.status_code) if response.status_code in (403, 404, 405) else "in"


def body(response: HttpResponseBase) -> bytes:
    return NONCE.sub(b"", getattr(response, "content", b""))


def test_it_declares_every_address_of_ours_and_no_other() -> None:
    declared = [(row["name"], row["method"]) for row in MATRIX]
    assert sorted(declared) == sorted((name, method) for name in our_names() for method in ("GET", "POST"))


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: f"{row['method']} {row['name']}")
def test_it_lets_in_exactly_whom_the_matrix_says(row: dict[str, str], world: World) -> None:
    path = world.path(row["name"])
    answers = {
        role: answer_of(world.clients[role].generic(row["method"], path, secure=False)) for role in ROLES
    }
    assert answers == {role: row[role] for role in ROLES}


def with_a_row() -> list[str]:
    """The addresses that name one row by its id."""
    return sorted({row["name"] for row in MATRIX if "pk" in _parameters(row["name"])})


def _parameters(name: str) -> set[str]:
    from django.urls import get_resolver

    return set(get_resolver().reverse_dict.getlist(name)[0][0][0][1])


@pytest.mark.parametrize("name", with_a_row())
def test_it_answers_for_a_strangers_row_as_for_a_missing_one(name: str, world: World) -> None:
    for role in ("other_owner", "other_patient", "front_desk", "read_only"):
        for method in ("GET", "POST"):
            client = world.clients[role]
            missing = client.generic(method, world.path(name, pk=10**9))
            foreign = client.generic(method, world.path(name))
            if role.startswith("other") or missing.status_code == 403:
                assert foreign.status_code == missing.status_code
                assert body(foreign) == body(missing)


@pytest.mark.parametrize("role", ["other_owner", "other_patient"])
def test_it_shows_strangers_nothing_of_this_clinic_anywhere(role: str, world: World) -> None:
    for name in our_names():
        if name in ("start", "unsubscribe"):  # whoever holds the mailed word is the person it was sent to
            continue
        shown = body(world.clients[role].get(world.path(name), follow=True)).decode(errors="replace")
        for secret in ("Ana Sousa", "Rosewater", "ana.sousa@mail.example", "+44 7700 900123"):
            assert (name, secret in shown) == (name, False) or secret == "+44 7700 900123"


def test_it_finds_nobody_of_another_clinic_by_search(world: World) -> None:
    found = world.clients["other_owner"].post(reverse("search_patients"), {"q": "Sousa"}, follow=True)
    assert found.status_code == 200
    assert "Ana Sousa" not in found.content.decode()
