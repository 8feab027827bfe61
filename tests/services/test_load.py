"""How much a clinic is alerted, week by week."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests import cast
from tests.cast import NOW
from tests.services.flags.acts import raised
from tracker.healing.verdicts import Level
from tracker.models import Clinic, Flag, Message
from tracker.services import load

pytestmark = pytest.mark.django_db


def test_it_counts_flags_mails_and_entries_by_the_clinics_weeks() -> None:
    recovery = cast.make_recovery()
    flag = cast.make_flag(recovery, day=1)  # Saturday 7 March
    cast.check_in(recovery, 6)  # Thursday 12 March
    Message.objects.filter(flag=flag).update(state=Message.State.SENT, sent_at=cast.at_noon(recovery, 1))
    cast.make_flag(cast.make_recovery(cast.make_clinic("Linden")))
    weeks = load.alert_load(clinic=recovery.clinic, weeks=3, now=NOW)
    assert [w.monday for w in weeks] == [date(2026, 2, 23), date(2026, 3, 2), date(2026, 3, 9)]
    assert [(w.urgent, w.review, w.watch, w.mails, w.check_ins) for w in weeks] == [
        (0, 0, 0, 0, 0),
        (1, 0, 0, 1, 1),
        (0, 0, 0, 0, 1),
    ]
    assert [w.urgent_share for w in weeks] == [None, 1.0, 0.0]


def test_it_counts_a_flag_again_when_it_is_raised() -> None:
    recovery = cast.make_recovery()
    raised(recovery, cast.check_in(recovery, 5), Level.WATCH)
    raised(recovery, cast.check_in(recovery, 6), Level.URGENT)
    assert Flag.objects.count() == 1
    (week,) = load.alert_load(clinic=recovery.clinic, weeks=1, now=NOW)
    assert (week.urgent, week.review, week.watch) == (1, 0, 1)


def test_it_asks_the_same_few_questions_for_a_year(django_assert_num_queries: Any) -> None:
    cast.make_flag(cast.make_recovery())
    clinic = Clinic.objects.get()
    for weeks in (1, 52):
        with django_assert_num_queries(3):
            load.alert_load(clinic=clinic, weeks=weeks, now=NOW + timedelta(days=1))
