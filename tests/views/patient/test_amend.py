"""Corrections: another check-in beside the original, never a change of it."""

import uuid

import pytest
from django.test import Client

from tests import cast
from tests.views.patient.answers import typed
from tracker.models import AuditEntry, Recovery

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def test_the_form_shows_what_was_sent(patient: Client, recovery: Recovery) -> None:
    sent = cast.CALM | {"redness": 3, "note": "By the window", "temperature_c": "37.50"}
    check_in = cast.check_in(recovery, 6, sent)
    text = patient.get(f"/check-ins/{check_in.pk}/amend/").content.decode()
    assert 'name="redness" value="3" checked' in text
    assert 'name="spreading" value="no" checked' in text
    assert "By the window" in text
    assert 'value="37.5"' in text


def test_a_correction_stands_beside_the_original(patient: Client, recovery: Recovery) -> None:
    first = cast.check_in(recovery, 6, cast.CALM | {"redness": 3})
    response = patient.post(f"/check-ins/{first.pk}/amend/", typed(redness=1))
    later = recovery.check_ins.exclude(pk=first.pk).get()
    first.refresh_from_db()
    assert response["Location"] == f"/check-ins/{later.pk}/result/"
    assert (first.redness, later.redness, later.amends_id, later.day) == (3, 1, first.pk, 6)
    assert AuditEntry.objects.filter(verb="amend_check_in", subject=f"checkin:{later.pk}").exists()


def test_a_correction_sent_twice_is_one_row(patient: Client, recovery: Recovery) -> None:
    first, key = cast.check_in(recovery, 6), uuid.uuid4()
    for _time in range(2):
        patient.post(f"/check-ins/{first.pk}/amend/", typed(submission_key=key, redness=1))
    assert recovery.check_ins.count() == 2


def test_an_old_day_can_be_corrected_and_keeps_its_day(patient: Client, recovery: Recovery) -> None:
    first = cast.check_in(recovery, 2)
    patient.post(f"/check-ins/{first.pk}/amend/", typed(day=6, swelling=2))
    assert recovery.check_ins.get(amends=first).day == 2


def test_an_old_day_is_asked_about_by_its_name(patient: Client, recovery: Recovery) -> None:
    first = cast.check_in(recovery, 2)
    text = patient.get(f"/check-ins/{first.pk}/amend/").content.decode()
    assert "<h2>On Sunday 8 March</h2>" in text
    assert "<h2>In the last 24 hours</h2>" not in text


def test_an_old_page_leads_to_what_stands_now(patient: Client, recovery: Recovery) -> None:
    first = cast.check_in(recovery, 6)
    second = cast.check_in(recovery, 6, cast.CALM | {"redness": 1}, amends=first.pk)
    response = patient.get(f"/check-ins/{first.pk}/amend/")
    assert response["Location"] == f"/check-ins/{second.pk}/amend/"


def test_a_corrected_warning_sign_still_asks_to_ring(patient: Client, recovery: Recovery) -> None:
    first = cast.check_in(recovery, 6, cast.PUS)
    response = patient.post(f"/check-ins/{first.pk}/amend/", typed(), follow=True)
    assert "Ring the clinic today" in response.content.decode()


def test_a_missing_answer_keeps_the_rest(patient: Client, recovery: Recovery) -> None:
    first = cast.check_in(recovery, 6)
    response = patient.post(f"/check-ins/{first.pk}/amend/", typed(unwell=None, note="Wrong tap"))
    assert response.status_code == 422
    assert "Wrong tap" in response.content.decode()
    assert recovery.check_ins.count() == 1


def test_another_persons_entry_cannot_be_corrected(patient: Client, recovery: Recovery) -> None:
    other = cast.make_recovery(recovery.clinic, patient=cast.make_patient(recovery.clinic, "Ben Ito"))
    check_in = cast.check_in(other, 6)
    assert patient.get(f"/check-ins/{check_in.pk}/amend/").status_code == 404
    assert patient.post(f"/check-ins/{check_in.pk}/amend/", typed()).status_code == 404
    assert other.check_ins.count() == 1
