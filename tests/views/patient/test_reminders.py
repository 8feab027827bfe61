"""Reminder choices: kept, shown, and counted in the patient's own zone."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests import cast
from tracker.forms.reminders import zone_choices
from tracker.models import Patient, Recovery
from tracker.services import devices

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def save(client: Client, **changes: Any) -> HttpResponse:
    data: dict[str, Any] = {"reminders_on": "on", "reminder_at": "18:00", "timezone": "Europe/London"}
    data |= {"pause": "0", "reminder_days": list("0123456")} | changes
    return client.post("/reminders/", {k: v for k, v in data.items() if v})  # type: ignore[return-value]


def test_it_says_when_the_next_one_comes(patient: Client) -> None:
    text = patient.get("/reminders/").content.decode()
    assert "Thursday 12 March at 18:00 (Europe/London)" in text


def test_a_new_time_moves_the_next_one(patient: Client, recovery: Recovery) -> None:
    assert save(patient, reminder_at="20:30").status_code == 302
    recovery.refresh_from_db()
    assert recovery.next_reminder_at == datetime(2026, 3, 12, 20, 30, tzinfo=UTC)


def test_a_new_zone_moves_the_next_one(patient: Client, recovery: Recovery) -> None:
    save(patient, timezone="America/New_York")
    recovery.refresh_from_db()
    assert recovery.next_reminder_at == datetime(2026, 3, 12, 22, 0, tzinfo=UTC)
    assert "at 18:00 (America/New_York)" in patient.get("/reminders/").content.decode()


def test_a_pause_of_three_days_ends_by_itself(patient: Client, recovery: Recovery) -> None:
    save(patient, pause="3")
    recovery.patient.refresh_from_db()
    recovery.refresh_from_db()
    assert recovery.patient.reminders_paused_until == date(2026, 3, 15)
    assert recovery.next_reminder_at == datetime(2026, 3, 15, 18, 0, tzinfo=UTC)


def test_a_pause_is_kept_when_only_the_time_changes(patient: Client, recovery: Recovery) -> None:
    save(patient, pause="3")
    assert "Paused until Sunday 15 March" in patient.get("/reminders/").content.decode()
    save(patient, pause="keep", reminder_at="09:00")
    recovery.patient.refresh_from_db()
    assert recovery.patient.reminders_paused_until == date(2026, 3, 15)
    assert recovery.patient.reminder_at == time(9, 0)


def test_a_pause_can_be_ended(patient: Client, recovery: Recovery) -> None:
    save(patient, pause="3")
    save(patient, pause="0")
    recovery.refresh_from_db()
    assert recovery.next_reminder_at == datetime(2026, 3, 12, 18, 0, tzinfo=UTC)


def test_off_means_none_is_planned(patient: Client, recovery: Recovery) -> None:
    save(patient, reminders_on="")
    recovery.refresh_from_db()
    assert recovery.next_reminder_at is None
    assert "No reminder is planned." in patient.get("/reminders/").content.decode()


@pytest.mark.parametrize(
    "changes", [{"timezone": "Mars/Olympus"}, {"timezone": ""}, {"reminder_at": "late"}, {"pause": "400"}]
)
def test_nonsense_is_refused_and_changes_nothing(
    patient: Client, recovery: Recovery, changes: dict[str, str]
) -> None:
    assert save(patient, **changes).status_code == 422
    recovery.patient.refresh_from_db()
    assert (recovery.patient.timezone, recovery.patient.reminder_at) == ("Europe/London", time(18, 0))


def test_a_zone_with_an_unusual_name_stays_choosable() -> None:
    assert ("Other", [("UTC", "UTC")]) in zone_choices("UTC")


def test_the_list_of_zones_is_grouped_by_region() -> None:
    regions = dict(zone_choices("Europe/London"))
    assert ("Europe/Lisbon", "Lisbon") in regions["Europe"]
    assert ("America/Argentina/Buenos_Aires", "Argentina/Buenos Aires") in regions["America"]


def test_chosen_days_move_the_next_one(patient: Client, recovery: Recovery) -> None:
    save(patient, reminder_days=["0", "4"])
    recovery.refresh_from_db()
    assert recovery.next_reminder_at is not None
    assert recovery.next_reminder_at.weekday() == 4
    assert Patient.objects.get().reminder_days == [0, 4]


def test_no_day_at_all_is_refused_with_words(patient: Client) -> None:
    response = save(patient, reminder_days=[])
    assert response.status_code == 422
    assert "Choose at least one day" in response.content.decode()


def test_it_lists_the_remembered_devices_and_offers_a_passkey(patient: Client, recovery: Recovery) -> None:
    word = devices.remember(user=recovery.patient.user, now=cast.NOW)
    patient.cookies["device"] = word
    text = patient.get("/reminders/").content.decode()
    assert "This device" in text
    assert "/accounts/2fa/webauthn/" in text
    assert word not in text
