"""Looked at and found calm."""

import uuid
from datetime import timedelta

import pytest

from tests import cast
from tests.cast import NOW
from tests.views import desk
from tracker.models import AuditEntry, CheckIn, Member, Recovery, Role
from tracker.services import assessing, checkins, reviewing

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def people() -> dict[str, Member]:
    """The team of a clinic."""
    return desk.team(cast.make_clinic())


def calm(people: dict[str, Member], name: str = "Tom Vale", day: int = 5) -> Recovery:
    """A recovery whose newest entry was judged and found calm."""
    clinic = people[Role.OWNER].clinic
    recovery = cast.make_recovery(clinic, patient=cast.make_patient(clinic, name))
    cast.check_in(recovery, day, now=cast.at_noon(recovery, day))
    assessing.assess_pending(now=NOW)
    return recovery


def newest(recovery: Recovery) -> int | None:
    return recovery.check_ins.order_by("-pk").values_list("pk", flat=True).first()


def review(member: Member, *rows: Recovery) -> list[int]:
    return reviewing.mark_reviewed(member=member, seen={r.pk: newest(r) for r in rows}, now=NOW)


def test_it_keeps_who_read_it_and_when(people: dict[str, Member]) -> None:
    recovery, clinician = calm(people), people[Role.CLINICIAN]
    assert review(clinician, recovery) == [recovery.pk]
    recovery.refresh_from_db()
    assert (recovery.reviewed_by, recovery.reviewed_at) == (clinician, NOW)
    assert AuditEntry.objects.filter(verb="review_recovery").count() == 1


def test_no_open_flag_and_no_unjudged_or_unseen_entry_is_ever_reviewed(people: dict[str, Member]) -> None:
    flagged = desk.flagged(people[Role.OWNER].clinic).recovery
    assessing.assess_pending(now=NOW)
    watched = desk.flagged(people[Role.OWNER].clinic, "Mild").recovery
    watched.flags.update(rank=1)
    unseen, unjudged = calm(people, "Unseen"), calm(people, "Unjudged")
    before = newest(unseen)
    for recovery in (unseen, unjudged):
        cast.check_in(recovery, 6, now=NOW)
    CheckIn.objects.filter(recovery=unseen).update(assessed_at=NOW)
    seen = {r.pk: newest(r) for r in (flagged, watched, unjudged)} | {unseen.pk: before}
    assert reviewing.mark_reviewed(member=people[Role.CLINICIAN], seen=seen, now=NOW) == []
    assert not Recovery.objects.filter(reviewed_at__isnull=False).exists()


def test_nobody_reviews_at_another_clinic(people: dict[str, Member]) -> None:
    assert review(cast.make_member(cast.make_clinic("Larkspur")), calm(people)) == []


def test_a_new_entry_makes_it_unread(people: dict[str, Member]) -> None:
    recovery = calm(people)
    review(people[Role.CLINICIAN], recovery)
    entry = checkins.Submission(key=uuid.uuid4(), day=6, answers=cast.CALM)
    checkins.record_checkin(recovery=recovery, submission=entry, user=recovery.patient.user, now=NOW)
    recovery.refresh_from_db()
    assert (recovery.reviewed_at, recovery.reviewed_by) == (None, None)


def test_it_is_taken_back_by_the_same_person_within_ten_minutes(people: dict[str, Member]) -> None:
    first, second = calm(people), calm(people, "Una Vale")
    clinician, owner = people[Role.CLINICIAN], people[Role.OWNER]
    review(clinician, first, second)
    both = [first.pk, second.pk]
    assert reviewing.undo_review(member=owner, recoveries=both, now=NOW) == 0
    assert reviewing.undo_review(member=clinician, recoveries=[first.pk], now=NOW + 10 * MINUTE) == 1
    assert reviewing.undo_review(member=clinician, recoveries=both, now=NOW + 11 * MINUTE) == 0
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.reviewed_at, second.reviewed_at) == (None, NOW)
