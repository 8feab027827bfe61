"""The page of one recovery."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.views import desk
from tracker.models import AuditEntry, CheckIn, Farewell, Flag, Member, Message, Recovery, Role
from tracker.services import assessing, delivery, flags

pytestmark = pytest.mark.django_db


@pytest.fixture
def now(time_machine: Any) -> datetime:
    """The clock of the pages stands at noon of day 6."""
    time_machine.move_to(cast.NOW, tick=False)
    return cast.NOW


@pytest.fixture
def people(now: datetime) -> dict[str, Member]:
    """The team of the clinic."""
    return desk.team(cast.make_clinic())


def url(recovery: Recovery) -> str:
    return f"/clinic/recoveries/{recovery.pk}/"


def opened(people: dict[str, Member], recovery: Recovery, role: str = Role.CLINICIAN) -> str:
    return desk.text(desk.at(people[role]).get(url(recovery)))


def course(people: dict[str, Member], **fields: Any) -> Recovery:
    """A recovery that goes well until day 3 and badly after."""
    clinic = people[Role.OWNER].clinic
    recovery = cast.make_recovery(clinic, operator=people[Role.CLINICIAN], **fields)
    for day, step in ((0, 3), (1, 2), (2, 1), (3, 1), (4, 2), (5, 3)):
        pains = {"redness": step, "warmth": step, "swelling": step, "pain": step}
        said = cast.check_in(recovery, day, cast.CALM | pains)
        assessing.assess_check_in(check_in_id=said.pk, now=cast.at_noon(recovery, day))
    return recovery


def test_it_heads_the_page_with_who_what_and_which_day(people: dict[str, Member]) -> None:
    page = opened(people, course(people))
    head = page[page.index('class="who pinned"') : page.index('class="case"')]
    for fact in ("Ana Sousa", "1991", "Day 6 of 14", "Pen · face 1.25 mm", "treated Fri 6 Mar", "tel:+4477"):
        assert fact in head
    assert "protocol Standard, edition 1, rules-1" in head


def test_it_shows_a_safety_fact_nobody_asked_about_as_not_asked(people: dict[str, Member]) -> None:
    answers = {"herpes_history": "yes", "diabetes": "unsure", "keloid": "no"}
    page = opened(people, course(people, answers=answers))
    assert "cold sores: yes" in page
    assert "diabetes: not sure" in page
    not_asked = page[page.index("Not asked: ") : page.index("skin type III")]
    assert "weakened immune system" in not_asked
    assert "keloid" not in not_asked
    assert "cold sores" not in not_asked


def test_it_draws_four_charts_on_one_scale_over_the_band_of_the_detector(people: dict[str, Member]) -> None:
    page = opened(people, course(people))
    charts = page.split('<figure class="chart">')[1:]
    assert len(charts) == 4
    grids = {chart.split('class="c-grid" d="')[1].split('"')[0] for chart in charts}
    assert len(grids) == 1
    assert all("c-band" in chart for chart in charts)
    assert all("Day 5: strong, stands out" in chart for chart in charts)


def test_it_puts_the_other_symptoms_into_a_table_with_their_days(people: dict[str, Member]) -> None:
    page = opened(people, course(people))
    table = page[page.index("answers-table") : page.index('id="entries"')]
    for name in ("Itching", "Tightness", "Flaking", "Dryness", "Bruising", "Bleeding"):
        assert name in table
    assert "Warmth" not in table
    assert table.count('scope="col"') == 7


def test_it_shows_the_answers_in_words_under_their_day_newest_first(people: dict[str, Member]) -> None:
    recovery = course(people)
    pus = cast.PUS | {"temperature_c": "38.2", "unwell": "unsure", "note": "Throbs since last night."}
    cast.check_in(recovery, 6, pus)
    page = opened(people, recovery)
    entries = page[page.index('id="entries"') :]
    assert entries.index("<h3>Day 6</h3>") < entries.index("<h3>Day 5</h3>") < entries.index("<h3>Day 0</h3>")
    newest = entries[: entries.index("<h3>Day 5</h3>")]
    assert "Fluid: yellow; thick, milky or creamy." in newest
    assert "38.2 °C" in newest
    assert "Not sure: feeling seriously unwell." in newest
    assert "Throbs since last night." in newest
    assert "<strong>Clear:</strong> warmth." in newest
    assert "No warning signs." not in newest


def test_it_never_reads_a_missing_answer_as_none(people: dict[str, Member]) -> None:
    recovery = cast.make_recovery(people[Role.OWNER].clinic, operator=people[Role.CLINICIAN])
    cast.check_in(recovery, 5, {"pain": 1, "redness": 0})
    entries = opened(people, recovery).split('id="entries"')[1]
    unanswered = entries[entries.index("Not answered:") :].split("</p>")[0]
    assert "warmth" in unanswered
    assert "spreading colour or swelling" in unanswered
    assert "pain" not in unanswered
    assert "No warning signs." not in entries


def test_it_shows_a_correction_beside_the_original(people: dict[str, Member]) -> None:
    recovery = course(people)
    first = recovery.check_ins.get(day=3)
    later = cast.at_noon(recovery, 4) + timedelta(hours=1)
    cast.check_in(recovery, 3, cast.CALM | {"warmth": 3, "itching": 2}, amends=first.pk, now=later)
    page = opened(people, recovery)
    day_3 = page[page.index("<h3>Day 3</h3>") : page.index("<h3>Day 2</h3>")]
    assert 'class="beside two"' in day_3
    assert "correction" in day_3
    assert "Changed warmth: mild → <strong>strong</strong>" in day_3
    assert "Changed itching: none → <strong>clear</strong>" in day_3
    assert "Changed dryness" not in day_3


def test_it_marks_an_entry_that_came_a_day_later(people: dict[str, Member]) -> None:
    recovery = cast.make_recovery(people[Role.OWNER].clinic, operator=people[Role.CLINICIAN])
    cast.check_in(recovery, 4, now=cast.at_noon(recovery, 5))
    page = opened(people, recovery)
    assert "sent a day later" in page.split('id="entries"')[1]
    assert "sent later" in page.split("Show as table")[1]


def test_it_shows_what_the_patient_said_at_the_end_and_how_long_answering_took(
    people: dict[str, Member],
) -> None:
    recovery = course(people)
    assert "Said at the end" not in opened(people, recovery)
    recovery.check_ins.filter(day__lt=2).update(seconds_taken=48)
    recovery.check_ins.filter(day=3).update(seconds_taken=17, is_quick=True)
    Farewell.objects.create(
        recovery=recovery, said_at=cast.NOW, medicines="antibiotic", easy_to_use=4, note="Fewer <mails>"
    )
    page = opened(people, recovery)
    assert "<dt>Antibiotic or antiviral?</dt><dd>Yes, an antibiotic</dd>" in page
    assert "<dt>Answering was easy</dt><dd>Mostly</dd>" in page
    assert "<dt>I felt looked after</dt><dd>not answered</dd>" in page
    assert "“Fewer &lt;mails&gt;”" in page
    assert "whole form 48 s (2 entries), short form 17 s (1 entry)." in page


def test_its_flag_argues_its_case(people: dict[str, Member]) -> None:
    recovery = course(people)
    flag = recovery.flags.get()
    page = opened(people, recovery)
    card = page[page.index(f'id="flag-{flag.pk}"') : page.index('id="safety"')]
    assert "Possible infection" in card
    assert "on day 5" in card
    assert "What would clear it" in card
    assert "A clinician has looked and recorded what was found." in card
    assert "by rules-1" in card
    assert "Awaiting clinical sign-off." in card
    assert len(flag.reasons) > 4
    assert f"{len(flag.reasons) - 4} more reasons, and what would clear it" in card


def test_it_says_who_signed_the_rules_off(people: dict[str, Member]) -> None:
    clinic = people[Role.OWNER].clinic
    edition = cast.make_edition(clinic, signed_off_by="Prof. Ames")
    page = opened(people, course(people, edition=edition))
    assert "Signed off by Prof. Ames." in page
    assert "Awaiting clinical sign-off" not in page


def test_every_form_carries_the_patient_and_the_newest_entry_shown(people: dict[str, Member]) -> None:
    recovery = course(people)
    page = opened(people, recovery)
    newest = recovery.check_ins.order_by("-pk").first()
    assert newest is not None
    posts = [form for form in page.split("<form")[1:] if "/clinic/flags/" in form.split(">")[0]]
    assert len(posts) >= 2
    for form in (form.split("</form>")[0] for form in posts):
        assert f'name="patient" value="{recovery.patient_id}"' in form
        assert f'name="seen" value="{newest.pk}"' in form


def test_it_tells_the_whole_way_of_an_alert(people: dict[str, Member], sink: Any) -> None:
    recovery = course(people)
    flag = recovery.flags.get()
    Flag.objects.filter(pk=flag.pk).update(rank=2)
    cast.check_in(recovery, 6, cast.PUS)
    delivery.deliver_due(clock=lambda: cast.NOW + timedelta(seconds=2))
    newest = recovery.check_ins.order_by("-pk").first()
    assert newest is not None
    flag.refresh_from_db()
    later = cast.NOW + timedelta(minutes=5)
    flags.record_contact(
        flag=flag,
        member=people[Role.CLINICIAN],
        result="spoke",
        note="Comes in at four",
        seen_check_in_id=newest.pk,
        now=later,
    )
    page = opened(people, recovery)
    trail = page[page.index('id="trail"') :]
    for line in (
        "Flag opened",
        "Raised to urgent",
        "Step 1: tell who treated the patient",
        "Flag alert: mail to dr.cole@rosewater.example written",
        "Flag alert: mail server accepted it for dr.cole@rosewater.example",
        "Dr Cole tried to reach the patient: spoke",
        "Comes in at four",
    ):
        assert line in trail, line
    assert trail.index("tried to reach") < trail.index("accepted it") < trail.index("Flag opened")
    assert "12 Mar 12:00:02" in trail


def test_it_tells_of_a_mail_that_was_refused_and_given_up(people: dict[str, Member]) -> None:
    recovery = course(people)
    message = Message.objects.filter(recovery=recovery).first() or Message.objects.create(
        clinic=recovery.clinic,
        kind="reminder",
        dedupe_key="r",
        to_email="ana@mail.example",
        recovery=recovery,
        created_at=cast.NOW,
        due_at=cast.NOW,
    )
    message.delivery_attempts.create(
        number=1, started_at=cast.NOW, ended_at=cast.NOW, accepted=False, code=550, error="550 no such user"
    )
    Message.objects.filter(pk=message.pk).update(state="dead")
    trail = opened(people, recovery).split('id="trail"')[1]
    assert "try 1 for" in trail
    assert "550 no such user" in trail
    assert "given up" in trail


def test_it_has_no_flag_to_show_and_gives_no_all_clear(people: dict[str, Member]) -> None:
    recovery = cast.make_recovery(people[Role.OWNER].clinic, operator=people[Role.CLINICIAN])
    page = opened(people, recovery)
    assert "That is no all-clear" in page
    assert "The patient has not written yet." in page


def test_it_shows_read_only_members_everything_and_nothing_to_press(people: dict[str, Member]) -> None:
    recovery = course(people)
    page = opened(people, recovery, Role.READ_ONLY)
    assert "Possible infection" in page
    assert "<form" not in page


def test_it_writes_down_who_opened_it(people: dict[str, Member], now: datetime) -> None:
    recovery = course(people)
    opened(people, recovery, Role.READ_ONLY)
    entry = AuditEntry.objects.get(verb="viewed_recovery")
    assert entry.subject == f"recovery:{recovery.pk}"
    assert entry.actor == people[Role.READ_ONLY].user
    assert entry.at == now


def test_it_is_closed_to_the_front_desk_and_leaves_no_trace_of_a_reading(people: dict[str, Member]) -> None:
    recovery = course(people)
    assert desk.at(people[Role.FRONT_DESK]).get(url(recovery)).status_code == 403
    assert not AuditEntry.objects.filter(verb="viewed_recovery").exists()


def test_another_clinics_recovery_is_as_missing_as_none(people: dict[str, Member]) -> None:
    theirs = cast.make_recovery(cast.make_clinic("Larkspur"))
    client = desk.at(people[Role.OWNER])
    stranger, missing = client.get(url(theirs)), client.get("/clinic/recoveries/999999/")
    assert stranger.status_code == missing.status_code == 404
    assert stranger.content == missing.content


def test_it_asks_the_database_ten_times_for_a_long_course_as_for_a_short_one(
    people: dict[str, Member],
) -> None:
    recovery = course(people)
    client = desk.at(people[Role.CLINICIAN])
    client.get(url(recovery))
    with CaptureQueriesContext(connection) as short:
        client.get(url(recovery))
    for extra in range(20):
        cast.check_in(recovery, 6, now=cast.NOW + timedelta(minutes=extra))
    assert CheckIn.objects.filter(recovery=recovery).count() == 26
    with CaptureQueriesContext(connection) as long:
        client.get(url(recovery))
    assert len(long) == len(short) <= 10
