"""Every patient page in its states, on a phone and a desk, in light and dark: axe finds nothing, all fits
and is light to load."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import signing
from playwright.sync_api import Page

from tests import cast
from tests.browser.thumb import DAY
from tracker import tokens
from tracker.models import AskBack, Patient, Recovery, SignInLink, User
from tracker.services import ask_back, devices, recoveries, threads
from tracker.views.patient.device import SENT_SALT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Page]
SignIn = Callable[[Page, User], None]
HEAVIEST = 100_000
"""Bytes over the wire for a page and all it needs, with nothing kept from before."""


def weigh(page: Page) -> list[int]:
    """Bytes of each answer from here on, headers and compression included; nothing comes from a cache."""
    weights: list[int] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.on("Network.loadingFinished", lambda event: weights.append(int(event["encodedDataLength"])))
    return weights


def assert_faultless(page: Page, paths: list[str], faults: Callable[[Page], list[str]]) -> None:
    """Go to each page; all must be there."""
    found: dict[str, list[str]] = {}
    weights = weigh(page)
    for path in paths:
        weights.clear()
        response = page.goto(path)
        assert response is not None
        assert response.status == (404 if path == "/nothing-here/" else 200), path
        assert "/accounts/login/?next" not in page.url, path
        print(f"{path[:40]} {sum(weights)} bytes, {len(weights)} requests")
        for group in page.locator('[value="some"]').all():
            group.check()
        wrong = faults(page)
        wrong += [f"{sum(weights)} bytes"] if not 0 < sum(weights) <= HEAVIEST else []
        found |= {path: wrong} if wrong else {}
    assert found == {}


def test_the_pages_of_a_bad_day(
    open_page: OpenPage,
    recovery: Recovery,
    now: datetime,
    sign_in: SignIn,
    faults: Callable[[Page], list[str]],
) -> None:
    for day in range(3):
        cast.check_in(recovery, day, cast.CALM | {"redness": 3 - day, "note": "Slept badly"})
    calm = cast.check_in(recovery, 3, now=now)
    cast.check_in(recovery, 3, cast.CALM | {"redness": 1}, now=now, amends=calm.pk)
    worrying = cast.check_in(recovery, DAY, cast.CALM | {"eye_symptoms": "yes", "blisters": "yes"}, now=now)
    patient, operator = recovery.patient.user, recovery.treatment.operator
    asked = ask_back.ask_micro(flag=recovery.flags.all()[0], member=operator, sign="blisters", now=now)
    AskBack.objects.update(opens_at=now - timedelta(hours=1))
    threads.write_note(recovery=recovery, author=patient, from_patient=True, text="Is this usual?", now=now)
    threads.write_note(
        recovery=recovery, author=operator.user, from_patient=False, text="Please come in.", now=now
    )
    threads.ask_call_back(recovery=recovery, user=patient, now=now)
    paths = [
        *("/today/", "/today/?day=again", "/my-recovery/", "/what-to-expect/", "/take-home/"),
        *(f"/check-ins/{calm.pk}/result/", f"/check-ins/{worrying.pk}/result/"),
        *(f"/check-ins/{worrying.pk}/amend/", f"/question/{asked.pk}/", "/messages/", "/reminders/"),
        *("/help/", "/nothing-here/", "/accounts/logout/"),
    ]
    page = open_page(service_workers="block")
    sign_in(page, patient)
    assert_faultless(page, paths, faults)


def test_the_short_form_and_the_pages_of_the_end(
    open_page: OpenPage,
    recovery: Recovery,
    now: datetime,
    sign_in: SignIn,
    faults: Callable[[Page], list[str]],
) -> None:
    cast.check_in(recovery, 3, cast.CALM | {"redness": 1, "tightness": 2})
    ending, late = (
        cast.make_recovery(patient=_someone(recovery, name), started_on=(now - timedelta(days=days)).date())
        for name, days in (("Ben Okri", 14), ("Cara Lind", 28))
    )
    cast.check_in(ending, 13, cast.CALM | {"redness": 1})
    recoveries.end_due(now=cast.at_noon(late, 15))
    nobody_yet = _someone(recovery, "Dora Vale")
    for patient, paths in (
        (recovery.patient, ["/today/", "/today/?than=better"]),
        (ending.patient, ["/farewell/"]),
        (late.patient, ["/late-question/", "/my-recovery/"]),
        (nobody_yet, ["/today/", "/messages/"]),
    ):
        page = open_page(service_workers="block")
        sign_in(page, patient.user)
        assert_faultless(page, paths, faults)


def _someone(recovery: Recovery, name: str) -> Patient:
    return cast.make_patient(recovery.clinic, name, timezone="UTC")


def test_the_pages_without_signing_in(
    open_page: OpenPage, recovery: Recovery, now: datetime, faults: Callable[[Page], list[str]]
) -> None:
    user = recovery.patient.user
    ready, expired = (
        SignInLink.objects.create(user=user, created_at=now, expires_at=now + timedelta(hours=hours))
        for hours in (1, 0)
    )
    page = open_page(service_workers="block")
    paths = [
        *(f"/start/{tokens.sign_in_token(link)}/" for link in (ready, expired)),
        *("/start/unknown/", f"/unsubscribe/{tokens.unsubscribe_token(recovery.patient)}/"),
        *("/code/ABCD-EFGH/", "/accounts/login/", "/help/", "/offline/", "/nothing-here/"),
    ]
    assert_faultless(page, paths, faults)
    page.goto("/accounts/login/code/")
    assert faults(page) == []
    page.locator("[name=email]").fill("nobody@mail.example")
    page.get_by_role("button", name="Send the code").click()
    page.wait_for_url("**/confirm/")
    assert faults(page) == []


def test_the_pages_of_a_remembered_device(
    open_page: OpenPage, recovery: Recovery, now: datetime, faults: Callable[[Page], list[str]]
) -> None:
    page = open_page(service_workers="block")
    word = devices.remember(user=recovery.patient.user, now=now)
    page.context.add_cookies([{"name": "device", "value": word, "domain": "127.0.0.1", "path": "/"}])
    assert_faultless(page, ["/today/"], faults)
    sent = cast.check_in(recovery, DAY, now=now).pk
    receipt = f"/check-ins/{sent}/result/?receipt={signing.dumps(sent, salt=SENT_SALT)}"
    assert_faultless(page, [receipt], faults)
