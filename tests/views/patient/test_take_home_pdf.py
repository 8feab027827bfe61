"""The card as a file: one page, text that can be read, nothing but grey."""

import re
import zlib

import pytest
from django.conf import settings
from django.test import Client

from tests import cast
from tracker.healing import tones
from tracker.models import Recovery

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def streams(content: bytes) -> str:
    """The drawing instructions of every page."""
    found = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.S)
    return "\n".join(zlib.decompress(one).decode("latin-1") for one in found if one[:1] == b"\x78")


def card(client: Client, recovery: Recovery) -> bytes:
    client.force_login(recovery.patient.user)
    response = client.get("/take-home.pdf")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/pdf"
    return bytes(response.content)


@pytest.mark.parametrize("depth", ["0.5", "1.25", "2.5"])
def test_it_is_one_page_whatever_was_done(client: Client, depth: str) -> None:
    content = card(client, cast.make_recovery(depth_mm=depth))
    assert len(re.findall(rb"/Type /Page\b", content)) == 1
    assert len(content) < 40_000


def test_it_carries_the_dates_and_the_numbers(client: Client) -> None:
    drawn = streams(card(client, cast.make_recovery()))
    for words in ("Friday 6 March", "Emergency: ring 999", "020 7946 0000", "By Sunday 8 March"):
        assert words in drawn, words


def test_it_needs_no_colour_but_for_the_drawing_of_the_skin(client: Client) -> None:
    clinic = cast.make_clinic()
    unknown = cast.make_patient(clinic, "Ben Okri", skin_type=None)
    plain = streams(card(client, cast.make_recovery(patient=unknown)))
    assert " rg" not in plain
    assert "a change, drawn" not in plain
    drawn = streams(card(client, cast.make_recovery(patient=cast.make_patient(clinic, skin_type=5))))
    assert "a change, drawn" in drawn
    assert len(re.findall(r" rg\b", drawn)) == 2
    assert " RG" not in plain + drawn


@pytest.mark.parametrize("skin_type", range(1, 7))
def test_paper_and_screen_draw_the_same_skin(skin_type: int) -> None:
    css = (settings.BASE_DIR / "tracker/static/tracker/take-home.css").read_text()
    for part, colour in zip(("skin", "change"), tones.DRAWN[skin_type], strict=True):
        assert f".tone-of-{skin_type} .{part} {{ fill: #{bytes(colour).hex()};" in css


def test_where_the_letters_are_missing_the_page_stands_in(client: Client) -> None:
    recovery = cast.make_recovery()
    recovery.clinic.phone = "٠٢٠"
    recovery.clinic.save(update_fields=["phone"])
    client.force_login(recovery.patient.user)
    assert client.get("/take-home.pdf").headers["Location"] == "/take-home/"


def test_it_is_never_kept_by_the_browser(client: Client) -> None:
    recovery = cast.make_recovery()
    client.force_login(recovery.patient.user)
    assert client.get("/take-home.pdf").headers["Cache-Control"] == "no-store"
