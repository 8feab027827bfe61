"""Read, and nothing to answer."""

import pytest
from django.urls import reverse

from tests import cast
from tests.views import desk
from tracker.models import Member, Note, Recovery, Role
from tracker.services import threads

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, Member]:
    return desk.team(cast.make_clinic())


@pytest.fixture
def recovery(people: dict[str, Member]) -> Recovery:
    return cast.make_recovery(people[Role.OWNER].clinic)


def wrote(recovery: Recovery, text: str = "Is this normal?") -> Note:
    user = recovery.patient.user
    return threads.write_note(recovery=recovery, author=user, from_patient=True, text=text, now=cast.NOW)


def test_it_reads_what_the_page_showed_and_no_more(recovery: Recovery, people: dict[str, Member]) -> None:
    shown, later = wrote(recovery), wrote(recovery, "One more thing")
    client = desk.at(people[Role.CLINICIAN])
    said = desk.fresh(recovery.patient) | {"up_to": shown.pk}
    client.post(reverse("read_notes", args=[recovery.pk]), said)
    assert Note.objects.get(pk=shown.pk).read_by == people[Role.CLINICIAN].user
    assert Note.objects.get(pk=later.pk).read_at is None


@pytest.mark.parametrize("up_to", ["", "all", "-1"])
def test_a_broken_form_reads_nothing(recovery: Recovery, people: dict[str, Member], up_to: str) -> None:
    wrote(recovery)
    said = desk.fresh(recovery.patient) | {"up_to": up_to}
    desk.at(people[Role.OWNER]).post(reverse("read_notes", args=[recovery.pk]), said)
    assert Note.objects.get().read_at is None


def test_opening_the_page_reads_nothing(recovery: Recovery, people: dict[str, Member]) -> None:
    wrote(recovery)
    desk.at(people[Role.CLINICIAN]).get(reverse("recovery", args=[recovery.pk]))
    assert Note.objects.get().read_at is None
