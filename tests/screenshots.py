"""Pictures of every page for docs/screenshots/, taken of the running demo: `make screenshots`.

A web server of its own on a fresh demo; each page at phone and desktop width in light, some in dark.
"""

import itertools
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402
from playwright.sync_api import Browser, BrowserContext, sync_playwright  # noqa: E402

from aftercare import onemachine  # noqa: E402
from aftercare.supervisor import listen  # noqa: E402
from tests.servers import browser as chromium  # noqa: E402
from tests.servers.processes import Process, environment_for_children  # noqa: E402
from tracker import days  # noqa: E402
from tracker.healing import screening as questions  # noqa: E402
from tracker.models import Flag, Member, Message, Patient, Recovery, Role, User  # noqa: E402
from tracker.services import health, treatments  # noqa: E402

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
WIDTHS = {360: 740, 1280: 800}
IN_DARK_TOO = {"today", "my-recovery", "triage", "recovery", "delivery-trail", "adverse-event"}


@dataclass(frozen=True)
class Picture:
    """One page as one person sees it; nobody for a stranger."""

    name: str
    path: str
    person: User | None = None


def patient_pictures() -> Iterator[Picture]:
    """The daily loop: a patient who has not logged today, and one who is healing."""
    open_today = Recovery.objects.filter(state="open", level="none").select_related("patient__user")
    healing = max(open_today, key=lambda r: r.check_ins.count())
    now = timezone.now()
    waiting = next(r for r in open_today if r.last_check_in_on != days.local_date(now, r.patient.timezone))
    newest = healing.check_ins.order_by("-pk")[0]
    yield Picture("today", reverse("today"), waiting.patient.user)
    yield Picture("result", reverse("result", args=[newest.pk]), healing.patient.user)
    worried = Flag.objects.filter(rank=3, state="open", newest_check_in__isnull=False)[0]
    assert worried.newest_check_in is not None
    ring = reverse("result", args=[worried.newest_check_in.pk])
    yield Picture("result-ring", ring, worried.recovery.patient.user)
    yield Picture("my-recovery", reverse("my_recovery"), healing.patient.user)
    yield Picture("reminders", reverse("reminders"), worried.recovery.patient.user)
    yield Picture("someone-close", reverse("carer"), worried.recovery.patient.user)
    yield Picture("seek-help", reverse("seek_help"), healing.patient.user)


def clinic_pictures() -> Iterator[Picture]:
    """The clinician's loop, and what an owner sees."""
    flag = Flag.objects.filter(rank=3, cause="infection").exclude(state="resolved")[0]
    clinic = flag.clinic
    clinician = Member.objects.filter(clinic=clinic, role=Role.CLINICIAN)[0].user
    owner = Member.objects.filter(clinic=clinic, role=Role.OWNER)[0].user
    patient = Patient.objects.filter(clinic=clinic).order_by("pk")[0]
    yield Picture("triage", reverse("triage"), clinician)
    yield Picture("recovery", reverse("recovery", args=[flag.recovery_id]), clinician)
    yield Picture("recoveries", reverse("recoveries"), clinician)
    yield Picture("patients", reverse("patients"), clinician)
    yield Picture("patient", reverse("patient", args=[patient.pk]), clinician)
    yield Picture("invite-patient", reverse("invite_patient"), clinician)
    yield Picture("screening", reverse("screening", args=[patient.pk]), clinician)
    yield Picture("team", reverse("team"), owner)
    yield Picture("protocols", reverse("protocols"), owner)
    yield Picture("insight", reverse("insight"), owner)
    yield Picture("rota", reverse("rota"), owner)
    yield Picture("system", reverse("system"), owner)
    yield Picture("delivery-trail", reverse("delivery_trail", args=[flag.pk]), clinician)
    yield Picture("delivery-trails", reverse("delivery_trails"), clinician)
    yield Picture("adverse-event", reverse("record_adverse_event", args=[flag.pk]), clinician)
    yield Picture("bulk-review", reverse("recoveries") + "?show=calm&tick=all", clinician)
    yield from treating_pictures(patient, clinician)


def treating_pictures(patient: Patient, clinician: User) -> Iterator[Picture]:
    """What was answered before a treatment: one that needs a decision, one that does not."""
    now, member = timezone.now(), Member.objects.get(user=clinician)
    no = {question.key: "no" for question in questions.questions()}
    for name, answers in (("screening-decision", no | {"keloid": "yes"}), ("record-treatment", no)):
        asked = treatments.record_screening(patient=patient, member=member, answers=answers, now=now)
        page = "screening_decision" if name == "screening-decision" else "record_treatment"
        yield Picture(name, reverse(page, args=[asked.pk]), clinician)


def pictures() -> Iterator[Picture]:
    """Everything worth showing."""
    yield Picture("sign-in", reverse("account_login"))
    yield from patient_pictures()
    yield from clinic_pictures()


def take(browser: Browser, url: str, picture: Picture) -> None:
    """One page at both widths."""
    themes: list[Literal["light", "dark"]] = ["light"]
    if picture.name in IN_DARK_TOO:
        themes.append("dark")
    for width, theme in itertools.product(WIDTHS, themes):
        context = browser.new_context(
            viewport={"width": width, "height": WIDTHS[width]}, color_scheme=theme, service_workers="block"
        )
        if picture.person is not None:
            sign_in(context, picture.person)
        page = context.new_page()
        response = page.goto(url + picture.path)
        assert response is not None, picture.path
        assert response.ok, f"{picture.path}: {response.status}"
        path = FOLDER / f"{picture.name}-{width}-{theme}.jpg"
        page.screenshot(path=path, full_page=True, type="jpeg", quality=82)
        context.close()


def sign_in(context: BrowserContext, person: User) -> None:
    """Give the browser the person's session."""
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    value = client.cookies[name].value
    context.add_cookies([{"name": name, "value": value, "domain": "127.0.0.1", "path": "/"}])


def main(only: list[str]) -> None:
    """Take all pictures, or those whose name starts with one of `only`."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    onemachine.prepare(print)
    # nothing carries mail here, and the strip would rightly say so
    Message.objects.filter(state="pending").update(state="dropped", reason="demo")
    socket = listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{socket.getsockname()[1]}"
    web = Process(onemachine.web(socket), environment_for_children(SITE_URL=url))
    web.start()
    try:
        with sync_playwright() as playwright:
            found = playwright.chromium.launch(executable_path=chromium.require(), args=["--no-sandbox"])
            for picture in pictures():
                if not only or picture.name.startswith(tuple(only)):
                    for part in (health.BEAT, health.WORKER, health.MAIL, health.WATCH):
                        health.beat(component=part, now=timezone.now())
                    take(found, url, picture)
    finally:
        web.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
