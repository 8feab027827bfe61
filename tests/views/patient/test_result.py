"""The page after sending: whom to ring, who looks and by when, and never an all-clear."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import cast
from tracker.healing import infection
from tracker.models import CheckIn, Clinic, OpeningHours, Recovery
from tracker.services import assessing, flags

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def result(client: Client, check_in: CheckIn) -> str:
    response = client.get(f"/check-ins/{check_in.pk}/result/")
    assert response.status_code == 200
    return response.content.decode()


def calm_course(recovery: Recovery, last: int = 6) -> CheckIn:
    """Entries that get better day by day, up to a calm last one."""
    for day in range(last):
        cast.check_in(recovery, day, cast.CALM | {"redness": max(0, 3 - day)})
    return cast.check_in(recovery, last, cast.CALM | {"temperature_c": "36.70"})


def test_a_calm_day_says_what_was_seen_and_still_when_to_ring(patient: Client, recovery: Recovery) -> None:
    text = result(patient, calm_course(recovery))
    assert "matches a warning sign" in text
    assert "cannot rule everything out" in text
    assert 'href="tel:02079460000"' in text


@pytest.mark.parametrize(
    "phrase", ["all is well", "all clear", "healing normally", "nothing is wrong", "no infection"]
)
def test_it_never_gives_an_all_clear(patient: Client, recovery: Recovery, phrase: str) -> None:
    assert phrase not in result(patient, calm_course(recovery)).lower()


def test_pus_says_at_once_to_ring_the_clinic_today(patient: Client, recovery: Recovery) -> None:
    text = result(patient, cast.check_in(recovery, 6, cast.PUS))
    assert "Ring the clinic today" in text
    assert "Pus on day 6" in text
    assert "Your clinic looks by 13:00, Thursday 12 March" in text
    assert "Do not wait for that: ring now" in text
    assert "matches a warning sign" not in text


def test_trouble_with_an_eye_is_an_emergency_with_its_number(patient: Client, recovery: Recovery) -> None:
    text = result(patient, cast.check_in(recovery, 6, cast.CALM | {"eye_symptoms": "yes"}))
    assert "care-emergency" in text
    assert 'href="tel:999"' in text


def test_a_calm_entry_does_not_take_back_an_unanswered_warning(patient: Client, recovery: Recovery) -> None:
    cast.check_in(recovery, 5, cast.PUS)
    text = result(patient, cast.check_in(recovery, 6))
    assert "Ring the clinic today" in text
    assert "Nothing in today" not in text


def test_the_promise_is_told_before_any_job_has_run(patient: Client, recovery: Recovery) -> None:
    check_in = cast.check_in(recovery, 6, cast.CALM | {"new_lump": "unsure", "swollen_glands": "unsure"})
    assert not recovery.flags.exists()
    assert "Your clinic looks by" in result(patient, check_in)


def test_the_promise_of_the_page_is_the_one_the_job_makes(patient: Client, recovery: Recovery) -> None:
    check_in = cast.check_in(recovery, 6, cast.CALM | {"new_lump": "unsure", "swollen_glands": "unsure"})
    before = patient.get(f"/check-ins/{check_in.pk}/result/").context["promise"]
    assessing.assess_check_in(check_in_id=check_in.pk, now=cast.NOW)
    after = patient.get(f"/check-ins/{check_in.pk}/result/").context["promise"]
    assert before == after
    assert recovery.flags.get().promised_by == after.by


def test_what_does_not_settle_is_said_without_numbers(client: Client) -> None:
    clinic = cast.make_clinic()
    recovery = cast.make_recovery(clinic, edition=cast.make_edition(clinic, rules="model-2"))
    sore = cast.CALM | {"pain": 2, "warmth": 2}
    entries = [cast.check_in(recovery, day, sore) for day in range(7)]
    client.force_login(recovery.patient.user)
    assert "Pain or warmth has not settled as it usually has by now" in result(client, entries[-1])


def test_a_seen_flag_says_when_it_was_seen(patient: Client, recovery: Recovery) -> None:
    check_in = cast.check_in(recovery, 6, cast.PUS)
    member = cast.make_member(recovery.clinic, name="Dr Lund")
    flags.acknowledge(
        flag=recovery.flags.get(),
        member=member,
        seen_check_in_id=check_in.pk,
        now=cast.NOW + timedelta(hours=2, minutes=10),
    )
    assert "Seen 14:10" in result(patient, check_in)


def test_a_missed_promise_says_whom_to_ring(patient: Client, recovery: Recovery) -> None:
    check_in = cast.check_in(recovery, 6, cast.PUS)
    with time_machine.travel(cast.NOW + timedelta(hours=2), tick=False):
        text = result(patient, check_in)
    assert "Nobody has answered in time" in text
    assert "020 7946 0000" in text


def test_times_are_the_patients(client: Client) -> None:
    clinic = cast.make_clinic()
    patient = cast.make_patient(clinic, timezone="America/New_York")
    recovery = cast.make_recovery(clinic, patient=patient)
    client.force_login(patient.user)
    text = result(client, cast.check_in(recovery, 6, cast.PUS))
    assert "Sent at 08:00" in text
    assert "looks by 09:00" in text


def test_a_late_entry_leads_to_no_calming_words(patient: Client, recovery: Recovery) -> None:
    calm_course(recovery, last=4)
    late = cast.check_in(recovery, 5, cast.CALM | {"temperature_c": "36.70"}, now=cast.NOW)
    text = result(patient, late)
    assert "matches a warning sign" not in text
    assert "Please answer for today as well" in text
    assert "cannot rule everything out" in text


def test_the_receipt_has_time_and_reference(patient: Client, recovery: Recovery) -> None:
    check_in = calm_course(recovery)
    text = result(patient, check_in)
    assert "Sent at 12:00" in text
    assert f"Reference {check_in.submission_key.hex[:8].upper()}" in text


def test_it_says_what_is_usual_today_and_tomorrow(patient: Client, recovery: Recovery) -> None:
    text = result(patient, calm_course(recovery))
    assert "Today, day 6" in text
    assert "Tomorrow, day 7" in text


def test_beside_ring_now_nothing_else_is_said(patient: Client, recovery: Recovery) -> None:
    text = result(patient, cast.check_in(recovery, 6, cast.PUS))
    assert "What is usual" not in text
    assert "make-up" not in text


def test_it_says_when_the_phone_is_answered(patient: Client, recovery: Recovery) -> None:
    assert "Open now. Monday to Friday, 9:00 to 18:00." in result(patient, calm_course(recovery))


def test_a_clinic_without_hours_promises_none(patient: Client, recovery: Recovery) -> None:
    OpeningHours.objects.filter(clinic=recovery.clinic).delete()
    text = result(patient, calm_course(recovery))
    assert "Open now" not in text
    assert "Closed now" not in text


def test_rules_that_fail_never_look_like_nothing_wrong(
    patient: Client, recovery: Recovery, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_in = calm_course(recovery)

    def broken(*_args: object, **_named: object) -> None:
        raise ValueError("broken on purpose")

    monkeypatch.setattr(infection, "judge", broken)
    text = result(patient, check_in)
    assert "could not be assessed" in text
    assert "matches a warning sign" not in text


def test_another_persons_entry_does_not_exist(patient: Client, recovery: Recovery) -> None:
    other = cast.make_recovery(recovery.clinic, patient=cast.make_patient(recovery.clinic, "Ben Ito"))
    check_in = cast.check_in(other, 6)
    strange = patient.get(f"/check-ins/{check_in.pk}/result/")
    missing = patient.get("/check-ins/999999/result/")
    assert strange.status_code == missing.status_code == 404
    assert strange.content == missing.content


def test_the_clinics_own_people_do_not_read_it_here(client: Client, recovery: Recovery) -> None:
    check_in = cast.check_in(recovery, 6)
    client.force_login(cast.make_member(Clinic.objects.get(), name="Dr Lund").user)
    assert client.get(f"/check-ins/{check_in.pk}/result/").status_code == 404


def test_nothing_of_it_is_kept_by_the_browser(patient: Client, recovery: Recovery) -> None:
    response = patient.get(f"/check-ins/{cast.check_in(recovery, 6).pk}/result/")
    assert "no-store" in response["Cache-Control"]


def test_it_asks_the_database_as_often_after_fourteen_entries_as_after_three(
    patient: Client, recovery: Recovery
) -> None:
    def queries(check_in: CheckIn) -> int:
        with CaptureQueriesContext(connection) as asked:
            result(patient, check_in)
        return len(asked)

    patient.get("/today/")  # the first request starts the clock of the sign-in
    few = queries([cast.check_in(recovery, day) for day in range(3)][-1])
    many = queries([cast.check_in(recovery, day) for day in (3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6)][-1])
    assert many == few <= 16
