"""The daily page: the right day, nothing lost, nothing twice."""

import time
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.views.patient.answers import typed
from tracker import tasks
from tracker.models import CheckIn, Recovery

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def page(client: Client, path: str = "/today/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def send(client: Client, **changes: Any) -> HttpResponse:
    return client.post("/today/", typed(**changes))  # type: ignore[return-value]


def test_it_says_the_day_before_anything_is_sent(patient: Client) -> None:
    text = page(patient)
    assert "Day 6 of 14 · Thursday 12 March" in text
    assert "Send for day 6" in text


def test_it_keeps_the_answers_and_shows_the_result(patient: Client, recovery: Recovery) -> None:
    response = send(patient, redness=2, note="Slept well", temperature="37,1")
    check_in = recovery.check_ins.get()
    assert response.status_code == 302
    assert response["Location"] == f"/check-ins/{check_in.pk}/result/"
    assert (check_in.day, check_in.local_date) == (6, date(2026, 3, 12))
    assert (check_in.redness, check_in.note, float(check_in.temperature_c or 0)) == (2, "Slept well", 37.1)
    assert not check_in.is_late


def test_a_day_sent_twice_is_one_row_and_one_result(patient: Client, recovery: Recovery) -> None:
    key = uuid.uuid4()
    first = send(patient, submission_key=key, temperature="37.4", note="Twice")
    second = send(patient, submission_key=key, temperature="37.4", note="Twice")
    assert recovery.check_ins.count() == 1
    assert first["Location"] == second["Location"]


def test_going_back_and_changing_an_answer_is_kept_as_a_correction(
    patient: Client, recovery: Recovery
) -> None:
    key = uuid.uuid4()
    send(patient, submission_key=key)
    for _time in range(2):
        send(patient, submission_key=key, blisters="yes")
    first, later = recovery.check_ins.in_order()
    assert (first.blisters, later.blisters, later.amends_id) == ("no", "yes", first.pk)
    assert recovery.flags.filter(rank=3).exists()


def test_a_missing_answer_keeps_everything_typed(patient: Client, recovery: Recovery) -> None:
    response = send(patient, pain=None, redness=3, note="It itches at night", temperature="37,4")
    text = response.content.decode()
    assert response.status_code == 422
    assert not recovery.check_ins.exists()
    assert "Pain or burning: please choose" in text
    assert "It itches at night" in text
    assert 'value="37,4"' in text
    assert 'name="redness" value="3" checked' in text
    assert text.count(" checked") == len(cast.CALM) - 1


def test_the_page_of_an_error_says_so_in_its_title(patient: Client) -> None:
    assert "<title>Error:" in send(patient, pain=None).content.decode()


def test_nothing_is_preselected(patient: Client) -> None:
    assert " checked" not in page(patient)


def test_the_expected_value_stands_nowhere_beside_a_question(patient: Client) -> None:
    text = page(patient)
    assert "most people" not in text
    assert "usual range" not in text


def test_it_says_whom_to_ring_before_and_after_the_questions(patient: Client) -> None:
    before, _form, after = page(patient).partition("<form")
    assert 'href="tel:999"' in before
    assert 'href="tel:999"' in after


def test_a_hundred_and_one_is_understood_as_fahrenheit(patient: Client, recovery: Recovery) -> None:
    send(patient, temperature="101")
    assert float(recovery.check_ins.get().temperature_c or 0) == 38.33
    assert recovery.flags.exists()


def test_yesterday_can_be_added_and_is_marked_late(patient: Client, recovery: Recovery) -> None:
    assert "Add yesterday, Wednesday" in page(patient)
    text = page(patient, "/today/?day=yesterday")
    assert "How was your skin on Wednesday?" in text
    assert "Day 5 of 14 · Wednesday 11 March" in text
    send(patient, day=5)
    check_in = recovery.check_ins.get()
    assert (check_in.day, check_in.is_late) == (5, True)


def test_yesterday_is_not_offered_when_it_is_there(patient: Client, recovery: Recovery) -> None:
    cast.check_in(recovery, 5)
    assert "Add yesterday" not in page(patient)


def test_yesterday_is_not_offered_on_the_treatment_day(patient: Client) -> None:
    with time_machine.travel(datetime(2026, 3, 6, 20, tzinfo=UTC), tick=False):
        text = page(patient)
        assert "Day 0 of 14" in text
        assert "yesterday" not in text


def test_after_midnight_it_asks_whether_yesterday_is_meant(patient: Client) -> None:
    with time_machine.travel(datetime(2026, 3, 12, 0, 30, tzinfo=UTC), tick=False):
        text = page(patient)
        assert "Did you mean yesterday?" in text
        assert "Answer for Wednesday 11 March" in text


def test_a_page_opened_before_midnight_counts_for_its_day(patient: Client, recovery: Recovery) -> None:
    with time_machine.travel(datetime(2026, 3, 13, 0, 3, tzinfo=UTC), tick=False):
        send(patient, day=6)
    assert recovery.check_ins.get().day == 6


def test_a_page_left_open_for_days_loses_nothing_and_says_so(patient: Client, recovery: Recovery) -> None:
    response = send(patient, day=3, note="From a train")
    text = response.content.decode()
    assert response.status_code == 422
    assert not recovery.check_ins.exists()
    assert "can no longer be added" in text
    assert "From a train" in text
    assert '<input type="hidden" name="day" value="6"' in text


def test_the_day_is_the_patients_not_the_servers(client: Client) -> None:
    clinic = cast.make_clinic()
    patient = cast.make_patient(clinic, timezone="Pacific/Kiritimati")
    recovery = cast.make_recovery(clinic, patient=patient)
    client.force_login(patient.user)
    # 12:00 UTC on the 12th is 02:00 on the 13th there
    assert "Friday 13 March" in page(client)
    send(client)
    assert recovery.check_ins.get().local_date == date(2026, 3, 13)


def test_what_was_sent_today_is_shown_instead_of_the_form(patient: Client, recovery: Recovery) -> None:
    check_in = cast.check_in(recovery, 6, cast.CALM | {"redness": 2})
    text = page(patient)
    assert "Day 6 is sent" in text
    assert "Clear" in text
    assert f"/check-ins/{check_in.pk}/amend/" in text
    assert 'name="redness"' not in text


def test_a_worse_evening_can_be_told(patient: Client, recovery: Recovery) -> None:
    cast.check_in(recovery, 6)
    assert 'name="redness"' in page(patient, "/today/?day=again")
    send(patient, blisters="yes")
    assert recovery.check_ins.count() == 2
    assert recovery.flags.filter(rank=3).exists()


def test_it_asks_about_the_eyes_only_where_they_are_near(client: Client) -> None:
    recovery = cast.make_recovery(area="neck")
    client.force_login(recovery.patient.user)
    assert 'name="eye_symptoms"' not in page(client)
    send(client, eye_symptoms=None)
    assert recovery.check_ins.get().eye_symptoms == ""


def test_a_person_without_a_treatment_is_told_what_comes(client: Client) -> None:
    client.force_login(cast.make_patient(cast.make_clinic()).user)
    text = page(client)
    assert "has not recorded a treatment" in text
    assert "<form" not in text


def test_before_the_treatment_day_nothing_is_asked(patient: Client) -> None:
    with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC), tick=False):
        text = page(patient)
        assert "Your treatment is on Friday 6 March" in text
        assert send(patient, day=0).status_code == 200
    assert not CheckIn.objects.exists()


