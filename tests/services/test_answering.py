"""How long answering takes, and what patients say at the end, counted."""

from datetime import date

import pytest

from tests import cast
from tests.cast import NOW
from tests.services import past
from tracker.models import CheckIn, Clinic, Farewell, Recovery
from tracker.services import answering
from tracker.services.answering import Pace

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> Clinic:
    return cast.make_clinic()


def took(recovery: Recovery, day: int, seconds: int | None, **fields: object) -> None:
    check_in = cast.check_in(recovery, day)
    CheckIn.objects.filter(pk=check_in.pk).update(seconds_taken=seconds, **fields)


def test_the_two_forms_are_told_apart_and_what_is_not_known_is_left_out(clinic: Clinic) -> None:
    recovery = cast.make_recovery(clinic)
    for day, seconds in enumerate((50, 70, 1000, None)):
        took(recovery, day, seconds)
    took(recovery, 4, 12, is_quick=True)
    took(recovery, 5, 15, is_quick=True)
    took(recovery, 5, 900, amends=recovery.check_ins.get(day=5))
    took(recovery, 6, 3, kind="micro")
    expected = answering.Paces(whole=Pace(70, 3), short=Pace(13.5, 2))
    assert answering.paces_of(recovery.check_ins.all()) == expected
    assert answering.paces_on(edition=recovery.edition) == expected
    assert answering.paces_on(edition=recovery.edition, month=date(2020, 1, 1)).whole == Pace(None, 0)


def test_what_was_said_at_the_end_is_summed(clinic: Clinic) -> None:
    first, second, third, _silent = past.quiet_ones(clinic, 4)
    said = {"said_at": NOW, "felt_looked_after": 5}
    Farewell.objects.create(recovery=first, medicines="none", easy_to_use=2, note="Fewer mails", **said)
    Farewell.objects.create(recovery=second, medicines="none", **said)
    Farewell.objects.create(recovery=third, medicines="antibiotic", said_at=NOW)
    found = answering.last_words(edition=first.edition)
    assert (found.said, found.notes) == (3, 1)
    assert found.medicines == {"none": 2, "antibiotic": 1}
    assert found.feedback == {"felt_looked_after": {5: 2}, "easy_to_use": {2: 1}, "knew_when_to_ring": {}}
    assert answering.last_words(edition=first.edition, month=date(2020, 1, 1)).said == 0


def test_drills_and_proofs_do_not_count(clinic: Clinic) -> None:
    recovery = cast.make_recovery(patient=cast.make_patient(clinic, is_synthetic=True))
    took(recovery, 1, 30)
    Farewell.objects.create(recovery=recovery, medicines="none", said_at=NOW)
    assert answering.paces_on(edition=recovery.edition).whole.count == 0
    assert answering.last_words(edition=recovery.edition).said == 0
