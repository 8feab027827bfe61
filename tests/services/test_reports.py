"""Files that leave: harmless in a spreadsheet, and on record."""

import csv
import io

import pytest

from tests import cast
from tracker.models import AuditEntry
from tracker.services import reports


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r"])
def test_what_a_spreadsheet_would_take_for_a_formula_gets_an_apostrophe(begins: str) -> None:
    assert reports.cell(f"{begins}1+1") == f"'{begins}1+1"


def test_other_cells_stay_as_they_are() -> None:
    assert [reports.cell(value) for value in ("a=1", 3, None, "", "'x")] == ["a=1", "3", "", "", "'x"]


def test_a_reader_gets_back_what_was_written() -> None:
    text = reports.as_csv(["=head", "b"], [['say "hi"', "two\nlines"], ["@sum(a1)", 2]])
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [["'=head", "b"], ['say "hi"', "two\nlines"], ["'@sum(a1)", "2"]]


@pytest.mark.django_db
def test_taking_a_file_is_written_down() -> None:
    member = cast.make_member(cast.make_clinic())
    recovery = cast.make_recovery(member.clinic, operator=member)
    reports.note_exported(member=member, what="adverse_events", rows=7, now=cast.NOW)
    reports.note_printed(recovery=recovery, member=member, now=cast.NOW)
    export, report = AuditEntry.objects.filter(actor=member.user).order_by("pk")
    assert (export.verb, export.detail) == ("export_adverse_events", {"rows": 7})
    assert (report.verb, report.subject) == ("print_course_report", f"recovery:{recovery.pk}")
