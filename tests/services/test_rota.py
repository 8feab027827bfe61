"""Who is on duty, what nobody covers, and whom the deputy's step tells."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests import cast
from tests.cast import NOW
from tracker.models import AuditEntry, Clinic, Closure, Member, Message, OpeningHours, Role, Shift
from tracker.services import flags, rota

pytestmark = pytest.mark.django_db

MONDAY, SATURDAY = date(2026, 3, 16), date(2026, 3, 14)
SATURDAY_NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


@pytest.fixture
def clinic() -> Clinic:
    """A clinic open Monday to Friday, 9 to 18."""
    return cast.make_clinic()


def shift(member: Member, weekday: int, starts: int, ends: int) -> Shift:
    """Hours of one weekday."""
    return rota.add_shift(
        member=member, by=member, weekday=weekday, starts=time(starts), ends=time(ends), now=NOW
    )


def test_it_knows_who_is_on_duty_by_the_clinics_own_clock(clinic: Clinic) -> None:
    Clinic.objects.update(timezone="Asia/Tokyo")
    clinic.refresh_from_db()
    member = cast.make_member(clinic)
    shift(member, 0, 9, 18)
    shift(member, 0, 10, 12)
    for hour, on in ((-1, ()), (0, (member,)), (1, (member,)), (8, (member,)), (9, ())):
        now = datetime(2026, 3, 16, tzinfo=UTC) + timedelta(hours=hour)
        assert rota.on_duty(clinic=clinic, now=now) == on


def test_it_finds_the_opening_time_that_nobody_covers(clinic: Clinic) -> None:
    member, gone = cast.make_member(clinic), cast.make_member(clinic, name="Gone Long", is_active=False)
    shift(member, 0, 8, 11)
    shift(member, 0, 10, 12)
    shift(member, 0, 14, 20)
    shift(gone, 1, 9, 18)
    shift(member, 2, 9, 18)
    Closure.objects.create(clinic=clinic, day=MONDAY + timedelta(days=3))
    at = [(s.strftime("%a %H"), e.strftime("%H")) for s, e in rota.gaps(clinic=clinic, first=MONDAY)]
    assert at == [("Mon 12", "14"), ("Tue 09", "18"), ("Fri 09", "18")]


def test_it_counts_hours_across_a_clock_change(clinic: Clinic) -> None:
    OpeningHours.objects.create(clinic=clinic, weekday=6, opens=time(0), closes=time(4))
    shift(cast.make_member(clinic), 6, 0, 2)
    (gap,) = rota.gaps(clinic=clinic, first=date(2026, 3, 29), length=1)
    assert gap[1] - gap[0] == timedelta(hours=2)  # 2 to 4, after an hour that was skipped
    assert gap[0] == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_it_is_covered_while_open_or_while_somebody_is_on_duty(clinic: Clinic) -> None:
    member = cast.make_member(clinic)
    assert rota.cover(clinic=clinic, now=NOW).covered
    closed = rota.cover(clinic=clinic, now=SATURDAY_NOON)
    assert (closed.covered, closed.opens_at) == (False, datetime(2026, 3, 16, 9, tzinfo=UTC))
    shift(member, 5, 10, 14)
    assert rota.cover(clinic=clinic, now=SATURDAY_NOON).on_duty == (member,)
    assert rota.cover(clinic=clinic, now=SATURDAY_NOON).covered


def test_it_claims_nothing_about_a_clinic_that_told_nothing(clinic: Clinic) -> None:
    OpeningHours.objects.all().delete()
    assert rota.cover(clinic=clinic, now=SATURDAY_NOON).covered
    shift(cast.make_member(clinic), 0, 9, 18)
    assert not rota.cover(clinic=clinic, now=SATURDAY_NOON).covered


def test_it_is_changed_once_and_leaves_a_trace(clinic: Clinic) -> None:
    owner, member = cast.make_member(clinic, Role.OWNER, "Olga Reyes"), cast.make_member(clinic)
    for _ in range(2):
        made = rota.add_shift(member=member, by=owner, weekday=0, starts=time(9), ends=time(18), now=NOW)
    rota.set_deputy(member=member, deputy=owner, by=owner, now=NOW)
    rota.remove_shift(shift=made, by=owner, now=NOW)
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "add_shift",
        "set_deputy",
        "remove_shift",
    ]
    assert not Shift.objects.exists()
    assert Member.objects.get(pk=member.pk).deputy == owner


def test_it_refuses_shifts_and_deputies_that_make_no_sense(clinic: Clinic) -> None:
    member, stranger = (
        cast.make_member(clinic),
        cast.make_member(cast.make_clinic("Linden"), name="Other One"),
    )
    with pytest.raises(ValueError, match="12"):
        shift(member, 0, 12, 12)
    for deputy in (member, stranger):
        with pytest.raises(ValueError, match=str(member.pk)):
            rota.set_deputy(member=member, deputy=deputy, by=member, now=NOW)


@pytest.mark.parametrize("who", ["deputy", "on_duty", "both", "deputy_left", "nobody"])
def test_the_second_step_tells_the_deputy_and_whoever_is_on_duty(clinic: Clinic, who: str) -> None:
    flag = cast.make_flag(cast.make_recovery(clinic), day=6)
    operator, third = flag.recovery.treatment.operator, cast.make_member(clinic, name="Thea Lund")
    deputy = cast.make_member(clinic, name="Olga Reyes", is_active=who != "deputy_left")
    if who in ("deputy", "both", "deputy_left"):
        rota.set_deputy(member=operator, deputy=deputy, by=operator, now=NOW)
    if who in ("on_duty", "both"):
        shift(third, 3, 9, 18)
        shift(operator, 3, 9, 18)
    flags.escalate_due(now=NOW + timedelta(minutes=30))
    told = set(Message.objects.filter(kind=Message.Kind.ESCALATION).values_list("to_email", flat=True))
    short = {email.partition(".")[0] for email in told}
    expected = {
        "deputy": {"olga"},
        "on_duty": {"thea"},
        "both": {"olga", "thea"},
        "deputy_left": {"dr", "thea"},
        "nobody": {"dr", "olga", "thea"},
    }
    assert short == expected[who]
