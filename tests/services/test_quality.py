"""Two unflagged recoveries a week, the same two for every worker that asks."""

from datetime import date, timedelta

import pytest

from tests import cast
from tests.services import past
from tests.services.racing import at_once
from tracker.models import AuditEntry, Clinic, Flag, Member, QualityCheck, Recovery
from tracker.services import quality

NOW = cast.NOW
MONDAY = date(2026, 3, 9)


@pytest.fixture
def clinic(db: None) -> Clinic:
    clinic = cast.make_clinic()
    cast.make_member(clinic)
    return clinic


def ended(clinic: Clinic, count: int, on: date = MONDAY - timedelta(days=1)) -> list[Recovery]:
    found = past.quiet_ones(clinic, count)
    Recovery.objects.filter(pk__in=[r.pk for r in found]).update(ends_on=on)
    return found


def drawn() -> list[int]:
    return list(QualityCheck.objects.order_by("recovery_id").values_list("recovery_id", flat=True))


def test_it_draws_two_a_week_and_no_more(clinic: Clinic) -> None:
    recoveries = {r.pk for r in ended(clinic, 9)}
    assert quality.draw_due(now=NOW) == 1
    first = drawn()
    assert len(first) == 2
    assert set(first) <= recoveries
    assert quality.draw_due(now=NOW + timedelta(days=3)) == 0
    assert drawn() == first
    assert {check.week for check in QualityCheck.objects.all()} == {MONDAY}


def test_it_draws_others_the_week_after(clinic: Clinic) -> None:
    ended(clinic, 9)
    quality.draw_due(now=NOW)
    quality.draw_due(now=NOW + timedelta(days=7))
    assert len(set(drawn())) == 4


def test_the_draw_is_the_same_for_whoever_asks() -> None:
    ids = list(range(100, 140))
    assert quality.pick(ids, 7, MONDAY) == quality.pick(ids[::-1], 7, MONDAY)
    assert quality.pick(ids, 7, MONDAY) != quality.pick(ids, 8, MONDAY)
    assert quality.pick([5], 7, MONDAY) == [5]
    assert quality.pick([], 7, MONDAY) == []


def test_every_recovery_has_the_same_chance() -> None:
    weeks = [MONDAY + timedelta(days=7 * n) for n in range(2000)]
    picked = [pk for week in weeks for pk in quality.pick(list(range(10)), 1, week)]
    assert all(330 < picked.count(pk) < 470 for pk in range(10))


def test_it_leaves_out_whoever_was_flagged_runs_still_said_nothing_or_ended_long_ago(clinic: Clinic) -> None:
    [flagged] = ended(clinic, 1)
    cast.make_flag(cast.make_recovery(clinic, patient=cast.make_patient(clinic, "Bo")))
    Flag.objects.update(recovery=flagged)
    [running] = ended(clinic, 1)
    Recovery.objects.filter(pk=running.pk).update(state=Recovery.State.OPEN)
    [mute] = ended(clinic, 1)
    mute.check_ins.all().delete()
    ended(clinic, 1, on=MONDAY - timedelta(days=29))
    ended(clinic, 1, on=MONDAY)
    Recovery.objects.exclude(flags=None).update(state=Recovery.State.ENDED)
    quality.draw_due(now=NOW)
    assert drawn() == []


def test_it_draws_at_every_clinic_by_its_own_week(clinic: Clinic) -> None:
    early = cast.make_clinic("Linden", timezone="Pacific/Auckland")
    ended(clinic, 3)
    ended(early, 3)
    sunday_evening = cast.NOW.replace(month=3, day=8, hour=20)
    quality.draw_due(now=sunday_evening)
    assert set(QualityCheck.objects.values_list("clinic__name", "week")) == {("Linden", MONDAY)}


def test_it_keeps_the_first_finding(clinic: Clinic) -> None:
    ended(clinic, 2)
    quality.draw_due(now=NOW)
    check, member = QualityCheck.objects.all()[0], Member.objects.get()
    kept = quality.answer(check=check, member=member, finding="fine", now=NOW)
    assert (kept.finding, kept.answered_by, kept.answered_at) == ("fine", member, NOW)
    with pytest.raises(quality.AlreadyAnswered):
        quality.answer(check=check, member=member, finding="missed", now=NOW)
    check.refresh_from_db()
    assert check.finding == "fine"
    assert AuditEntry.objects.get(verb="answer_quality_check").detail == {"finding": "fine"}


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_draw_two_recoveries() -> None:
    clinic = cast.make_clinic()
    cast.make_member(clinic)
    ended(clinic, 8)
    found = at_once(*[lambda: quality.draw_due(now=NOW)] * 2)
    assert sorted(found) == [0, 1]
    assert QualityCheck.objects.count() == 2
