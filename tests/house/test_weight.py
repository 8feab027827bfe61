"""Every page of a clinic comes in 100 KB, with all that a first visit loads: as sent, that is compressed."""

import csv
import gzip
import re
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.staticfiles import finders

from tests import cast
from tests.house.conftest import World
from tests.views.clinician.test_triage import many
from tracker.models import Recovery
from tracker.services import threads

pytestmark = pytest.mark.django_db

LIMIT = 100 * 1024
STATIC = re.compile(r'<(?:link rel="(?:stylesheet|icon)"|script|img)[^>]* (?:href|src)="/static/([^"]+)"')
ROWS = 120
"""More than any list shows on one page."""


def pages() -> list[str]:
    """What an owner may open; the owner sees more than any other member."""
    table = csv.DictReader((Path(__file__).parent / "matrix.csv").read_text().splitlines())
    rows = [row for row in table if row["method"] == "GET" and row["owner"] == "in"]
    return [row["name"] for row in rows if row["anonymous"] == "login" and row["patient"] == "404"]


@pytest.fixture
def filled(world: World) -> World:
    """Full lists, and one recovery with two weeks of entries, letters and tags."""
    recovery = world.recovery
    with time_machine.travel(cast.NOW, tick=False):
        many(recovery.clinic, ROWS)
        for day in range(6):
            cast.check_in(recovery, day, cast.PUS | {"note": "Throbs since last night. " * 8})
        for _letter in range(10):
            threads.write_note(
                recovery=recovery,
                author=recovery.patient.user,
                from_patient=True,
                text="Is this normal? " * 20,
                now=cast.NOW,
            )
    Recovery.objects.filter(pk=recovery.pk).update(tags=["vip", "ring-friday", "lives-far-away"])
    return world


@cache
def asset(name: str) -> int:
    """The bytes of a file as the web server sends it."""
    path = finders.find(name)
    assert isinstance(path, str), name
    whole = Path(path).read_bytes()
    return min(len(whole), len(gzip.compress(whole)))


def weight(answer: Any) -> int:
    """The bytes of a first visit: the page and whatever it loads."""
    packed = answer.headers.get("Content-Encoding") == "gzip"
    text = (gzip.decompress(answer.content) if packed else answer.content).decode()
    return len(answer.content) + sum(asset(name) for name in set(STATIC.findall(text)))


def test_every_page_of_a_well_filled_clinic_is_light(filled: World) -> None:
    heavy: dict[str, int] = {}
    weighed = 0
    with time_machine.travel(cast.NOW + timedelta(minutes=5), tick=False):
        for name in pages():
            answer = filled.clients["owner"].get(filled.path(name), HTTP_ACCEPT_ENCODING="gzip")
            if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
                weighed += 1
                found = weight(answer)
                heavy |= {name: found} if found > LIMIT else {}
    assert weighed >= 20
    assert heavy == {}
