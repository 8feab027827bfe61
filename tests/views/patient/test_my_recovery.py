"""The whole course: curves, sentences, tables, and every entry as it was sent."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import cast
from tracker.models import Recovery

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def page(client: Client, path: str = "/my-recovery/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_every_symptom_has_a_curve_a_sentence_and_a_table(patient: Client, recovery: Recovery) -> None:
    for day in range(4):
        cast.check_in(recovery, day, cast.CALM | {"redness": 3 - day})
    text = page(patient)
    assert text.count("<figure") == 10
    assert text.count('class="sentence"') == 10
    assert text.count("Show as table") == 10


def test_what_has_gone_is_folded_away(patient: Client, recovery: Recovery) -> None:
    cast.check_in(recovery, 6)
    shown = patient.get("/my-recovery/").context
    assert [curve.title for curve in shown["present"]] == ["Flaking", "Dryness"]
    assert len(shown["gone"]) == 8


def test_the_key_folds_away_with_the_last_curve(patient: Client, recovery: Recovery) -> None:
    cast.check_in(recovery, 6)
    beside_curves = page(patient)
    assert "8 more: gone" in beside_curves
    assert 0 < beside_curves.index('class="c-key"') < beside_curves.index('class="more"')
    cast.check_in(recovery, 7, cast.CALM | {"flaking": 0, "dryness": 0})
    with time_machine.travel(cast.at_noon(recovery, 7) + timedelta(hours=1), tick=False):
        patient.logout()
        patient.force_login(recovery.patient.user)
        text = page(patient)
    assert "Show all 10 curves" in text
    assert text.index('class="more"') < text.index('class="c-key"')
    assert text.count('class="c-key"') == 1


def test_nothing_is_called_gone_because_a_worrying_answer_was_taken_back(
    patient: Client, recovery: Recovery
) -> None:
    """The flag waits for a person, and so does the all-clear."""
    said = cast.check_in(recovery, 6, cast.PUS)
    calm = dict.fromkeys(("flaking", "dryness"), 0)
    cast.check_in(recovery, 6, cast.CALM | calm, amends=said.pk, now=cast.NOW)
    text = page(patient)
    assert "Your clinic has been asked to look" in text
    assert "gone" not in text


def test_the_heading_places_the_newest_day_without_percentiles(patient: Client, recovery: Recovery) -> None:
    cast.check_in(recovery, 6)
    text = page(patient)
    assert "<h1>About where most people are on day 6</h1>" in text
    assert "percent" not in text


def test_the_heading_says_when_something_is_higher_than_usual(patient: Client, recovery: Recovery) -> None:
    cast.check_in(recovery, 6, cast.CALM | {"flaking": 4})
    assert "<h1>Some answers are higher than usual on day 6</h1>" in page(patient)


def test_the_heading_says_that_the_clinic_was_asked(patient: Client, recovery: Recovery) -> None:
    cast.make_flag(recovery)
    text = page(patient)
    assert "<h1>Your clinic has been asked to look</h1>" in text
    assert "Nobody has answered in time" in text
    assert "Ring the clinic today" in text
    assert text.index("Ring the clinic today") < text.index("<figure")
    assert "make-up" not in text
    assert text.count('id="care-today"') == 1


def test_it_always_says_when_to_ring(patient: Client, recovery: Recovery) -> None:
    cast.check_in(recovery, 6)
    text = page(patient)
    assert "cannot rule everything out" in text
    assert 'href="tel:02079460000"' in text


def test_a_day_without_an_entry_is_a_gap_in_the_line(patient: Client, recovery: Recovery) -> None:
    for day in (0, 1, 3, 4):
        cast.check_in(recovery, day, cast.CALM | {"flaking": 2})
    flaking = next(c for c in patient.get("/my-recovery/").context["present"] if c.title == "Flaking")
    assert len(flaking.chart.lines) == 2


def test_a_late_entry_is_hollow_and_says_so(patient: Client, recovery: Recovery) -> None:
    cast.check_in(recovery, 5, cast.CALM | {"flaking": 2}, now=cast.NOW)
    flaking = next(c for c in patient.get("/my-recovery/").context["present"] if c.title == "Flaking")
    assert [dot.late for dot in flaking.chart.dots] == [True]
    assert "added later" in page(patient)


def test_a_correction_stands_beside_what_was_first_sent(patient: Client, recovery: Recovery) -> None:
    first = cast.check_in(recovery, 6, cast.CALM | {"redness": 3, "note": "Hot day"})
    cast.check_in(recovery, 6, cast.CALM | {"redness": 1}, amends=first.pk, now=cast.NOW + timedelta(hours=1))
    text = page(patient)
    assert "Sent 12:00, 12 March" in text
    assert "Corrected 13:00, 12 March" in text
    assert "Strong → Mild" in text
    assert "Hot day → not answered" in text
    assert "Hot day" in patient.get("/my-recovery/").context["entries"][0].told[-1][1]


def test_the_newest_recovery_is_shown_and_the_others_are_listed(patient: Client, recovery: Recovery) -> None:
    older = cast.make_recovery(recovery.clinic, patient=recovery.patient, started_on=date(2025, 11, 3))
    text = page(patient)
    assert "Treated on Friday 6 March" in text
    assert f"?of={older.pk}" in text
    assert "Treated on Monday 3 November" in page(patient, f"/my-recovery/?of={older.pk}")


@pytest.mark.parametrize("wanted", ["999999", "x", ""])
def test_a_recovery_that_is_not_ones_own_does_not_exist(patient: Client, wanted: str) -> None:
    assert patient.get(f"/my-recovery/?of={wanted}").status_code == 404


def test_another_persons_recovery_does_not_exist(patient: Client, recovery: Recovery) -> None:
    other = cast.make_recovery(recovery.clinic, patient=cast.make_patient(recovery.clinic, "Ben Ito"))
    assert patient.get(f"/my-recovery/?of={other.pk}").status_code == 404


def test_before_the_first_entry_it_leads_to_the_form(patient: Client) -> None:
    text = page(patient)
    assert "<h1>Nothing sent yet</h1>" in text
    assert "Answer for today" in text


def test_without_a_treatment_it_says_what_comes(client: Client) -> None:
    client.force_login(cast.make_patient(cast.make_clinic()).user)
    assert "has not recorded a treatment" in page(client)


def test_it_asks_the_database_as_often_after_fourteen_entries_as_after_three(
    patient: Client, recovery: Recovery
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            page(patient)
        return len(asked)

    for day in range(3):
        cast.check_in(recovery, day)
    queries()  # the first request starts the clock of the sign-in
    few = queries()
    for day in (3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6):
        cast.check_in(recovery, day)
    assert queries() == few <= 14


def test_earlier_treatments_lie_under_this_one_by_day_and_carry_their_dates(
    patient: Client, recovery: Recovery
) -> None:
    before = cast.make_recovery(patient=recovery.patient, started_on=date(2026, 1, 9))
    for day in range(4):
        cast.check_in(before, day, cast.CALM | {"redness": 3 - day})
        cast.check_in(recovery, day, cast.CALM | {"redness": 2})
    text = page(patient)
    assert text.count('class="c-before"') == 10
    assert text.count(">9 Jan</text>") == 10
    assert "Thin dashed lines are your earlier treatments" in text
    alone = page(patient, f"/my-recovery/?of={before.pk}")
    assert 'class="c-before"' not in alone
    assert "Thin dashed lines" not in alone


def test_no_more_than_two_earlier_treatments_are_drawn(patient: Client, recovery: Recovery) -> None:
    for month in (11, 12):
        cast.check_in(cast.make_recovery(patient=recovery.patient, started_on=date(2025, month, 1)), 0)
    cast.check_in(cast.make_recovery(patient=recovery.patient, started_on=date(2026, 1, 9)), 0)
    cast.check_in(recovery, 6)
    text = page(patient)
    assert ">9 Jan</text>" in text
    assert ">1 Dec</text>" in text
    assert ">1 Nov</text>" not in text
