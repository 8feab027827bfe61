"""The list of today."""

import re
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import cast
from tests.views import desk
from tracker.models import (
    CheckIn,
    Clinic,
    Flag,
    FlagEvent,
    Patient,
    Recovery,
    Role,
    Screening,
    TreatedArea,
    Treatment,
    User,
)
from tracker.services import flags, health, recoveries, threads

pytestmark = pytest.mark.django_db
URL = "/clinic/"


@pytest.fixture
def now(time_machine: Any) -> datetime:
    """The clock of the pages stands at noon of day 6."""
    time_machine.move_to(cast.NOW, tick=False)
    return cast.NOW


def alive(now: datetime) -> None:
    for component in (health.BEAT, health.WORKER, health.MAIL, health.WATCH):
        health.beat(component=component, now=now)


def test_it_says_who_why_and_how_long_for_each_flag(now: datetime) -> None:
    clinic = cast.make_clinic()
    people = desk.team(clinic)
    flag = desk.flagged(clinic)
    flag.promised_by = now + timedelta(minutes=41)
    flag.save()
    page = desk.text(desk.at(people[Role.CLINICIAN]).get(URL))
    assert "Ana Sousa" in page
    assert "1991" in page
    assert "Day 6 · Pen · face 1.25 mm" in page
    assert "Pus on day 5" in page
    assert "41 min left" in page
    assert "1 urgent · 0 to review · 0 to watch" in page
    assert "Strongest of redness, warmth, swelling and pain, day 5 to day 5" in page


def test_it_says_when_a_promise_is_missed(now: datetime) -> None:
    clinic = cast.make_clinic()
    people = desk.team(clinic)
    flag = desk.flagged(clinic)
    flag.promised_by = now - timedelta(minutes=12)
    flag.save()
    assert "12 min over" in desk.text(desk.at(people[Role.CLINICIAN]).get(URL))


def test_it_puts_the_unowned_urgent_first_and_then_the_soonest_promise(now: datetime) -> None:
    clinic = cast.make_clinic()
    people = desk.team(clinic)
    wanted = [("Zoe", 3, False, 50), ("Bea", 3, False, 90), ("Cas", 3, True, 10), ("Ada", 2, False, 5)]
    for name, rank, owned, minutes in reversed(wanted):
        flag = desk.flagged(clinic, name)
        flag.rank, flag.promised_by = rank, now + timedelta(minutes=minutes)
        if owned:
            flag.owner, flag.state = people[Role.OWNER], Flag.State.ACKNOWLEDGED
        flag.save()
    page = desk.text(desk.at(people[Role.READ_ONLY]).get(URL))
    places = [page.index(f"<strong>{name}</strong>") for name, *_rest in wanted]
    assert places == sorted(places)


def test_it_offers_to_take_only_what_nobody_has_and_names_the_owner_of_the_rest(now: datetime) -> None:
    clinic = cast.make_clinic()
    people = desk.team(clinic)
    free, owned = desk.flagged(clinic, "Free"), desk.flagged(clinic, "Owned")
    newest = owned.recovery.check_ins.get().pk
    flags.acknowledge(flag=owned, member=people[Role.OWNER], seen_check_in_id=newest, now=now)
    page = desk.text(desk.at(people[Role.CLINICIAN]).get(URL))
    assert f'action="{reverse("acknowledge", args=[free.pk])}"' in page
    assert f'action="{reverse("acknowledge", args=[owned.pk])}"' not in page
    assert "Dr Dunn" in page


def test_it_gives_read_only_members_nothing_to_press(now: datetime) -> None:
    clinic = cast.make_clinic()
    people = desk.team(clinic)
    desk.flagged(clinic)
    page = desk.text(desk.at(people[Role.READ_ONLY]).get(URL))
    assert "Pus on day 5" in page
    assert re.findall(r'<form[^>]*action="([^"]*)"', page) == [reverse("search_patients")]


def test_it_shows_the_front_desk_no_clinical_word(now: datetime) -> None:
    clinic = cast.make_clinic()
    people = desk.team(clinic)
    flag = desk.flagged(clinic)
    page = desk.text(desk.at(people[Role.FRONT_DESK]).get(URL))
    assert "Ana Sousa" in page
    assert "Day 6" in page
    assert "Urgent" in page
    assert "A clinician is needed." in page
    for clinical in ("Pus", "nfection", "1.25 mm", "Pen", "spark", "edness", "warmth"):
        assert clinical not in page
    assert reverse("recovery", args=[flag.recovery_id]) not in page


