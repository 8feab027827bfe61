"""The owner's pages in a real browser: drafting, looking, publishing, and the report card."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import cast
from tests.servers.live import LiveWeb
from tests.services import past
from tests.views.owner import office
from tracker.models import Flag, Member, ProtocolEdition, QualityCheck, Recovery
from tracker.services import protocols, replays
from tracker.services.protocols import Content, Course

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[Page, object], None]
Violations = Callable[[Page], list[str]]
NOW = cast.NOW


@pytest.fixture
def owner(live_web: LiveWeb) -> Member:
    """The owner of a clinic with some months behind it."""
    owner = office.owner(cast.make_clinic())
    quiet = past.quiet_ones(owner.clinic, 31)
    for n, recovery in enumerate(quiet[:3]):
        _closed(recovery, outcome=("settled", "treated", "advised")[n])
    patient = cast.make_patient(owner.clinic, "Bo Lindqvist-Harrington")
    turned = cast.make_recovery(owner.clinic, patient=patient, operator=owner)
    past.over(turned, *past.TURNING, medicines="antibiotic")
    QualityCheck.objects.create(
        clinic=owner.clinic, recovery=quiet[5], week=cast.STARTED, drawn_at=NOW, finding="fine"
    )
    QualityCheck.objects.create(clinic=owner.clinic, recovery=quiet[6], week=cast.STARTED, drawn_at=NOW)
    return owner


def _closed(recovery: Recovery, outcome: str) -> None:
    times: dict[str, Any] = {name: NOW - timedelta(days=9) for name in ("opened_at", "raised_at")}
    times["promised_by"] = NOW - timedelta(days=8)
    times |= {"acknowledged_at": NOW - timedelta(days=8, hours=2), "resolved_at": NOW - timedelta(days=8)}
    said = {"cause": "infection", "rank": 2, "state": "resolved", "edition": "rules-1", "outcome": outcome}
    Flag.objects.create(clinic=recovery.clinic, recovery=recovery, **said | times)


@pytest.fixture
def draft(owner: Member) -> ProtocolEdition:
    """A draft with its own levels and a learned course, replayed."""
    in_force = protocols.current_edition(clinic_id=owner.clinic_id)
    assert in_force is not None
    made = protocols.start_draft(protocol=in_force.protocol, member=owner, now=NOW)
    levels = {"watch": 0.01, "review": 0.9, "urgent": 1.0}
    content = Content({"rules": "model-2", "policy": levels}, Course.LEARN)
    made = protocols.save_draft(edition=made, member=owner, content=content, now=NOW)
    replays.ask(draft=made, member=owner, now=NOW)
    while replays.run_due(now=NOW):
        pass
    return made


@pytest.fixture
def desk(browser: Browser, live_web: LiveWeb) -> Iterator[Page]:
    """A desk computer with scripts off."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, java_script_enabled=False, base_url=live_web.url
    )
    yield context.new_page()
    context.close()


def test_from_the_draft_to_the_new_edition_without_scripts(
    desk: Page, owner: Member, sign_in: SignIn
) -> None:
    sign_in(desk, owner.user)
    desk.goto("/clinic/protocols/")
    desk.get_by_role("button", name="Draft a new edition").click()
    desk.get_by_label("Silent after, days").fill("4")
    desk.get_by_label("Learn it now").check()
    desk.get_by_role("button", name="Save the draft").click()
    expect(desk.get_by_text("silent after 4 days")).to_have_count(1)
    desk.get_by_role("button", name="Replay this draft").click()
    expect(desk.get_by_text("Still running")).to_be_visible()
    while replays.run_due(now=NOW):
        pass
    desk.get_by_role("link", name="Look again").click()
    expect(desk.get_by_text("not a clinical validation")).to_be_visible()
    desk.get_by_role("link", name="Back to the draft").click()
    desk.get_by_role("button", name="Publish this edition").click()
    expect(desk.get_by_text("in force", exact=True)).to_be_visible()
    newest = protocols.current_edition(clinic_id=owner.clinic_id)
    assert newest is not None
    assert (newest.number, newest.silence_days, newest.learned_from["courses"]) == (2, 4, 28)


def test_one_tap_answers_a_quality_check(desk: Page, owner: Member, sign_in: SignIn) -> None:
    sign_in(desk, owner.user)
    desk.goto("/clinic/insight/")
    desk.locator("a[href*='/quality/']").click()
    desk.get_by_role("button", name="Healing as expected").click()
    desk.get_by_text("0 of 2 unflagged recoveries").wait_for()


def pages_of(owner: Member, draft: ProtocolEdition) -> list[str]:
    """Every owner's page in its states."""
    run, check = draft.replays.get(), QualityCheck.objects.get(finding="")
    published = draft.protocol.editions.get(number=1)
    return [
        "/clinic/protocols/",
        f"/clinic/protocols/editions/{draft.pk}/",
        f"/clinic/protocols/editions/{published.pk}/",
        f"/clinic/protocols/replays/{run.pk}/",
        "/clinic/insight/",
        f"/clinic/insight/?edition={published.pk}&month=2026-02",
        f"/clinic/insight/quality/{check.pk}/",
    ]


def test_every_page_is_accessible_and_fits(
    open_page: Callable[..., Page],
    owner: Member,
    draft: ProtocolEdition,
    sign_in: SignIn,
    faults: Callable[[Page], list[str]],
) -> None:
    page = open_page()
    sign_in(page, owner.user)
    found: dict[str, list[str]] = {}
    for path in pages_of(owner, draft):
        response = page.goto(path)
        assert response is not None
        assert response.status == 200, path
        wrong = faults(page)
        found |= {path: wrong} if wrong else {}
    assert found == {}


def test_a_refused_draft_leads_to_its_field(
    browser: Browser,
    live_web: LiveWeb,
    owner: Member,
    draft: ProtocolEdition,
    sign_in: SignIn,
    violations: Violations,
) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    sign_in(page, owner.user)
    page.goto(f"{live_web.url}/clinic/protocols/editions/{draft.pk}/")
    page.locator("#id_review").fill("0.2")
    page.get_by_role("button", name="Save the draft").click()
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.get_by_role("link", name="A graver level cannot begin").click()
    assert page.url.endswith("#id_urgent")
    assert violations(page) == []
    page.close()
