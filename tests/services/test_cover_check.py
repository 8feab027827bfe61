"""The look ahead each evening: told once, to the owners, by the clinic's own clock."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests import cast
from tests.cast import NOW
from tests.services.racing import at_once
from tracker import emails
from tracker.models import Clinic, Closure, Member, Message, OpeningHours, Role
from tracker.models.duty import coming_gaps
from tracker.services import cover_check, delivery, rota

pytestmark = pytest.mark.django_db

SIX = datetime(2026, 3, 12, 18, tzinfo=UTC)
"""Thursday evening in London."""

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def owner() -> Member:
    """The owner of a clinic that is open Monday to Friday, 9 to 18, and keeps no rota yet."""
    return cast.make_member(cast.make_clinic(), Role.OWNER, "Olga Reyes")


def covers(owner: Member, weekday: int, starts: int, ends: int) -> None:
    """Put the owner on duty."""
    rota.add_shift(member=owner, by=owner, weekday=weekday, starts=time(starts), ends=time(ends), now=NOW)


def told() -> list[str]:
    """To whom it was said, in order."""
    said = Message.objects.filter(kind=Message.Kind.UNCOVERED)
    return list(said.order_by("pk").values_list("to_email", flat=True))


def test_the_owners_hear_of_a_gap_once_an_evening(owner: Member) -> None:
    cast.make_member(owner.clinic, Role.OWNER, "Gone Long", is_active=False)
    cast.make_member(owner.clinic, name="Dr Cole")
    covers(owner, 4, 9, 12)
    assert cover_check.send_due(now=SIX - MINUTE) == 0
    assert [cover_check.send_due(now=SIX + minutes * MINUTE) for minutes in (0, 5, 65)] == [1, 0, 0]
    assert told() == ["olga.reyes@rosewater.example"]
    text = str(emails.build(Message.objects.get()).body)
    assert "Fri 13 Mar, 12:00–18:00" in text
    assert text.count("–") == 1
    assert "/clinic/rota/" in text
    assert cover_check.told_at(clinic=owner.clinic, now=SIX + HOUR) == SIX
    assert cover_check.told_at(clinic=owner.clinic, now=SIX + 24 * HOUR) is None


@pytest.mark.django_db(transaction=True)
def test_two_that_look_at_once_tell_once(owner: Member) -> None:
    at_once(*(lambda: cover_check.send_due(now=SIX) for _ in range(4)))
    assert told() == ["olga.reyes@rosewater.example"]


def test_nobody_is_told_while_all_is_covered_or_closed(owner: Member) -> None:
    covers(owner, 4, 8, 19)
    assert cover_check.send_due(now=SIX) == 0
    assert cover_check.send_due(now=SIX + 24 * HOUR) == 0  # a Friday evening: closed until Monday
    Closure.objects.create(clinic=owner.clinic, day=date(2026, 3, 16))
    assert cover_check.send_due(now=SIX + 72 * HOUR) == 0
    assert cover_check.send_due(now=SIX + 96 * HOUR) == 1


def test_a_gap_that_opens_later_the_same_evening_is_told_too(owner: Member) -> None:
    covers(owner, 4, 12, 18)
    cover_check.send_due(now=SIX)
    rota.remove_shift(shift=owner.shifts.get(), by=owner, now=SIX)
    assert cover_check.send_due(now=SIX + HOUR) == 1


def test_it_is_evening_where_the_clinic_is(owner: Member) -> None:
    Clinic.objects.update(timezone="America/New_York")
    assert cover_check.send_due(now=SIX) == 0
    assert cover_check.send_due(now=SIX + 4 * HOUR) == 1


def test_it_disturbs_nobody_at_night(owner: Member) -> None:
    assert cover_check.send_due(now=SIX + 4 * HOUR) == 0
    assert cover_check.send_due(now=SIX + 4 * HOUR - MINUTE) == 1


def test_a_clinic_without_an_owner_has_its_inbox_told(owner: Member) -> None:
    Member.objects.update(is_active=False)
    cover_check.send_due(now=SIX)
    assert told() == ["inbox@rosewater.example"]
    assert "Fri 13 Mar" in str(emails.build(Message.objects.get()).body)


@pytest.mark.parametrize(("hours_later", "covered"), [(1, True), (24, False)])
def test_the_mail_is_dropped_when_it_is_covered_or_over(
    owner: Member, hours_later: int, covered: bool
) -> None:
    cover_check.send_due(now=SIX)
    if covered:
        covers(owner, 4, 9, 18)
    delivery.deliver_due(clock=lambda: SIX + hours_later * HOUR)
    message = Message.objects.get()
    assert (message.state, message.reason) == (Message.State.DROPPED, "no gap ahead")


def test_no_hour_falls_between_two_evenings_when_the_clocks_change(owner: Member) -> None:
    OpeningHours.objects.all().delete()
    for weekday in range(7):
        OpeningHours.objects.create(clinic=owner.clinic, weekday=weekday, opens=time(0), closes=time(23))
    for day in (date(2026, 3, 28), date(2026, 10, 24)):
        at = datetime.combine(day, time(20), UTC)
        ends, starts = coming_gaps(owner.clinic, at)[-1][1], coming_gaps(owner.clinic, at + 24 * HOUR)[0][0]
        assert ends == starts
