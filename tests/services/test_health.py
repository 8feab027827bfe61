"""Signs of life, and the truth about what is late."""

from datetime import timedelta
from typing import Any

import pytest

from tests import cast
from tests.cast import NOW, PUS
from tests.services.racing import at_once
from tracker.models import CheckIn, Heartbeat, Message
from tracker.services import checkins, health

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def all_beat() -> None:
    for component in (health.BEAT, health.WORKER, health.MAIL):
        health.beat(component=component, now=NOW)


def test_it_is_well_when_everything_beats_and_nothing_waits() -> None:
    all_beat()
    state = health.state(now=NOW + health.STALE)
    assert (state.beat_age, state.worker_age, state.mail_error) == (120, 120, "")
    assert (state.oldest_unassessed, state.oldest_alert, state.unanswered_urgent) == (None, None, 0)
    assert state.all_ok


@pytest.mark.parametrize(("component", "name"), [(health.BEAT, "beat_ok"), (health.WORKER, "worker_ok")])
def test_it_tells_the_parts_apart_when_one_stops(component: str, name: str) -> None:
    all_beat()
    later = NOW + health.STALE + SECOND
    for other in {health.BEAT, health.WORKER, health.MAIL} - {component}:
        health.beat(component=other, now=later)
    state = health.state(now=later)
    assert not getattr(state, name)
    assert [state.beat_ok, state.worker_ok, state.mail_ok].count(False) == 1
    assert not state.all_ok


def test_it_is_not_well_before_the_first_sign_of_life() -> None:
    state = health.state(now=NOW)
    assert (state.beat_ok, state.worker_ok, state.all_ok) == (False, False, False)


def test_it_names_what_mail_stumbled_over_until_mail_works_again() -> None:
    all_beat()
    health.fail(component=health.MAIL, error="TimeoutError", now=NOW + SECOND)
    state = health.state(now=NOW + SECOND)
    assert (state.mail_error, state.mail_ok) == ("TimeoutError", False)
    assert Heartbeat.objects.get(component=health.MAIL).at == NOW
    health.beat(component=health.MAIL, now=NOW + 2 * SECOND)
    assert health.state(now=NOW + 2 * SECOND).mail_ok


def test_it_shows_the_oldest_check_in_nobody_judged_whatever_its_lease() -> None:
    all_beat()
    recovery = cast.make_recovery()
    oldest = cast.check_in(recovery, 6, now=NOW - timedelta(seconds=90))
    cast.check_in(recovery, 6, now=NOW - timedelta(seconds=30))
    CheckIn.objects.filter(pk=oldest.pk).update(assess_after=NOW + checkins.LEASE)
    state = health.state(now=NOW)
    assert (state.oldest_unassessed, state.all_ok) == (90, False)


def test_it_shows_an_alert_that_waits_and_an_urgent_flag_nobody_answered() -> None:
    all_beat()
    cast.check_in(cast.make_recovery(), 6, PUS, now=NOW - timedelta(seconds=121))
    state = health.state(now=NOW)
    assert (state.oldest_alert, state.unanswered_urgent, state.mail_ok) == (121, 1, False)
    Message.objects.update(state=Message.State.SENT)
    assert health.state(now=NOW).mail_ok


def test_it_shows_a_climb_that_stands_still() -> None:
    all_beat()
    flag = cast.make_flag(cast.make_recovery(), next_step_at=NOW - timedelta(seconds=200))
    Message.objects.update(state=Message.State.SENT)
    CheckIn.objects.update(assessed_at=NOW)
    state = health.state(now=NOW)
    assert (state.oldest_step, state.all_ok) == (200, False)
    flag.next_step_at = None
    flag.save(update_fields=["next_step_at"])
    assert health.state(now=NOW).all_ok


@pytest.mark.django_db(transaction=True)
def test_it_keeps_one_heartbeat_when_workers_beat_at_once() -> None:
    found = at_once(*(lambda: health.beat(component=health.WORKER, now=NOW) for _ in range(4)))
    assert found == [None] * 4
    assert Heartbeat.objects.count() == 1


def test_it_reads_the_state_in_one_query(django_assert_num_queries: Any) -> None:
    all_beat()
    cast.make_clinic()
    with django_assert_num_queries(1):
        assert health.state(now=NOW).all_ok


def test_it_knows_the_signs_of_life_before_the_first_clinic() -> None:
    all_beat()
    health.fail(component=health.MAIL, error="TimeoutError", now=NOW)
    state = health.state(now=NOW)
    assert (state.beat_age, state.worker_age, state.mail_error) == (0, 0, "TimeoutError")
    assert (state.oldest_unassessed, state.unanswered_urgent) == (None, 0)
