"""A look at an unflagged recovery."""

from typing import Any

import pytest
from django.urls import reverse

from tests import cast
from tests.services import past
from tests.views import desk
from tests.views.owner import office
from tracker.models import Member, QualityCheck, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinician(db: None) -> Member:
    return cast.make_member(cast.make_clinic(), Role.CLINICIAN)


@pytest.fixture
def check(clinician: Member) -> QualityCheck:
    [recovery] = past.quiet_ones(clinician.clinic, 1)
    return QualityCheck.objects.create(
        clinic=clinician.clinic, recovery=recovery, week=cast.STARTED, drawn_at=cast.NOW
    )


def send(member: Member, check: QualityCheck, **said: str) -> Any:
    fresh = desk.fresh(check.recovery.patient)
    return office.post(member, "quality_check", check.pk, **fresh, **said)


def test_it_shows_the_course_and_three_answers(clinician: Member, check: QualityCheck) -> None:
    shown = office.page(clinician, "quality_check", check.pk)
    assert reverse("recovery", args=[check.recovery_id]) in shown
    for words in ("Healing as expected", "Should have been flagged", "Cannot tell", "Redness", "Warmth"):
        assert words in shown


def test_one_tap_keeps_the_finding(clinician: Member, check: QualityCheck) -> None:
    answer = send(clinician, check, finding="fine", note="Quick and clean")
    check.refresh_from_db()
    assert (check.finding, check.note, check.answered_by) == ("fine", "Quick and clean", clinician)
    assert answer.redirect_chain[-1][0] == reverse("insight")


def test_a_missed_one_leads_to_the_patient(clinician: Member, check: QualityCheck) -> None:
    answer = send(clinician, check, finding="missed")
    assert answer.redirect_chain[-1][0] == reverse("recovery", args=[check.recovery_id])
    assert "Please ring the patient" in answer.content.decode()


def test_a_second_answer_changes_nothing(clinician: Member, check: QualityCheck) -> None:
    send(clinician, check, finding="missed")
    answer = send(clinician, check, finding="fine")
    assert "Somebody has answered this one" in answer.content.decode()
    check.refresh_from_db()
    assert check.finding == "missed"


def test_it_keeps_nothing_without_a_finding(clinician: Member, check: QualityCheck) -> None:
    assert send(clinician, check, note="hm").status_code == 422
    check.refresh_from_db()
    assert (check.finding, check.note) == ("", "")


def test_who_only_reads_is_offered_no_answer(clinician: Member, check: QualityCheck) -> None:
    reader = cast.make_member(clinician.clinic, Role.READ_ONLY, "Nell Ray")
    shown = office.page(reader, "quality_check", check.pk)
    assert "A clinician of the clinic answers this." in shown
    assert "<button" not in shown.split("<main")[1]
    refused = desk.at(reader).post(reverse("quality_check", args=[check.pk]), {"finding": "fine"})
    assert refused.status_code == 403
