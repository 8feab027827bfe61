"""Entries that were written without a connection: filed for their own day, marked late, taken once."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests import cast
from tests.views.patient.answers import typed
from tracker.models import CheckIn, Recovery
from tracker.services import devices

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def sent(client: Client, **changes: object) -> tuple[int, CheckIn | None]:
    response = client.post("/today/", typed(**changes))
    return response.status_code, CheckIn.objects.order_by("-pk").first()


def test_it_keeps_both_clocks(patient: Client) -> None:
    status, check_in = sent(patient, captured_at="2026-03-12T09:30:00+00:00")
    assert (status, check_in is not None) == (302, True)
    assert check_in is not None
    assert check_in.captured_at == cast.NOW - timedelta(hours=2, minutes=30)
    assert check_in.recorded_at == cast.NOW
    assert not check_in.is_late


def test_it_files_an_entry_for_the_day_it_was_written_on_and_marks_it_late(patient: Client) -> None:
    status, check_in = sent(patient, day=4, captured_at="2026-03-10T21:00:00+00:00")
    assert status == 302
    assert check_in is not None
    assert (check_in.day, check_in.is_late) == (4, True)


def test_it_tells_the_day_of_the_kept_form_from_the_moment_in_the_patients_zone(patient: Client) -> None:
    # 23:30 in New York on the 10th is the 11th in London, where this patient lives
    status, check_in = sent(patient, day=None, captured_at="2026-03-10T23:30:00-04:00")
    assert status == 302
    assert check_in is not None
    assert check_in.day == 5


def test_it_does_not_take_what_waited_longer_than_three_days(patient: Client) -> None:
    status, check_in = sent(patient, day=2, captured_at="2026-03-08T21:00:00+00:00")
    assert (status, check_in) == (422, None)


def test_without_a_device_clock_the_day_before_yesterday_stays_closed(patient: Client) -> None:
    assert sent(patient, day=4) == (422, None)


@pytest.mark.parametrize("clock", ["2026-03-13T09:00:00+00:00", "2026-03-12T09:00:00", "soon", "2026-13-40T"])
def test_a_device_clock_that_cannot_be_right_opens_no_other_day(patient: Client, clock: str) -> None:
    assert sent(patient, day=4, captured_at=clock) == (422, None)
    status, check_in = sent(patient, day=6, captured_at=clock)
    assert (status, check_in is not None) == (302, True)


def test_a_repeat_of_the_same_entry_is_taken_once(patient: Client, recovery: Recovery) -> None:
    entry = typed(captured_at="2026-03-12T09:30:00+00:00")
    first, second = patient.post("/today/", entry), patient.post("/today/", entry)
    assert first.headers["Location"] == second.headers["Location"]
    assert recovery.check_ins.count() == 1


def test_a_worrying_entry_that_waited_raises_its_flag_on_arrival(patient: Client, recovery: Recovery) -> None:
    pus = cast.PUS | {"day": None, "captured_at": "2026-03-11T20:00:00+00:00"}
    assert sent(patient, **pus)[0] == 302
    assert recovery.flags.get().level == "urgent"


def test_the_kept_form_asks_about_the_eyes_and_the_answer_counts(patient: Client, recovery: Recovery) -> None:
    status, _check_in = sent(patient, eye_symptoms="yes", captured_at="2026-03-12T09:30:00+00:00")
    assert status == 302
    assert recovery.check_ins.get().eye_symptoms == "yes"


def test_the_time_it_took_is_measured_to_the_writing_not_to_the_arrival(
    patient: Client, recovery: Recovery
) -> None:
    patient.cookies["device"] = devices.remember(user=recovery.patient.user, now=cast.NOW)
    page = patient.get("/today/").context["form"]
    entry = typed(opened_at=page.initial["opened_at"], captured_at="2026-03-12T12:00:40+00:00")
    with time_machine.travel(cast.NOW + timedelta(minutes=50), tick=False):
        patient.post("/today/", entry)
    assert recovery.check_ins.get().seconds_taken == 40


def test_what_arrives_after_a_newer_entry_stands_below_it_and_not_in_its_place(
    patient: Client, recovery: Recovery
) -> None:
    sent(patient, warmth=2, note="typed at noon")
    _status, older = sent(patient, note="typed in the morning", captured_at="2026-03-12T08:00:00+00:00")
    assert older is not None
    page = patient.get("/today/").content.decode()
    assert "typed at noon" in page
    assert "typed in the morning" not in page
    entry = patient.get("/my-recovery/").context["entries"][0]
    assert entry.first == older
    assert entry.newest.note == "typed at noon"
