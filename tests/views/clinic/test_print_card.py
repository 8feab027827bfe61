"""The patient's card, printed at the desk."""

import pytest
from django.test import Client

from tests import cast
from tracker.models import Role

pytestmark = pytest.mark.django_db


def test_a_clinician_prints_the_patients_own_card(client: Client) -> None:
    recovery = cast.make_recovery()
    client.force_login(cast.make_member(recovery.clinic, Role.CLINICIAN, "Dr Wu").user)
    response = client.get(f"/clinic/recoveries/{recovery.pk}/card/")
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")


def test_where_the_letters_are_missing_it_is_a_page_to_print(client: Client) -> None:
    recovery = cast.make_recovery()
    recovery.clinic.phone = "٠٢٠"
    recovery.clinic.save(update_fields=["phone"])
    client.force_login(cast.make_member(recovery.clinic, Role.CLINICIAN, "Dr Wu").user)
    text = client.get(f"/clinic/recoveries/{recovery.pk}/card/").content.decode()
    assert 'class="take-home"' in text
    assert "٠٢٠" in text


def test_the_patients_page_leads_to_it(client: Client) -> None:
    recovery = cast.make_recovery()
    client.force_login(cast.make_member(recovery.clinic, Role.CLINICIAN, "Dr Wu").user)
    page = client.get(f"/clinic/patients/{recovery.patient.pk}/").content.decode()
    assert f'href="/clinic/recoveries/{recovery.pk}/card/"' in page