def test_it_keeps_the_silent_in_a_lane_of_their_own(now: datetime) -> None:
    clinic = cast.make_clinic()
    people = desk.team(clinic)
    calm = cast.make_recovery(clinic, patient=cast.make_patient(clinic, "Tom Vale"))
    cast.check_in(calm, 3)
    page = desk.text(desk.at(people[Role.CLINICIAN]).get(URL))
    clinical, silent = page.split('id="silent-lane"')
    assert "Tom Vale" not in clinical
    assert "Tom Vale" in silent
    assert "Silent 3 days after day 3" in silent
    assert "On course" not in silent


def test_it_brings_the_silent_after_a_worrying_day_into_the_clinical_lane(now: datetime) -> None:
    clinic = cast.make_clinic()
    people = desk.team(clinic)
    recovery = cast.make_recovery(clinic, patient=cast.make_patient(clinic, "Noor Haddad"))
    cast.check_in(recovery, 2)
    type(recovery).objects.filter(pk=recovery.pk).update(level="urgent")
    recoveries.read_silence(now=now)
    clinical = desk.text(desk.at(people[Role.CLINICIAN]).get(URL)).split('id="silent-lane"')[0]
    assert "Noor Haddad" in clinical
    assert "Nothing heard for 4 days" in clinical


def test_it_says_that_only_the_telephone_is_left_when_mail_bounces(now: datetime) -> None:
    clinic = cast.make_clinic()
    people = desk.team(clinic)
    patient = cast.make_patient(clinic, "Eva Lindt", email_broken_at=now)
    cast.make_recovery(clinic, patient=patient)
    page = desk.text(desk.at(people[Role.FRONT_DESK]).get(URL))
    assert "Mail does not reach this address." in page
    assert "Phone only" in page
    assert 'href="tel:+447700900123"' in page
    assert "Nothing heard since the treatment 6 days ago" in page


def test_it_counts_those_inside_their_expected_course(now: datetime) -> None:
    clinic = cast.make_clinic()
    people = desk.team(clinic)
    desk.flagged(clinic)
    well = cast.make_recovery(clinic, patient=cast.make_patient(clinic, "Well"))
    cast.check_in(well, 6, now=now)
    assert "1 recovery is inside its expected course." in desk.text(desk.at(people[Role.OWNER]).get(URL))


def test_it_says_so_when_nobody_needs_anybody(now: datetime) -> None:
    people = desk.team(cast.make_clinic())
    page = desk.text(desk.at(people[Role.CLINICIAN]).get(URL))
    assert "Nobody needs a clinician now" in page
    assert "Everybody has written lately." in page


def test_it_says_in_one_line_that_everything_runs(now: datetime) -> None:
    people = desk.team(cast.make_clinic())
    alive(now)
    page = desk.text(desk.at(people[Role.CLINICIAN]).get(URL))
    assert "Everything is running." in page
    assert "strip broken" not in page


@pytest.mark.parametrize(
    ("stopped", "said"),
    [
        (health.WORKER, "Entries are not being assessed (for 10 min)"),
        (health.BEAT, "The schedule stands still (for 10 min)"),
    ],
)
def test_it_says_which_part_stands_still(now: datetime, stopped: str, said: str) -> None:
    people = desk.team(cast.make_clinic())
    alive(now)
    health.beat(component=stopped, now=now - timedelta(minutes=10))
    page = desk.text(desk.at(people[Role.CLINICIAN]).get(URL))
    assert said in page
    assert "strip broken" in page


def test_it_says_that_mail_does_not_go_out_and_an_entry_waits(now: datetime) -> None:
    clinic = cast.make_clinic()
    people = desk.team(clinic)
    alive(now)
    health.fail(component=health.MAIL, error="SMTPServerDisconnected", now=now)
    cast.check_in(cast.make_recovery(clinic), 6, now=now - timedelta(minutes=3))
    page = desk.text(desk.at(people[Role.FRONT_DESK]).get(URL))
    assert "Mail does not go out" in page
    assert "An entry has waited 3 min" in page


def test_it_shows_no_row_of_another_clinic(now: datetime) -> None:
    mine, theirs = cast.make_clinic(), cast.make_clinic("Larkspur")
    people = desk.team(mine)
    desk.flagged(theirs, "Not Mine")
    cast.make_recovery(theirs, patient=cast.make_patient(theirs, "Not Mine Either"))
    page = desk.text(desk.at(people[Role.OWNER]).get(URL))
    assert "Not Mine" not in page
    assert "Nobody needs a clinician now" in page


