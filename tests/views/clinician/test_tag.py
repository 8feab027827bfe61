"""Pinning a word to a recovery."""

from typing import Any

import pytest
from django.urls import reverse

from tests import cast
from tests.views import desk
from tracker.models import Flag, Member, Recovery, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, Member]:
    return desk.team(cast.make_clinic())


@pytest.fixture
def flag(people: dict[str, Member]) -> Flag:
    return desk.flagged(people[Role.OWNER].clinic)


def pin(member: Member, flag: Flag, word: str, **said: Any) -> Any:
    url = reverse("tag", args=[flag.recovery_id])
    return desk.at(member).post(url, desk.seen(flag) | {"tag": word} | said)


def tags(flag: Flag) -> list[str]:
    return list(Recovery.objects.get(pk=flag.recovery_id).tags)


def test_it_shows_in_the_list_and_narrows_it(people: dict[str, Member], flag: Flag) -> None:
    assert pin(people[Role.CLINICIAN], flag, "  Ring  FRIDAY ").status_code == 302
    pin(people[Role.OWNER], flag, "ring friday")
    assert tags(flag) == ["ring-friday"]
    client = desk.at(people[Role.CLINICIAN])
    page = desk.text(client.get(reverse("triage")))
    assert 'href="?tag=ring-friday"' in page
    for name in ("triage", "recoveries"):
        assert "Ana Sousa" in desk.text(client.get(reverse(name), {"tag": "ring-friday"}))
        assert (
            "Ana Sousa" not in desk.text(client.get(reverse(name), {"tag": "other"})).split("silent-lane")[0]
        )


@pytest.mark.parametrize("word", ["Sousa", "call ana", "07700900123", "!!", ""])
def test_it_takes_no_name_and_no_number_because_it_stands_in_addresses(
    people: dict[str, Member], flag: Flag, word: str
) -> None:
    assert pin(people[Role.CLINICIAN], flag, word).status_code == 422
    assert tags(flag) == []


def test_it_is_refused_from_another_patients_page_and_keeps_what_was_typed(
    people: dict[str, Member], flag: Flag
) -> None:
    other = desk.flagged(flag.clinic, "Tom Vale")
    response = pin(people[Role.CLINICIAN], flag, "vip", patient=other.recovery.patient_id)
    assert response.status_code == 409
    page = desk.text(response)
    assert "That form belonged to another patient" in page
    assert 'value="vip"' in page
    assert tags(flag) == []


def test_six_are_enough(people: dict[str, Member], flag: Flag) -> None:
    for number in range(7):
        response = pin(people[Role.CLINICIAN], flag, f"tag {number}")
    assert "Six tags are enough." in desk.text(response)
    assert len(tags(flag)) == 6
