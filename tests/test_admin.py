"""The framework's admin: for setting a clinic up, and nothing else."""

import pytest
from django.contrib import admin
from django.test import Client

from tests import cast
from tracker import models
from tracker.models import Clinic, ProtocolEdition, User

pytestmark = pytest.mark.django_db
SET_UP = {models.Clinic, models.Member, models.User, models.Protocol, models.ProtocolEdition}


@pytest.fixture
def root(client: Client) -> Client:
    """A browser of the person who runs the installation."""
    client.force_login(User.objects.create_superuser("root@aftercare.example", cast.PASSWORD))
    return client


def test_nothing_clinical_can_be_reached() -> None:
    ours = {model for model in admin.site._registry if model._meta.app_label == "tracker"}
    assert ours == SET_UP
    inlines = {inline.model for model in ours for inline in admin.site._registry[model].inlines}
    assert inlines <= {models.OpeningHours, models.Closure}


@pytest.mark.parametrize("name", ["clinic", "member", "user", "protocol", "protocoledition"])
def test_lists_and_pages_open(root: Client, name: str) -> None:
    edition = cast.make_edition(cast.make_clinic())
    member = cast.make_member(edition.protocol.clinic)
    rows = {
        "clinic": edition.protocol.clinic,
        "member": member,
        "user": member.user,
        "protocol": edition.protocol,
        "protocoledition": edition,
    }
    assert root.get(f"/admin/tracker/{name}/").status_code == 200
    assert root.get(f"/admin/tracker/{name}/{rows[name].pk}/change/").status_code == 200
    assert root.get(f"/admin/tracker/{name}/{rows[name].pk}/delete/").status_code == 403


def test_a_new_clinic_gets_its_hours_and_its_date(root: Client) -> None:
    said = {
        "name": "Larkspur",
        "phone": "020 7946 0001",
        "emergency_number": "999",
        "inbox_email": "inbox@larkspur.example",
        "timezone": "Europe/London",
        "opening_hours-TOTAL_FORMS": "1",
        "opening_hours-INITIAL_FORMS": "0",
        "opening_hours-0-weekday": "0",
        "opening_hours-0-opens": "09:00",
        "opening_hours-0-closes": "18:00",
        "closures-TOTAL_FORMS": "0",
        "closures-INITIAL_FORMS": "0",
    }
    form = root.get("/admin/tracker/clinic/add/").context["adminform"].form
    defaults = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    response = root.post("/admin/tracker/clinic/add/", defaults | said)
    assert response.status_code == 302, response.content
    clinic = Clinic.objects.get()
    assert clinic.created_at is not None
    assert clinic.opening_hours.count() == 1


def test_a_draft_may_be_changed_and_a_published_edition_not(root: Client) -> None:
    clinic = cast.make_clinic()
    published = cast.make_edition(clinic)
    draft = cast.make_edition(clinic, status=ProtocolEdition.Status.DRAFT, published_at=None)
    for edition, changeable in ((published, False), (draft, True)):
        page = root.get(f"/admin/tracker/protocoledition/{edition.pk}/change/").content.decode()
        assert ('name="_save"' in page) is changeable
    root.post(f"/admin/tracker/protocoledition/{published.pk}/change/", {"rules": "rules-0"})
    published.refresh_from_db()
    assert published.rules == "rules-1"


def test_members_of_a_clinic_do_not_get_in(client: Client) -> None:
    client.force_login(cast.make_member(cast.make_clinic(), "owner").user)
    assert client.get("/admin/tracker/clinic/").status_code in (302, 403)
