"""The list as a file: the same rows, no patient's name, on record."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse

from tests import cast
from tests.services.test_harm import SAID
from tests.views import desk
from tracker.models import AuditEntry, Member
from tracker.services import harm

pytestmark = pytest.mark.django_db

EVIL = {"description": '=HYPERLINK("x")', "action": "-2+3", "device_lot": "@lot"}


@pytest.fixture
def member(db: None) -> Member:
    flag = desk.flagged(cast.make_clinic())
    harm.record(flag=flag, member=flag.clinic.members.get(), said=SAID | EVIL, now=cast.NOW)
    return flag.clinic.members.get()


def rows(member: Member, query: str = "") -> list[dict[str, str]]:
    response = desk.at(member).get(reverse("adverse_events_csv") + query)
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="adverse-events-' in response.headers["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(response.content.decode(), newline="")))


def test_it_gives_the_facts_and_no_formula(member: Member) -> None:
    (row,) = rows(member)
    assert (row["description"], row["action"], row["device_lot"]) == ('\'=HYPERLINK("x")', "'-2+3", "'@lot")
    assert (row["treated_on"], row["areas"], row["days_after_treatment"]) == (
        "2026-03-06",
        "Face 1.25 mm",
        "5",
    )
    assert (row["recorded_at_utc"], row["time_zone"]) == ("2026-03-12T12:00:00Z", "Europe/London")
    assert row["began_on"] == date(2026, 3, 11).isoformat()
    assert not any("Sousa" in cell for cell in row.values())


def test_each_export_is_written_down_and_narrowed_like_the_list(member: Member) -> None:
    assert rows(member, "?severity=severe") == []
    assert len(rows(member, "?severity=moderate")) == 1
    entries = AuditEntry.objects.filter(verb="export_adverse_events").order_by("pk")
    assert [(entry.actor, entry.detail["rows"]) for entry in entries] == [(member.user, 0), (member.user, 1)]