def test_it_changes_nothing_by_being_read(now: datetime) -> None:
    clinic = cast.make_clinic()
    people = desk.team(clinic)
    flag = desk.flagged(clinic)
    before = FlagEvent.objects.count()
    desk.at(people[Role.CLINICIAN]).get(URL)
    assert FlagEvent.objects.count() == before
    assert desk.state_of(flag) == Flag.State.OPEN


def test_it_shows_a_person_once_by_their_worst_flag(now: datetime) -> None:
    clinic = cast.make_clinic()
    people = desk.team(clinic)
    flag = desk.flagged(clinic)
    another_flag(flag, rank=2, cause="burn")
    page = desk.text(desk.at(people[Role.CLINICIAN]).get(URL))
    assert page.count("<strong>Ana Sousa</strong>") == 1
    assert "and 1 more flag" in page
    assert "1 urgent · 1 to review" in page
    only_review = desk.text(desk.at(people[Role.CLINICIAN]).get(URL, {"level": "review"}))
    assert "<strong>Ana Sousa</strong>" in only_review


def another_flag(flag: Flag, **fields: Any) -> Flag:
    """One more open flag of the same recovery."""
    times = dict.fromkeys(("opened_at", "raised_at", "promised_by"), cast.NOW)
    what = {"clinic": flag.clinic, "recovery": flag.recovery, "edition": "rules-1"}
    return Flag.objects.create(**what | times | fields)


def test_it_shows_what_is_snoozed_at_the_end_of_its_level_with_the_reason(now: datetime) -> None:
    clinic = cast.make_clinic()
    people = desk.team(clinic)
    snoozed, awake = desk.flagged(clinic, "Sleepy"), desk.flagged(clinic, "Awake")
    until = {"snoozed_until": now + timedelta(hours=4), "snooze_reason": "Comes in at four"}
    Flag.objects.filter(pk=snoozed.pk).update(promised_by=now, **until)
    desk.flagged(clinic, "Milder")
    Flag.objects.filter(recovery__patient__name="Milder").update(rank=2)
    page = desk.text(desk.at(people[Role.CLINICIAN]).get(URL))
    places = [page.index(f"<strong>{name}</strong>") for name in ("Awake", "Sleepy", "Milder")]
    assert places == sorted(places)
    assert "Snoozed, back by 16:00: Comes in at four" in page
    assert desk.state_of(awake) == Flag.State.OPEN


def test_it_brings_somebody_back_on_the_day_of_the_next_try(now: datetime) -> None:
    clinic = cast.make_clinic()
    people = desk.team(clinic)
    later, due, taken = (desk.flagged(clinic, name) for name in ("Later", "Due", "Taken"))
    Flag.objects.update(state="acknowledged", owner=people[Role.OWNER], acknowledged_at=now)
    Flag.objects.filter(pk=later.pk).update(next_try_on=now.date() + timedelta(days=1))
    Flag.objects.filter(pk=due.pk).update(next_try_on=now.date())
    page = desk.text(desk.at(people[Role.CLINICIAN]).get(URL))
    places = [page.index(f"<strong>{name}</strong>") for name in ("Due", "Taken", "Later")]
    assert places == sorted(places)
    assert "Next try Fri 13 Mar" in page
    assert page.count("Try again today") == 1
    assert taken.recovery.patient.name == "Taken"


def test_it_narrows_the_list_by_what_stands_in_the_address(now: datetime) -> None:
    clinic = cast.make_clinic()
    people = desk.team(clinic)
    mine, free, mild = (desk.flagged(clinic, name) for name in ("Mine", "Free", "Mild"))
    Flag.objects.filter(pk=mine.pk).update(owner=people[Role.CLINICIAN], state="acknowledged")
    Flag.objects.filter(pk=mild.pk).update(rank=1)
    type(free.recovery).objects.filter(pk=free.recovery_id).update(tags=["vip", "résumé"])
    client = desk.at(people[Role.CLINICIAN])

    def shown(**query: str) -> set[str]:
        page = desk.text(client.get(URL, query)).split('id="silent-lane"')[0]
        return {name for name in ("Mine", "Free", "Mild") if f"<strong>{name}</strong>" in page}

    assert shown() == {"Mine", "Free", "Mild"}
    assert shown(owner="me") == {"Mine"}
    assert shown(owner="none") == {"Free", "Mild"}
    assert shown(level="watch") == {"Mild"}
    assert shown(level="urgent", owner="none") == {"Free"}
    assert shown(tag="vip") == shown(tag="résumé") == {"Free"}
    assert shown(tag="vi") == set()
    assert shown(level="nonsense") == {"Mine", "Free", "Mild"}
    page = desk.text(client.get(URL, {"level": "watch", "tag": "none such"}))
    assert "Nobody fits these filters" in page
    assert 'href="/clinic/?level=watch"' in page


