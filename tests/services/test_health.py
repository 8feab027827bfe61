"""Signs of life, and the truth about what is late."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests import cast
from tests.cast import NOW, PUS
from tests.services.racing import at_once
from tracker.models import CheckIn, Flag, Heartbeat, Message
from tracker.services import assessing, health

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def all_beat() -> None:
    for component in (health.BEAT, health.WORKER, health.MAIL, health.WATCH):
        health.beat(component=component, now=NOW)


def test_it_is_well_when_everything_beats_and_nothing_waits() -> None:
    all_beat()
    state = health.state(now=NOW + health.STALE)
    assert (state.beat_age, state.worker_age, state.mail_error) == (120, 120, "")
    assert (state.oldest_unassessed, state.oldest_alert) == (None, None)
    assert state.all_ok


@pytest.mark.parametrize(("component", "name"), [(health.BEAT, "beat_ok"), (health.WORKER, "worker_ok")])
def test_it_tells_the_parts_apart_when_one_stops(component: str, name: str) -> None:
    all_beat()
    later = NOW + health.STALE + SECOND
    for other in {health.BEAT, health.WORKER, health.MAIL, health.WATCH} - {component}:
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
    CheckIn.objects.filter(pk=oldest.pk).update(assess_after=NOW + assessing.LEASE)
    state = health.state(now=NOW)
    assert (state.oldest_unassessed, state.all_ok) == (90, False)


def test_it_shows_an_alert_that_waits() -> None:
    all_beat()
    cast.check_in(cast.make_recovery(), 6, PUS, now=NOW - timedelta(seconds=121))
    state = health.state(now=NOW)
    assert (state.oldest_alert, state.mail_ok) == (121, False)
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
    assert state.oldest_unassessed is None


# --- what stops is noticed ---------------------------------------------------------------------------

BANNER, OUTSIDE = timedelta(seconds=180), timedelta(seconds=300)
PATIENCE = timedelta(seconds=150)
"""The outside alarm rings after so long without a word: a minute's period and one and a half of grace."""


def stopped(*parts: str) -> Callable[[int], None]:
    """These leave no sign of life any more."""

    def act(_second: int) -> None:
        Heartbeat.objects.filter(component__in=parts).update(at=NOW)

    return act


def failing(part: str) -> Callable[[int], None]:
    return lambda second: health.fail(component=part, error="gone", now=NOW + second * SECOND)


def given_up(second: int) -> None:
    """The alert is refused for good, and no later one gets through."""
    if second == 0:
        cast.check_in(cast.make_recovery(), 6, PUS, now=NOW)
        CheckIn.objects.update(assessed_at=NOW)
        Flag.objects.update(next_step_at=NOW + timedelta(hours=1))
    Message.objects.update(state=Message.State.DEAD)


EVERYTHING = (health.BEAT, health.WORKER, health.MAIL, health.WEB, health.WATCH)
STOPS: dict[str, Callable[[int], None]] = {
    "web": failing(health.WEB),
    "worker": stopped(*EVERYTHING),
    "delivery": stopped(health.WORKER),
    "beat": stopped(health.BEAT),
    "mail server": failing(health.MAIL),
    "broker": stopped(health.BEAT),
    "disk": failing(health.DISK),
    "slow question of the watch": stopped(health.WATCH),
    "dead alert": given_up,
    "database": stopped(*EVERYTHING),
}


def noticed_after(stop: Callable[[int], None]) -> tuple[int, int]:
    """Seconds until the banner is red, and until the outside alarm rings; -1 for never in 400 s.

    The parts leave their signs each half minute, unless `stop` takes them away.
    """
    banner, last_word = -1, 0
    for second in range(0, 400, 10):
        now = NOW + second * SECOND
        if second % 30 == 0:
            for part in EVERYTHING:
                health.beat(component=part, now=now)
        health.beat(component=health.PROOF, now=NOW - timedelta(minutes=3))
        stop(second)
        state = health.state(now=now)
        if not state.all_ok and banner < 0:
            banner = second
        if second % 30 == 0 and (state.ages[health.WATCH] or 0) < 30 and state.may_reassure:
            last_word = second
    rings = last_word + int(PATIENCE.total_seconds())
    return banner, rings if rings < 400 else -1


@pytest.mark.parametrize("name", STOPS)
def test_it_notices_whatever_stops(name: str) -> None:
    cast.make_clinic("Bystander")
    banner, rings = noticed_after(STOPS[name])
    # without pages there is no banner: their silence is for the outside alarm alone
    assert 0 <= banner <= BANNER.total_seconds() or name == "web"
    assert 0 < rings <= OUTSIDE.total_seconds()


def test_it_raises_no_alarm_while_nothing_stops() -> None:
    assert noticed_after(lambda _second: None) == (-1, -1)


def test_it_says_nothing_outside_before_the_first_proof() -> None:
    for part in EVERYTHING:
        health.beat(component=part, now=NOW)
    assert health.state(now=NOW).all_ok
    assert not health.state(now=NOW).may_reassure
    health.beat(component=health.PROOF, now=NOW)
    assert health.state(now=NOW).may_reassure
    assert not health.state(now=NOW + timedelta(minutes=14)).proof_ok


def test_an_alert_that_was_given_up_counts_until_somebody_was_reached() -> None:
    all_beat()
    given_up(0)
    first = Message.objects.get()
    later = NOW + timedelta(seconds=130)
    assert health.state(now=later).oldest_alert == 130
    Message.objects.create(
        clinic=first.clinic,
        kind="escalation",
        dedupe_key="next",
        to_email="a@b.example",
        flag=first.flag,
        is_urgent=True,
        state="sent",
        created_at=NOW,
        due_at=NOW,
    )
    assert health.state(now=later).oldest_alert is None
