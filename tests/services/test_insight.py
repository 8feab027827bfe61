"""The report card, against counts made by hand."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.services import past
from tracker.models import Clinic, Farewell, Flag, ProtocolEdition, QualityCheck, Recovery
from tracker.services import insight

pytestmark = pytest.mark.django_db
NOW = cast.NOW
OPENED = NOW - timedelta(days=3)


@pytest.fixture
def clinic(db: None) -> Clinic:
    clinic = cast.make_clinic()
    cast.make_member(clinic)
    return clinic


@pytest.fixture
def edition(clinic: Clinic) -> ProtocolEdition:
    return cast.make_edition(clinic)


def card(edition: ProtocolEdition, month: date | None = None) -> insight.Card:
    return insight.report_card(edition=edition, month=month, now=NOW)


def flag(recovery: Recovery, *, seen: int | None = 10, closed: int | None = 25, **fields: Any) -> Flag:
    """A flag with minutes from opening to answer and to closing, promised within an hour."""
    said = {"cause": "infection", "rank": 3, "edition": "rules-1", "outcome": "advised"} | fields
    times: dict[str, Any] = {"opened_at": OPENED, "raised_at": OPENED}
    times["promised_by"] = said.pop("promised_by", OPENED + timedelta(hours=1))
    if seen is not None:
        times["acknowledged_at"] = OPENED + timedelta(minutes=seen)
    if closed is None:
        said |= {"outcome": "", "state": "acknowledged" if seen is not None else "open"}
    else:
        times["resolved_at"] = OPENED + timedelta(minutes=closed)
        said["state"] = "resolved"
    return Flag.objects.create(clinic=recovery.clinic, recovery=recovery, **said | times)


def test_it_counts_flags_per_hundred_recoveries(clinic: Clinic, edition: ProtocolEdition) -> None:
    first, second, *_ = past.quiet_ones(clinic, 8)
    flag(first)
    flag(second, rank=2)
    found = card(edition)
    assert (found.recoveries, found.total.raised, found.total.per_100) == (8, 2, 25.0)
    assert [(line.cause, line.rank, line.raised) for line in found.lines] == [
        ("infection", 3, 1),
        ("infection", 2, 1),
    ]


def test_it_says_what_was_seen_in_time(clinic: Clinic, edition: ProtocolEdition) -> None:
    recoveries = past.quiet_ones(clinic, 4)
    flag(recoveries[0], seen=59)
    flag(recoveries[1], seen=61, closed=70)
    flag(recoveries[2], seen=None, closed=None)
    still_to_come = NOW + timedelta(hours=1)
    flag(recoveries[3], seen=None, closed=None, promised_by=still_to_come)
    found = card(edition).total.in_time
    assert (found.count, found.of) == (1, 3)


def test_closing_without_taking_counts_as_seen(clinic: Clinic, edition: ProtocolEdition) -> None:
    [recovery] = past.quiet_ones(clinic, 1)
    flag(recovery, seen=None, closed=30)
    found = card(edition).total
    assert found.in_time.count == 1
    assert found.to_seen == 30


def test_it_tells_acted_on_from_dismissed_with_the_reasons(clinic: Clinic, edition: ProtocolEdition) -> None:
    recoveries = past.quiet_ones(clinic, 5)
    flag(recoveries[0], outcome="settled", disagreed="sensitive")
    flag(recoveries[1], outcome="settled")
    flag(recoveries[2], outcome="mistake")
    flag(recoveries[3], outcome="seen")
    flag(recoveries[4], closed=None)
    found = card(edition).total
    assert (found.acted.count, found.acted.of) == (1, 4)
    assert found.dismissed == 3
    assert dict(found.why_dismissed) == {"sensitive": 1, "settled": 1, "mistake": 1}


@pytest.mark.parametrize(
    ("medicines", "outcome", "confirmed"),
    [
        ("antibiotic", "advised", 1),
        ("antiviral", "advised", 1),
        ("both", "settled", 1),
        ("none", "treated", 1),
        ("unsure", "seen", 0),
        ("none", "seen", 0),
    ],
)
def test_it_calls_confirmed_what_was_treated(
    clinic: Clinic, edition: ProtocolEdition, medicines: str, outcome: str, confirmed: int
) -> None:
    [recovery] = past.quiet_ones(clinic, 1)
    flag(recovery, outcome=outcome)
    Farewell.objects.create(recovery=recovery, said_at=NOW, medicines=medicines)
    found = card(edition)
    assert found.confirmed == found.total.confirmed.count == confirmed
    assert found.unflagged_confirmed == 0


def test_it_shows_confirmed_cases_that_no_flag_pointed_at(clinic: Clinic, edition: ProtocolEdition) -> None:
    watched, silent, _fine = past.quiet_ones(clinic, 3)
    flag(watched, rank=1)
    for recovery in (watched, silent):
        Farewell.objects.create(recovery=recovery, said_at=NOW, medicines="antibiotic")
    assert (card(edition).confirmed, card(edition).unflagged_confirmed) == (2, 2)


def test_it_gives_medians_and_a_capped_estimate_of_the_work(clinic: Clinic, edition: ProtocolEdition) -> None:
    a, b, c = past.quiet_ones(clinic, 3)
    flag(a, seen=10, closed=15)
    flag(b, seen=20, closed=24 * 60)
    flag(c, seen=40, closed=None)
    found = card(edition)
    assert found.total.to_seen == 20
    assert found.total.to_closed == (15 + 24 * 60) / 2
    assert found.total.reviewing == 5 + 30
    assert found.minutes_per_confirmed is None
    Farewell.objects.create(recovery=a, said_at=NOW, medicines="antibiotic")
    assert card(edition).minutes_per_confirmed == 35


def test_it_hides_groups_under_twenty(clinic: Clinic, edition: ProtocolEdition) -> None:
    flagged, *_ = past.quiet_ones(clinic, 20)
    flag(flagged, rank=2)
    dark = cast.make_patient(clinic, "Bo", skin_type=6)
    cast.make_recovery(clinic, patient=dark)
    groups = {group.band: group for group in card(edition).skin}
    assert groups["III"].recoveries == 20
    assert groups["III"].flagged is not None
    assert groups["III"].flagged.count == 1
    assert (groups["V-VI"].recoveries, groups["V-VI"].flagged, groups["V-VI"].confirmed) == (None, None, None)


def test_it_estimates_what_is_missed_from_those_that_could_be_told(
    clinic: Clinic, edition: ProtocolEdition
) -> None:
    findings = ["fine"] * 9 + ["missed", "unsure", ""]
    for recovery, finding in zip(past.quiet_ones(clinic, 12), findings, strict=True):
        QualityCheck.objects.create(
            clinic=clinic, recovery=recovery, week=cast.STARTED, drawn_at=NOW, finding=finding
        )
    sample = card(edition).sample
    assert (sample.missed.count, sample.missed.of, sample.unsure, sample.waiting) == (1, 10, 1, 1)
    assert 0 < sample.missed.low < 0.1 < sample.missed.high < 0.5


def test_it_keeps_months_editions_and_clinics_apart(clinic: Clinic, edition: ProtocolEdition) -> None:
    march = cast.make_recovery(clinic, edition=edition)
    january = cast.make_recovery(clinic, patient=march.patient, edition=edition, started_on=date(2026, 1, 31))
    other = cast.make_recovery(clinic, patient=march.patient, edition=cast.make_edition(clinic))
    neighbour = cast.make_recovery(cast.make_clinic("Linden"), patient=None)
    for recovery in (march, january, other, neighbour):
        flag(recovery)
    assert insight.months(edition=edition) == [date(2026, 3, 1), date(2026, 1, 1)]
    assert card(edition).total.raised == 2
    assert card(edition, date(2026, 1, 1)).recoveries == 1
    assert card(edition, date(2026, 2, 1)).recoveries == 0


def test_it_shows_the_trend_month_by_month(clinic: Clinic, edition: ProtocolEdition) -> None:
    march = cast.make_recovery(clinic, edition=edition)
    january = [
        cast.make_recovery(clinic, patient=march.patient, edition=edition, started_on=date(2026, 1, day))
        for day in (3, 30)
    ]
    flag(january[0], outcome="treated")
    flag(january[0], cause="burn", outcome="settled")
    Farewell.objects.create(recovery=january[1], said_at=NOW, medicines="antiviral")
    newest, oldest = insight.trend(edition=edition)
    assert (newest.month, newest.recoveries, newest.flags, newest.per_100) == (date(2026, 3, 1), 1, 0, 0.0)
    assert (oldest.month, oldest.recoveries, oldest.flags, oldest.per_100) == (date(2026, 1, 1), 2, 2, 100.0)
    assert (oldest.acted.count, oldest.acted.of, oldest.confirmed) == (1, 2, 2)


def test_it_asks_for_a_second_thought_only_when_the_whole_range_is_low(
    clinic: Clinic, edition: ProtocolEdition
) -> None:
    recoveries = past.quiet_ones(clinic, 16)
    for recovery in recoveries[:15]:
        flag(recovery, outcome="settled")
    assert not card(edition).seldom_acted_on
    flag(recoveries[15], outcome="mistake")
    assert card(edition).seldom_acted_on
    assert not insight.report_card(edition=edition, month=date(2020, 1, 1), now=NOW).seldom_acted_on


def test_an_empty_card_divides_by_nothing(edition: ProtocolEdition) -> None:
    found = card(edition)
    assert (found.recoveries, found.total.per_100, found.total.to_seen) == (0, 0.0, None)
    assert (found.sample.missed.low, found.sample.missed.high) == (0.0, 1.0)


def test_it_asks_the_database_equally_often_for_few_and_many(
    clinic: Clinic, edition: ProtocolEdition
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            card(edition)
        return len(seen)

    flag(past.quiet_ones(clinic, 1)[0])
    few = queries()
    for recovery in past.quiet_ones(clinic, 9):
        flag(recovery)
    assert queries() == few <= 4
