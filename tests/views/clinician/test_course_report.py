"""The course on two pages, always two, in grey, saying what it leaves out and who printed it."""

import re
import zlib
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from tests import cast
from tests.views import desk
from tracker.models import AuditEntry, CheckIn, Flag, Recovery
from tracker.views.clinician.report_paper import condensed, plain
from tracker.views.clinician.report_words import Line

pytestmark = pytest.mark.django_db


def printed(recovery: Recovery) -> bytes:
    with time_machine.travel(cast.NOW, tick=False):
        client = desk.at(recovery.treatment.operator)
        response = client.get(reverse("course_report", args=[recovery.pk]))
    assert response.headers["Content-Type"] == "application/pdf"
    return bytes(response.content)


def streams(content: bytes) -> list[str]:
    """The drawing instructions, page by page."""
    found = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.S)
    texts = [zlib.decompress(one).decode("latin-1") for one in found if one[:1] == b"\x78"]
    return [text for text in texts if "Course report" in text]


@pytest.fixture
def flag(db: None) -> Flag:
    return desk.flagged(cast.make_clinic())


def test_it_says_who_what_why_and_what_was_done(flag: Flag) -> None:
    desk_of = desk.at(flag.recovery.treatment.operator)
    with time_machine.travel(cast.NOW, tick=False):
        desk.press(desk_of, "contact", flag, result="spoke", note="Comes at four")
    first, second = streams(printed(flag.recovery))
    for words in (
        "Ana Sousa, born 1991",
        "Rosewater",
        "Face 1.25 mm",
        "Urgent: Possible infection",
        "rules-1",
    ):
        assert words in first, words
    for words in ("Ana Sousa, born 1991", "Comes at four", "Spoke", "Fluid: yellow", "Day 6 of 14"):
        assert words in second, words
    for page in (first, second):
        assert "awaiting clinical sign-off" in page
        assert "Printed by Dr Cole, 12 Mar 2026, 12:00" in page


def test_a_signed_off_edition_names_who_signed(flag: Flag) -> None:
    edition = flag.recovery.edition
    edition.signed_off_by = "Prof. Ames"
    edition.save()
    (first, _second) = streams(printed(flag.recovery))
    assert "Signed off by Prof. Ames" in first
    assert "awaiting clinical sign-off" not in first


def test_it_needs_no_colour_and_each_print_is_on_record(flag: Flag) -> None:
    drawn = "".join(streams(printed(flag.recovery)))
    assert not re.search(r"\d (rg|RG)\b", drawn)
    entry = AuditEntry.objects.get(verb="print_course_report")
    assert entry.subject == f"recovery:{flag.recovery_id}"


def test_a_correction_stands_beside_what_it_corrects(flag: Flag) -> None:
    first = cast.check_in(flag.recovery, 3, cast.CALM | {"itching": 3})
    cast.check_in(flag.recovery, 3, cast.CALM | {"itching": 1}, amends=first.pk)
    assert "Correction. itching: strong -> mild." in streams(printed(flag.recovery))[1]


def test_a_long_course_stays_on_two_pages_and_says_what_is_left_out(flag: Flag) -> None:
    recovery = flag.recovery
    row: Any = recovery.check_ins.get()
    row.note = "word " * 90
    copies = []
    for day in range(90):
        copy = CheckIn.objects.get(pk=row.pk)
        copy.pk, copy.day, copy.note = None, day, row.note if day % 2 else ""
        copy.submission_key = f"00000000-0000-4000-8000-{day:012}"
        copies.append(copy)
    CheckIn.objects.bulk_create(copies)
    content = printed(recovery)
    assert len(re.findall(rb"/Type /Page\b", content)) == 2
    assert "check-ins are left out here" in streams(content)[1]
    assert len(content) < 60_000


def lines(*quiet: bool) -> list[Line]:
    return [Line(day, "", (), "", "", "", is_quiet) for day, is_quiet in enumerate(quiet)]


def test_quiet_days_are_left_out_before_anything_else() -> None:
    told = lines(False, True, False, True, False)
    assert [line.day for line in condensed(told, 4)] == [0, 2, 3, 4]
    assert [line.day for line in condensed(told, 2)] == [2, 4]
    assert [line.day for line in condensed(told, 9)] == [0, 1, 2, 3, 4]


def test_letters_that_the_fonts_lack_keep_their_plain_form() -> None:
    assert plain("Inês Kővári – “ok”") == 'Inês Kovári - "ok"'
    assert plain("Ελένη") == "?????"
