"""The forms about flags, without pages."""

from datetime import date

import pytest

from tracker.forms.flags import ContactForm, ResolveForm, SeenForm
from tracker.models import ContactAttempt, Flag

TODAY = date(2026, 3, 12)


def test_every_form_about_a_flag_names_patient_and_newest_entry() -> None:
    for form_class in (SeenForm, ResolveForm):
        assert {"patient", "seen"} <= set(form_class().fields)
        assert all(form_class().fields[name].widget.is_hidden for name in ("patient", "seen"))
    assert {"patient", "seen"} <= set(ContactForm(today=TODAY).fields)


def test_a_recovery_without_any_entry_has_seen_none() -> None:
    form = SeenForm({"patient": "7", "seen": ""})
    assert form.is_valid()
    assert form.cleaned_data == {"patient": 7, "seen": None}


@pytest.mark.parametrize("seen", ["x", "1.5", "1 OR 1=1"])
def test_what_is_no_number_is_refused(seen: str) -> None:
    assert not SeenForm({"patient": "7", "seen": seen}).is_valid()


def test_nothing_is_chosen_for_the_clinician() -> None:
    assert ContactForm(today=TODAY)["result"].value() is None
    assert ResolveForm()["outcome"].value() is None


def test_a_contact_leaves_the_flag_open_unless_told_otherwise() -> None:
    form = ContactForm({"patient": "7", "seen": "1", "result": "spoke"}, today=TODAY)
    assert form.is_valid()
    assert form.cleaned_data["outcome"] == ""
    assert ContactForm(today=TODAY)["outcome"].value() == ""


@pytest.mark.parametrize("result", ContactAttempt.Result.values)
@pytest.mark.parametrize("outcome", ["", *Flag.Outcome.values])
def test_every_result_goes_with_every_outcome(result: str, outcome: str) -> None:
    said = {"patient": "7", "seen": "1", "result": result, "outcome": outcome}
    assert ContactForm(said, today=TODAY).is_valid()


@pytest.mark.parametrize(("day", "fine"), [("2026-03-11", False), ("2026-03-12", True), ("2026-04-01", True)])
def test_the_next_try_is_today_or_later(day: str, fine: bool) -> None:
    said = {"patient": "7", "seen": "1", "result": "no_answer", "next_try_on": day}
    assert ContactForm(said, today=TODAY).is_valid() is fine


def test_a_note_has_at_most_500_characters() -> None:
    said = {"patient": "7", "seen": "1", "outcome": "settled"}
    assert ResolveForm(said | {"note": "x" * 500}).is_valid()
    assert not ResolveForm(said | {"note": "x" * 501}).is_valid()
