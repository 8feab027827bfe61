"""The forms before and after a treatment, without pages."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tracker.forms.treatments import ANSWERS, PRODUCTS, DecisionForm, ScreeningForm, TreatmentForm
from tracker.healing import screening
from tracker.models import TreatedArea
from tracker.services.treatments import Details, ProductUsed

NOW = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
SESSION = {
    "device": "roller",
    "area_body": "on",
    "depth_body": "0.5",
    "treated_on": "2026-03-12",
    "treated_time": "11:00",
}


def session(last: dict[str, Any] | None = None, **said: str) -> TreatmentForm:
    return TreatmentForm(SESSION | said, now=NOW, last=last or {})


def test_the_screening_asks_each_question_of_the_rules_once_in_their_order() -> None:
    names = list(ScreeningForm().fields)
    assert names == [question.key for question in screening.questions()] + ["note"]


def test_an_empty_screening_says_that_nothing_was_asked() -> None:
    form = ScreeningForm({})
    assert form.is_valid()
    assert form.answers() == {}


@pytest.mark.parametrize("answer", [value for value, _words in ANSWERS])
def test_it_keeps_answers_and_drops_what_was_not_asked(answer: str) -> None:
    form = ScreeningForm({"keloid": answer})
    assert form.is_valid()
    assert form.answers() == ({} if answer == "not_asked" else {"keloid": answer})


def test_a_decision_has_a_reason() -> None:
    assert not DecisionForm({"decision": "go_on", "reason": " "}).is_valid()
    assert DecisionForm({"decision": "go_on", "reason": "Flat scar"}).is_valid()


def test_the_least_that_makes_a_session() -> None:
    form = session()
    assert form.is_valid(), form.errors
    assert form.areas() == {"body": Decimal("0.5")}
    assert form.products() == []
    assert form.cleaned_data["treated_at"] == datetime(2026, 3, 12, 11, 0, tzinfo=UTC)


def test_it_fills_every_field_of_the_record() -> None:
    form = session()
    assert form.is_valid()
    Details(**{name: form.cleaned_data[name] for name in Details.__dataclass_fields__})


def test_a_depth_without_its_area_is_left_out() -> None:
    form = session(depth_neck="1.0")
    assert form.is_valid()
    assert list(form.areas()) == ["body"]


@pytest.mark.parametrize(
    ("depth", "fine"),
    [("0.09", False), ("0.1", True), ("4", True), ("4.01", False), ("1.255", False), ("-1", False)],
)
def test_a_depth_is_between_a_tenth_and_four_millimetres(depth: str, fine: bool) -> None:
    assert session(depth_body=depth).is_valid() is fine


def test_a_product_without_a_name_is_no_product() -> None:
    form = session(lot_1="A1", product_2="Serum", lot_2="B2", expires_2="2027-01-31")
    assert form.is_valid()
    assert form.products() == [{"name": "Serum", "lot": "B2", "expires_on": date(2027, 1, 31)}]


def test_it_opens_at_the_present_minute() -> None:
    form = TreatmentForm(now=NOW, last={})
    assert (form["treated_on"].value(), form["treated_time"].value()) == ("2026-03-12", "12:00")


def test_it_opens_with_what_was_used_last() -> None:
    last = {
        "device": "rf",
        "passes": 2,
        "areas": {"face": Decimal("1.50"), "neck": Decimal("1.00")},
        "products": [ProductUsed("Serum", "B2", date(2027, 1, 31))] * (PRODUCTS + 1),
    }
    form = TreatmentForm(now=NOW, last=last)
    assert form["device"].value() == "rf"
    assert form["area_neck"].value() is True
    assert str(form["depth_face"].value()) == "1.5"
    assert form[f"product_{PRODUCTS}"].value() == "Serum"
    assert form["expires_1"].value() == "2027-01-31"
    assert not form["area_scalp"].value()


def test_it_has_a_row_for_every_area_and_product() -> None:
    form = TreatmentForm(now=NOW, last={})
    assert [row.treated.name for row in form.area_rows()] == [
        f"area_{a}" for a in TreatedArea.AreaName.values
    ]
    assert len(list(form.product_rows())) == PRODUCTS
