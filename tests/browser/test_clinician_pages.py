"""The clinic's pages in a real browser: from the list to the closed flag, by mouse, thumb and keyboard."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests import cast
from tests.servers.live import LiveWeb
from tests.views import desk
from tracker.healing import screening as questions
from tracker.models import Flag, Member, Message, Recovery, Role, User
from tracker.services import assessing, flags, treatments

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[Page, User], None]
ALL_NO = {question.key: "no" for question in questions.questions()}
BAD_WEEK = ((0, 3), (1, 2), (2, 1), (3, 1), (4, 2))


@pytest.fixture
def now() -> datetime:
    """The real time: the web server is another process."""
    return timezone.now()


@pytest.fixture
def people(live_web: LiveWeb) -> dict[str, Member]:
    """The team of a clinic with a protocol."""
    clinic = cast.make_clinic(timezone="UTC")
    cast.make_edition(clinic)
    return desk.team(clinic)


@pytest.fixture
def flag(people: dict[str, Member], now: datetime) -> Flag:
    """Day 5 of a course that turned, with pus today: urgent, taken by nobody."""
    clinic = people[Role.OWNER].clinic
    patient = cast.make_patient(clinic, timezone="UTC")
    started = (now - timedelta(days=5)).date()
    answers = {"herpes_history": "yes", "diabetes": "no"}
    recovery = cast.make_recovery(
        clinic, patient=patient, operator=people[Role.CLINICIAN], started_on=started, answers=answers
    )
    for day, step in BAD_WEEK:
        entry = cast.check_in(recovery, day, cast.CALM | {"redness": step, "warmth": step, "pain": step})
        assessing.assess_check_in(check_in_id=entry.pk, now=cast.at_noon(recovery, day))
    entry = cast.check_in(recovery, 5, cast.PUS | {"note": "Throbs since last night."}, now=now)
    assessing.assess_check_in(check_in_id=entry.pk, now=now)
    found: Flag = recovery.flags.get(rank=3)
    return found


@pytest.fixture
def sit(browser: Browser, live_web: LiveWeb, sign_in: SignIn) -> Callable[..., Page]:
    """Opens a browser page in which a member is signed in: `sit(member, width=…, scheme=…)`."""
    contexts: list[BrowserContext] = []

    def sit(member: Member, width: int = 1280, scheme: str = "light", scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=scripts,
            reduced_motion="reduce",  # no colour is caught between two lights
            base_url=live_web.url,
        )
        contexts.append(context)
        page = context.new_page()
        sign_in(page, member.user)
        return page

    return sit


@pytest.mark.parametrize("width", [360, 1280])
def test_from_the_list_to_the_closed_flag_in_four_taps_without_scripts(
    people: dict[str, Member], flag: Flag, sit: Callable[..., Page], width: int
) -> None:
    page = sit(people[Role.CLINICIAN], width, scripts=False)
    page.goto("/clinic/")
    page.get_by_role("button", name="Take Ana Sousa").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ana Sousa")
    page.get_by_role("radio", name="Gave advice", exact=True).first.check()
    page.get_by_role("radio", name="Treatment started (antibiotic or antiviral)", exact=True).first.check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Closed. If that was a mistake, reopen it below.")).to_be_visible()
    flag.refresh_from_db()
    assert (flag.state, flag.outcome) == (Flag.State.RESOLVED, Flag.Outcome.TREATED)
    assert flag.owner == people[Role.CLINICIAN]
    assert flag.contact_attempts.get().result == "advised"
    page.goto("/clinic/")
    expect(page.get_by_role("button", name="Take Ana Sousa")).to_have_count(0)


def test_step_by_step_take_reach_close_and_reopen(
    people: dict[str, Member], flag: Flag, sit: Callable[..., Page]
) -> None:
    page = sit(people[Role.CLINICIAN])
    page.goto("/clinic/")
    page.get_by_role("link", name="Ana Sousa").first.click()
    page.get_by_role("button", name="Take it").first.click()
    expect(page.get_by_text("It is yours now.")).to_be_visible()
    page.get_by_role("radio", name="Spoke", exact=True).first.check()
    page.get_by_label("Note").first.fill("Comes in at four")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("The flag stays open until you close it.")).to_be_visible()
    page.get_by_role("radio", name="Seen at the clinic", exact=True).first.check()
    page.get_by_role("button", name="Close it").first.click()
    expect(page.get_by_text("Closed. If that was a mistake")).to_be_visible()
    page.get_by_role("button", name="Reopen").first.click()
    flag.refresh_from_db()
    assert flag.state == Flag.State.OPEN
    verbs = list(flag.events.values_list("verb", flat=True))
    assert verbs[-4:] == ["acknowledged", "contact", "resolved", "reopened"]


def test_a_keyboard_alone_takes_a_flag_and_records_a_contact(
    people: dict[str, Member], flag: Flag, sit: Callable[..., Page]
) -> None:
    page = sit(people[Role.CLINICIAN])
    page.goto("/clinic/")
    button = page.get_by_role("button", name="Take Ana Sousa")
    for _tab in range(30):
        page.keyboard.press("Tab")
        if button.evaluate("e => e === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text("It is yours now.")).to_be_visible()
    spoke = page.get_by_role("radio", name="No answer")
    for _tab in range(60):
        page.keyboard.press("Tab")
        if spoke.evaluate("e => e === document.activeElement"):
            break
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The flag stays open until you close it.")).to_be_visible()
    assert flag.contact_attempts.get().result == "spoke"


def test_the_patients_head_line_stays_in_sight_and_hides_no_focused_field(
    people: dict[str, Member], flag: Flag, sit: Callable[..., Page]
) -> None:
    page = sit(people[Role.CLINICIAN], 360)
    page.goto(f"/clinic/recoveries/{flag.recovery_id}/")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    head = page.locator(".who")
    assert page.evaluate("document.querySelector('.who').getBoundingClientRect().top") == 0
    expect(head).to_contain_text("Ana Sousa")
    expect(head).to_contain_text("cold sores: yes")
    height = head.evaluate("e => e.getBoundingClientRect().height")
    assert height < 160
    for field in page.locator("main a, main button, main summary").all():
        field.focus()
        box = field.bounding_box()
        inside = field.evaluate("e => !!e.closest('.who')")
        assert box is None or inside or box["y"] + box["height"] > height


def test_two_clinicians_see_who_was_first(
    people: dict[str, Member], flag: Flag, sit: Callable[..., Page]
) -> None:
    first, second = sit(people[Role.OWNER]), sit(people[Role.CLINICIAN])
    for page in (first, second):
        page.goto("/clinic/")
    first.get_by_role("button", name="Take Ana Sousa").click()
    second.get_by_role("button", name="Take Ana Sousa").click()
    expect(second.get_by_text("Dr Dunn took this at")).to_be_visible()
    flag.refresh_from_db()
    assert flag.owner == people[Role.OWNER]


def test_a_page_left_open_while_the_patient_writes_is_refused_and_shows_the_new_entry(
    people: dict[str, Member], flag: Flag, sit: Callable[..., Page], now: datetime
) -> None:
    page = sit(people[Role.CLINICIAN])
    page.goto(f"/clinic/recoveries/{flag.recovery_id}/")
    page.get_by_role("button", name="Take it").first.click()
    page.get_by_role("radio", name="Spoke", exact=True).first.check()
    page.get_by_label("Note").first.fill("All fine")
    cast.check_in(
        flag.recovery, 5, cast.PUS | {"note": "Now I have a fever."}, now=now + timedelta(seconds=30)
    )
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("The patient has sent something since you opened this page.")).to_be_visible()
    expect(page.get_by_text("Now I have a fever.")).to_be_visible()
    expect(page.get_by_label("Note").first).to_have_value("All fine")
    assert not flag.contact_attempts.exists()
    page.get_by_role("button", name="Save").first.click()
    assert flag.contact_attempts.get().note == "All fine"


def test_from_the_invitation_to_the_running_recovery(
    people: dict[str, Member], sit: Callable[..., Page], now: datetime
) -> None:
    page = sit(people[Role.CLINICIAN], 360)
    page.goto("/clinic/patients/")
    page.get_by_role("link", name="Add a patient").first.click()
    page.get_by_label("Name").fill("Jin Park")
    page.get_by_label("E-mail").fill("jin@mail.example")
    page.get_by_label("Phone").fill("+44 7700 900456")
    page.get_by_label("Year of birth").fill("1996")
    page.get_by_role("radio", name="V: brown skin, very seldom burns", exact=True).first.check()
    page.get_by_role("button", name="Add").click()
    page.get_by_role("link", name="New treatment").click()
    for key, answer in (ALL_NO | {"cold_sore_now": "yes"}).items():
        page.locator(f'input[name="{key}"][value="{answer}"]').check()
    expect(page.get_by_text("Needles spread the cold sore virus")).to_be_visible()
    page.get_by_role("button", name="Save the answers").click()
    expect(page.get_by_role("heading", name="This speaks against treating")).to_be_visible()
    page.get_by_role("radio", name="Treat all the same", exact=True).first.check()
    page.get_by_label("Reason").fill("Healed, crust gone")
    page.get_by_role("button", name="Record the decision").click()
    page.get_by_role("radio", name="Pen", exact=True).first.check()
    page.get_by_label("Face", exact=True).check()
    page.get_by_label("Needle depth in mm: Face").fill("1.5")
    page.get_by_role("button", name="Save and start the recovery").click()
    expect(page.get_by_text("The recovery has begun")).to_be_visible()
    recovery = Recovery.objects.get(patient__name="Jin Park")
    assert recovery.patient.skin_type == 5
    assert recovery.treatment.screening.decision_reason == "Healed, crust gone"
    assert Message.objects.get(kind="welcome").to_email == "jin@mail.example"


PAGES = "triage triage-desk empty recovery recovery-taken recovery-closed refused recoveries patients patient"
PAGES += " invite invite-wrong screening decision record team"


def open_page(name: str, page: Page, flag: Flag, people: dict[str, Member], now: datetime) -> None:
    """Bring the page into the state called `name`."""
    clinician, pk = people[Role.CLINICIAN], flag.recovery_id
    newest = flag.recovery.check_ins.order_by("-pk").values_list("pk", flat=True).first()
    if name in ("recovery-taken", "recovery-closed", "refused"):
        flags.acknowledge(flag=flag, member=clinician, seen_check_in_id=newest, now=now)
    if name == "recovery-closed":
        for each in flag.recovery.flags.all():
            flags.record_contact(
                flag=each, member=clinician, result="spoke", seen_check_in_id=newest, now=now
            )
            flags.resolve(flag=each, member=clinician, outcome="seen", seen_check_in_id=newest, now=now)
    if name in ("decision", "record"):
        answers = ALL_NO | ({"keloid": "yes", "pregnancy": ""} if name == "decision" else {})
        found = treatments.record_screening(
            patient=flag.recovery.patient, member=clinician, answers=answers, now=now
        )
        page.goto(f"/clinic/screenings/{found.pk}/{'treatment/' if name == 'record' else ''}")
        return
    addresses = {
        "triage": "/clinic/",
        "triage-desk": "/clinic/",
        "empty": "/clinic/",
        "recoveries": "/clinic/recoveries/",
        "patients": "/clinic/patients/",
        "patient": f"/clinic/patients/{flag.recovery.patient_id}/",
        "invite": "/clinic/patients/new/",
        "invite-wrong": "/clinic/patients/new/",
        "screening": f"/clinic/patients/{flag.recovery.patient_id}/screening/",
        "team": "/clinic/team/",
    }
    page.goto(addresses.get(name, f"/clinic/recoveries/{pk}/"))
    if name == "refused":
        page.get_by_role("button", name="Save").first.click()
    if name == "invite-wrong":
        page.get_by_role("button", name="Add").click()


@pytest.mark.parametrize("name", PAGES.split())
def test_every_page_is_accessible_and_fits_in_every_size_and_light(
    people: dict[str, Member],
    flag: Flag,
    sit: Callable[..., Page],
    faults: Callable[[Page], list[str]],
    now: datetime,
    name: str,
) -> None:
    who = people[Role.FRONT_DESK if name == "triage-desk" else Role.CLINICIAN]
    if name == "empty":
        who = cast.make_member(cast.make_clinic("Larkspur"))
    page = sit(who, 360)
    open_page(name, page, flag, people, now)
    assert faults(page) == []


def reach(page: Page, wanted: Locator) -> None:
    """Press Tab until `wanted` has the focus, as somebody without a mouse does."""
    for _tab in range(160):
        if wanted.evaluate("e => e === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {wanted}")


def press(page: Page, role: Any, name: str | re.Pattern[str]) -> None:
    """Reach a button or a link by its name and press Enter."""
    reach(page, page.get_by_role(role, name=name).first)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def calm(people: dict[str, Member], now: datetime) -> Recovery:
    """A recovery inside its expected course that nobody has read."""
    patient = cast.make_patient(people[Role.OWNER].clinic, "Jin Park", timezone="UTC")
    started = (now - timedelta(days=3)).date()
    recovery = cast.make_recovery(patient=patient, operator=people[Role.CLINICIAN], started_on=started)
    entry = cast.check_in(recovery, 3, cast.CALM, now=now)
    assessing.assess_check_in(check_in_id=entry.pk, now=now)
    return recovery


@pytest.mark.parametrize("width", [360, 1280])
def test_a_clinician_marks_records_and_reviews_by_keyboard(
    people: dict[str, Member], flag: Flag, sit: Callable[..., Page], now: datetime, width: int
) -> None:
    quiet, page = calm(people, now), sit(people[Role.CLINICIAN], width, scripts=False)
    page.goto(f"/clinic/recoveries/{flag.recovery_id}/")
    reach(page, page.get_by_label("New tag"))
    page.keyboard.type("Ring Friday")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press(page, "button", "Take away ring-friday")
    reach(page, page.get_by_role("link", name="Course report"))
    press(page, "link", "Delivery trail")
    expect(page.get_by_text("Flag opened, level urgent")).to_be_visible()
    press(page, "link", "Back to the flag")
    press(page, "link", re.compile(r"^Adverse event\b"))
    reach(page, page.get_by_role("radio", name="Mild"))
    page.keyboard.press("Space")
    press(page, "button", "Record it")
    expect(page.get_by_text("Recorded. Complete it when you know more.")).to_be_visible()
    page.goto("/clinic/recoveries/?show=calm")
    reach(page, page.locator("main input[type=checkbox]").first)
    page.keyboard.press("Space")
    press(page, "button", "Mark the ticked as reviewed")
    assert Recovery.objects.get(pk=quiet.pk).reviewed_by == people[Role.CLINICIAN]
    press(page, "button", "Undo my last review")
    assert Recovery.objects.get(pk=quiet.pk).reviewed_by is None
    assert Recovery.objects.get(pk=flag.recovery_id).tags == []
    assert flag.adverse_event.severity == "mild"


@pytest.mark.parametrize("width", [360, 1280])
def test_the_others_go_as_far_as_they_may_by_keyboard(
    people: dict[str, Member], flag: Flag, sit: Callable[..., Page], width: int
) -> None:
    desk_page = sit(people[Role.FRONT_DESK], width)
    desk_page.goto("/clinic/")
    press(desk_page, "link", "Ana Sousa")
    expect(desk_page.get_by_role("heading", level=1)).to_contain_text("Ana Sousa")
    for word in ("infection", "Pus", "cold sores", "Insight", "Adverse events", "1.25 mm"):
        assert word not in desk_page.inner_text("body")
    press(desk_page, "link", "Rota")
    assert desk_page.locator("main button").count() == 0
    reader = sit(people[Role.READ_ONLY], width)
    reader.goto("/clinic/")
    press(reader, "link", "Ana Sousa")
    press(reader, "link", "Delivery trail")
    expect(reader.get_by_text("Flag opened, level urgent")).to_be_visible()
    reader.go_back()
    assert reader.locator("main button").count() == 0
    owner = sit(people[Role.OWNER], width)
    owner.goto("/clinic/rota/")
    reach(owner, owner.get_by_label("Who"))
    owner.keyboard.type("Dr C")
    press(owner, "button", "Add")
    assert people[Role.CLINICIAN].shifts.count() == 1
    owner.goto("/clinic/system/")
    press(owner, "link", "Urgent flags and their alerts")
    expect(owner.get_by_role("link", name="Ana Sousa")).to_be_visible()


def test_the_newer_pages_are_accessible_and_fit(
    people: dict[str, Member],
    flag: Flag,
    sit: Callable[..., Page],
    faults: Callable[[Page], list[str]],
    now: datetime,
) -> None:
    calm(people, now)
    page = sit(people[Role.OWNER])
    found: dict[str, list[str]] = {}
    for path in (
        "/clinic/recoveries/?show=calm",
        f"/clinic/flags/{flag.pk}/adverse-event/",
        f"/clinic/flags/{flag.pk}/delivery/",
        "/clinic/urgent-flags/",
        "/clinic/rota/",
        "/clinic/system/",
    ):
        page.goto(path)
        found |= {path: wrong} if (wrong := faults(page)) else {}
    assert found == {}