def test_flown_west_on_the_treatment_day_it_is_that_day_once_more(
    patient: Client, recovery: Recovery
) -> None:
    recovery.patient.timezone = "Pacific/Honolulu"
    recovery.patient.save(update_fields=["timezone"])
    with time_machine.travel(datetime(2026, 3, 6, 5, tzinfo=UTC), tick=False):
        assert "Send for day 0" in page(patient)
        send(patient, day=0)
    assert recovery.check_ins.get().day == 0


def test_after_the_end_nothing_is_asked_and_a_number_stands_there(
    patient: Client, recovery: Recovery
) -> None:
    Recovery.objects.filter(pk=recovery.pk).update(state=Recovery.State.ENDED)
    text = page(patient)
    assert "Your daily questions are over" in text
    assert 'href="tel:02079460000"' in text
    send(patient)
    assert not recovery.check_ins.exists()


def test_a_dead_broker_does_not_hurt_the_post(
    patient: Client, recovery: Recovery, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tasks, "_quiet_until", 0.0)
    started = time.perf_counter()
    assert send(patient).status_code == 302
    assert time.perf_counter() - started < 3
    assert recovery.check_ins.count() == 1
    assert "bell for tracker.tasks.assess_check_in failed" in caplog.text


def test_it_measures_how_long_answering_took(patient: Client, recovery: Recovery) -> None:
    opened_at = patient.get("/today/").context["form"].initial["opened_at"]
    with time_machine.travel(cast.NOW + timedelta(seconds=24), tick=False):
        send(patient, opened_at=opened_at)
    assert recovery.check_ins.get().seconds_taken == 24


def test_a_forged_opening_time_measures_nothing(patient: Client, recovery: Recovery) -> None:
    send(patient, opened_at="1741780800")
    assert recovery.check_ins.get().seconds_taken is None


def test_a_member_of_a_clinic_has_no_daily_page(client: Client) -> None:
    client.force_login(cast.make_member(cast.make_clinic()).user)
    assert client.get("/today/").status_code == 404


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    assert client.get("/today/")["Location"].startswith("/accounts/login/")


def test_it_asks_the_database_as_often_after_fourteen_entries_as_after_three(
    patient: Client, recovery: Recovery
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            page(patient)
        return len(asked)

    for day in range(3):
        cast.check_in(recovery, day)
    queries()  # the first page of a session also writes the session
    few = queries()
    for day in range(3, 6):
        for _again in range(4):
            cast.check_in(recovery, day)
    assert queries() == few <= 12
