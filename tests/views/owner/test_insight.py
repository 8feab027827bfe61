"""The report card on its page."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import cast
from tests.services import past
from tests.views import desk
from tests.views.owner import office
from tracker.models import Farewell, Flag, Member, QualityCheck, Recovery

pytestmark = pytest.mark.django_db
OPENED = cast.NOW - timedelta(days=2)


@pytest.fixture
def owner(db: None) -> Member:
    return office.owner(cast.make_clinic())


def closed(recovery: Recovery, **fields: Any) -> Flag:
    said: dict[str, Any] = {
        "cause": "infection",
        "rank": 2,
        "state": "resolved",
        "edition": "rules-1",
        "outcome": "settled",
        "disagreed": "sensitive",
        "opened_at": OPENED,
        "raised_at": OPENED,
        "promised_by": OPENED + timedelta(hours=8),
        "acknowledged_at": OPENED + timedelta(minutes=41),
        "resolved_at": OPENED + timedelta(minutes=53),
    }
    return Flag.objects.create(clinic=recovery.clinic, recovery=recovery, **said | fields)


def test_it_shows_counts_with_their_range_and_claims_nothing_more(owner: Member) -> None:
    first, second, *_ = past.quiet_ones(owner.clinic, 8)
    closed(first)
    closed(second, outcome="treated", disagreed="")
    shown = office.page(owner, "insight")
    assert "Not a clinical validation." in shown
    assert "Possible infection" in shown
    assert "25.0" in shown
    assert "2/2" in shown
    assert "1/2" in shown
    assert "The rule is too sensitive: 1" in shown
    assert "About 24 minutes of reviewing in all, 24 for each confirmed case" in shown
    assert "An estimate" in shown
    assert "41 min" in shown
    assert "53 min" in shown


def test_it_hides_small_groups(owner: Member) -> None:
    past.quiet_ones(owner.clinic, 20)
    shown = office.page(owner, "insight")
    assert shown.count("fewer than 20: not shown") == 4


def test_it_gives_the_missed_share_with_its_range(owner: Member) -> None:
    assert "Nothing is known yet" not in office.page(owner, "insight")
    cast.make_edition(owner.clinic)
    assert "Nothing is known yet" in office.page(owner, "insight")
    for n, recovery in enumerate(past.quiet_ones(owner.clinic, 10)):
        QualityCheck.objects.create(
            clinic=owner.clinic,
            recovery=recovery,
            week=cast.STARTED,
            drawn_at=cast.NOW,
            finding="fine" if n else "missed",
        )
    assert "1 of 10 unflagged recoveries" in office.page(owner, "insight")
    assert "between 2 % and 40 %" in office.page(owner, "insight")


def test_it_lists_what_is_still_to_look_at(owner: Member) -> None:
    [recovery] = past.quiet_ones(owner.clinic, 1)
    check = QualityCheck.objects.create(
        clinic=owner.clinic, recovery=recovery, week=cast.STARTED, drawn_at=cast.NOW
    )
    assert reverse("quality_check", args=[check.pk]) in office.page(owner, "insight")


def test_it_shows_one_month_and_one_edition(owner: Member) -> None:
    patient = cast.make_patient(owner.clinic)
    march = cast.make_recovery(owner.clinic, patient=patient, operator=owner)
    january = cast.make_recovery(
        owner.clinic, patient=patient, operator=owner, started_on=date(2026, 1, 31), edition=march.edition
    )
    closed(january)
    assert "2 recoveries" in office.page(owner, "insight")
    assert "No flag was raised." in office.page(owner, "insight", month="2026-03")
    assert "Possible infection" in office.page(owner, "insight", month="2026-01")
    newer = cast.make_edition(owner.clinic)
    assert "0 recoveries" in office.page(owner, "insight", edition=newer.pk)


@pytest.mark.parametrize("query", [{"month": "soon"}, {"edition": "x"}, {"edition": 10**9}])
def test_it_takes_a_strange_question_for_none(owner: Member, query: dict[str, Any]) -> None:
    cast.make_edition(owner.clinic)
    assert "0 recoveries" in office.page(owner, "insight", **query)


def test_it_shows_no_edition_of_another_clinic(owner: Member) -> None:
    foreign = cast.make_recovery(cast.make_clinic("Linden")).edition
    cast.make_edition(owner.clinic)
    assert "0 recoveries" in office.page(owner, "insight", edition=foreign.pk)


def test_it_shows_a_trend_and_suggests_a_replay_when_few_flags_lead_to_anything(owner: Member) -> None:
    recoveries = past.quiet_ones(owner.clinic, 40)
    assert "Few of these flags" not in office.page(owner, "insight")
    for recovery in recoveries[:20]:
        closed(recovery)
    shown = office.page(owner, "insight")
    assert "Few of these flags led to anything." in shown
    assert "Month by month" in shown
    assert "February 2026" in shown


def test_it_says_when_the_recoveries_are_simulated() -> None:
    owner = office.owner(cast.make_clinic(is_demo=True))
    cast.make_edition(owner.clinic)
    assert "These recoveries are simulated." in office.page(owner, "insight")


def test_it_sums_what_patients_said_and_names_nobody(owner: Member) -> None:
    first, second, _silent = past.quiet_ones(owner.clinic, 3)
    for recovery in (first, second):
        Farewell.objects.create(
            recovery=recovery, said_at=cast.NOW, medicines="antiviral", easy_to_use=5, note="Secret words"
        )
    first.check_ins.update(seconds_taken=21, is_quick=True)
    shown = office.page(owner, "insight")
    assert "2 patients answered the last questions." in shown
    assert "Yes, a medicine against cold sores: <strong>2</strong>" in shown
    assert "2 left a note" in shown
    assert "short form 21 s (6 entries)" in shown
    assert "Secret words" not in shown


def test_it_asks_the_database_equally_often_for_few_and_many(owner: Member) -> None:
    client = desk.at(owner)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("insight"))
        return len(seen)

    closed(past.quiet_ones(owner.clinic, 1)[0])
    queries()  # the first request starts the clock of the sign-in
    few = queries()
    for recovery in past.quiet_ones(owner.clinic, 9):
        closed(recovery)
    assert queries() == few <= 19


def test_it_shows_how_much_the_clinic_was_alerted(owner: Member) -> None:
    flag = cast.make_flag(cast.make_recovery(owner.clinic), day=1)
    with time_machine.travel(cast.NOW, tick=False):
        shown = office.page(owner, "insight")
    assert flag.is_urgent
    assert "Alert load, week by week" in shown
    assert '<th scope="row">2 Mar</th><td class="num" data-label="Urgent">1</td>' in shown
