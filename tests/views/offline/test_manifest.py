"""What a phone shows on its home screen."""

import json

from django.contrib.staticfiles import finders
from django.test import Client


def test_it_gives_a_neutral_name_and_icons_that_exist(client: Client) -> None:
    response = client.get("/manifest.webmanifest")
    assert response.headers["Content-Type"] == "application/manifest+json"
    told = json.loads(response.content)
    assert told["name"] == "My check-in"
    assert {icon["sizes"] for icon in told["icons"]} == {"192x192", "512x512"}
    for icon in told["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/")), icon


def test_it_says_no_word_about_treatment(client: Client) -> None:
    text = client.get("/manifest.webmanifest").content.decode().lower()
    assert not any(
        word in text.replace("/static/tracker/", "") for word in ("needl", "skin", "clinic", "after")
    )