def test_it_tells_the_front_desk_nothing_by_tags(now: datetime) -> None:
    clinic = cast.make_clinic()
    people = desk.team(clinic)
    flag = desk.flagged(clinic)
    type(flag.recovery).objects.update(tags=["antibiotic"])
    client = desk.at(people[Role.FRONT_DESK])
    assert "antibiotic" not in desk.text(client.get(URL))
    assert "Ana Sousa" in desk.text(client.get(URL, {"tag": "something else"}))


def test_it_keeps_names_out_of_the_address(now: datetime) -> None:
    people = desk.team(cast.make_clinic())
    page = desk.text(desk.at(people[Role.CLINICIAN]).get(URL))
    assert f'<form method="post" action="{reverse("search_patients")}"' in page


def many(clinic: Clinic, number: int) -> None:
    """`number` more flags with an entry each, without walking through every service."""
    first = cast.make_recovery(clinic, patient=cast.make_patient(clinic, f"Person {number} 0"))
    operator = first.treatment.operator
    users = User.objects.bulk_create(User(email=f"{number}.{i}@mail.example") for i in range(1, number))
    who = {"clinic": clinic, "phone": "1", "birth_year": 1990, "timezone": "UTC", "created_at": cast.NOW}
    patients = Patient.objects.bulk_create(Patient(user=u, name=f"Person {u.email}", **who) for u in users)
    asked = {"clinic": clinic, "asked_at": cast.NOW, "asked_by": operator}
    screenings = Screening.objects.bulk_create(Screening(patient=p, **asked) for p in patients)
    done = {"clinic": clinic, "treated_at": cast.NOW, "device": "pen", "created_at": cast.NOW}
    done |= {"operator": operator}
    treatments = Treatment.objects.bulk_create(
        Treatment(patient=one.patient, screening=one, **done) for one in screenings
    )
    TreatedArea.objects.bulk_create(TreatedArea(treatment=t, area="face", depth_mm=1) for t in treatments)
    course: dict[str, Any] = {"clinic": clinic, "edition": first.edition}
    course |= {"started_on": cast.STARTED, "ends_on": first.ends_on}
    recoveries_ = Recovery.objects.bulk_create(
        Recovery(patient=t.patient, treatment=t, **course) for t in treatments
    )
    flag_all(clinic, [first, *recoveries_])


def flag_all(clinic: Clinic, rows: list[Recovery]) -> None:
    """An entry and a flag for each."""
    said = {"clinic": clinic, "zone": "UTC", "recorded_at": cast.NOW, "redness": 3, "day": 4}
    said |= {"local_date": cast.STARTED, "assess_after": cast.NOW}
    CheckIn.objects.bulk_create(CheckIn(recovery=r, submission_key=uuid.uuid4(), **said) for r in rows)
    raised = {"cause": "infection", "edition": "rules-1", "opened_at": cast.NOW, "raised_at": cast.NOW}
    Flag.objects.bulk_create(
        Flag(clinic=clinic, recovery=r, rank=1 + i % 3, promised_by=cast.NOW + timedelta(minutes=i), **raised)
        for i, r in enumerate(rows)
    )


def test_it_asks_the_database_eight_times_for_10_flags_and_for_1000(now: datetime) -> None:
    clinic = cast.make_clinic()
    client = desk.at(desk.team(clinic)[Role.CLINICIAN])
    many(clinic, 10)
    written = Recovery.objects.order_by("pk")[0]
    threads.write_note(
        recovery=written, author=written.patient.user, from_patient=True, text="Hello?", now=now
    )
    client.get(URL)  # the session is written once
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    many(clinic, 990)
    with CaptureQueriesContext(connection) as lots:
        page = client.get(URL)
    assert len(lots) == len(few) <= 8
    assert "Page 1 of 20" in desk.text(page)
    with CaptureQueriesContext(connection) as narrowed:
        client.get(URL, {"level": "review", "owner": "none", "page": "7"})
    assert len(narrowed) <= 8


def test_it_is_not_there_for_patients(now: datetime) -> None:
    clinic = cast.make_clinic()
    recovery = cast.make_recovery(clinic)
    client = desk.at(cast.make_member(clinic, name="Dr Late"))
    client.force_login(recovery.patient.user)
    assert client.get(URL).status_code == 404
