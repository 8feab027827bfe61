"""The instructions are versioned: a person keeps the edition they were given."""

import hashlib
from datetime import date

import pytest

from tracker.healing import advice, tables
from tracker.healing.tables import rows

FROZEN = {"aftercare-1": "d29e5c0b848e975e"}
"""Editions that were given to people. A change is a new edition with its own first day, never an edit."""


def mark(edition: str) -> str:
    mine = [tuple(sorted(row.items())) for row in rows("aftercare") if row["edition"] == edition]
    return hashlib.sha256(repr(mine).encode()).hexdigest()[:16]


def test_no_edition_that_was_given_has_changed() -> None:
    assert {edition: mark(edition) for edition in FROZEN} == FROZEN


def test_every_edition_has_rows_and_every_row_an_edition() -> None:
    known = {row["edition"] for row in rows("aftercare_editions")}
    assert {row["edition"] for row in rows("aftercare")} == known == set(FROZEN)
    assert all(row["source"] for row in rows("aftercare_editions"))


def test_a_later_edition_leaves_earlier_patients_on_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    first = rows("aftercare")
    second = ({**first[0], "edition": "aftercare-2", "first_day": "0", "last_day": "9"},)
    files = {
        "aftercare": (*first, *second),
        "aftercare_editions": (
            *rows("aftercare_editions"),
            {"edition": "aftercare-2", "since": "2027-01-01"},
        ),
    }
    monkeypatch.setattr(advice, "rows", lambda name: files.get(name) or tables.rows(name))
    before, after = date(2026, 12, 31), date(2027, 1, 1)
    assert advice.edition_given(before) == "aftercare-1"
    assert advice.edition_given(after) == "aftercare-2"
    assert len(advice.aftercare(9, after).do) == 1
    assert len(advice.aftercare(9, before).do) > 1
    assert advice.aftercare(9) == advice.aftercare(9, after)


def test_a_treatment_before_the_first_edition_gets_the_first() -> None:
    assert advice.edition_given(date(2020, 1, 1)) == "aftercare-1"


def test_what_lies_ahead_begins_after_today_and_in_order() -> None:
    days = [day for day, _lines in advice.ahead(3, 14)]
    assert days == sorted(days)
    assert all(3 < day <= 14 for day in days)
    assert all(lines.do or lines.avoid for _day, lines in advice.ahead(0, 14))
    assert advice.ahead(14, 14) == ()
