"""What a draft would have changed."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import cast
from tests.services import past
from tests.views import desk
from tests.views.owner import office
from tracker.models import Member, ProtocolEdition, Recovery, ReplayRun
from tracker.services import replays
from tracker.views.owner.publishing import extra_per_week

pytestmark = pytest.mark.django_db
DEAF = {"watch": 1.0, "review": 1.0, "urgent": 1.0}


@pytest.fixture
def owner(db: None) -> Member:
    return office.owner(cast.make_clinic())


@pytest.fixture
def draft(owner: Member) -> ProtocolEdition:
    """A draft with deaf statistics, beside rules that weigh nothing."""
    return office.draft(owner, rules="model-2", policy=DEAF)


def turned(owner: Member, name: str, **ending: Any) -> Recovery:
    patient = cast.make_patient(owner.clinic, name)
    recovery = cast.make_recovery(owner.clinic, patient=patient, operator=owner)
    return past.over(recovery, *past.TURNING, **ending)


def run(draft: ProtocolEdition, owner: Member) -> ReplayRun:
    made = replays.ask(draft=draft, member=owner, now=cast.NOW)
    while replays.run_due(now=cast.NOW):
        pass
    return made


def test_it_says_that_it_is_still_running(owner: Member, draft: ProtocolEdition) -> None:
    made = replays.ask(draft=draft, member=owner, now=cast.NOW)
    shown = office.page(owner, "replay", made.pk)
    assert "Still running" in shown
    assert "0 recoveries done so far" in shown


def test_it_shows_counts_and_leads_to_the_recoveries(owner: Member, draft: ProtocolEdition) -> None:
    lost, missed = turned(owner, "Bo Lind"), turned(owner, "Cy Marsh", medicines="antibiotic")
    past.quiet_ones(owner.clinic, 3)
    shown = office.page(owner, "replay", run(draft, owner).pk)
    assert "Recorded recoveries of this clinic, n = 5; not a clinical validation." in shown
    assert "Confirmed, and no longer flagged: 1" in shown
    assert "Not confirmed, and no longer flagged: 1" in shown
    for recovery in (lost, missed):
        assert f'<a href="{reverse("recovery", args=[recovery.pk])}">{recovery.patient.name}</a>' in shown
    assert "fewer reviews a week." in shown


def test_it_says_when_nothing_would_have_changed(owner: Member) -> None:
    draft = office.draft(owner)
    turned(owner, "Bo Lind")
    shown = office.page(owner, "replay", run(draft, owner).pk)
    assert "No recovery would have gone differently" in shown
    assert "As many reviews a week as now." in shown


def test_it_says_when_there_was_nothing_to_look_at(owner: Member, draft: ProtocolEdition) -> None:
    assert "No recovery is over yet" in office.page(owner, "replay", run(draft, owner).pk)


@pytest.mark.parametrize(
    ("failed", "told"),
    [(replays.CHANGED, "The draft was changed"), (replays.BROKEN, "It failed several times")],
)
def test_it_says_why_there_is_no_result(
    owner: Member, draft: ProtocolEdition, failed: str, told: str
) -> None:
    made = run(draft, owner)
    ReplayRun.objects.update(failed=failed)
    assert told in office.page(owner, "replay", made.pk)


def test_it_counts_reviews_a_week_over_the_time_replayed() -> None:
    two_weeks = {"first_day": "2026-03-01", "last_day": "2026-03-14"}
    assert extra_per_week({**two_weeks, "draft": 9, "in_force": 5}) == 2
    assert extra_per_week({**two_weeks, "draft": 3, "in_force": 5}) == -1
    one_day = {"first_day": "2026-03-01", "last_day": "2026-03-01"}
    assert extra_per_week({**one_day, "draft": 2, "in_force": 0}) == 2
    assert extra_per_week({"draft": 0, "in_force": 0}) is None


def test_it_asks_the_database_equally_often_for_few_and_many(owner: Member, draft: ProtocolEdition) -> None:
    client = desk.at(owner)

    def queries() -> int:
        made = run(draft, owner)
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("replay", args=[made.pk]))
        return len(seen)

    turned(owner, "Bo Lind")
    queries()  # the first request starts the clock of the sign-in
    few = queries()
    for name in ("Cy Marsh", "Di Marsh", "Ed Marsh"):
        turned(owner, name)
    assert queries() == few <= 8
