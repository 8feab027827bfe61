"""Before and after a treatment: the screening, the decision about it, the session as performed."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from tracker.healing import screening
from tracker.models import Screening, TreatedArea, Treatment

NOT_ASKED = "not_asked"
ANSWERS = (("no", _("No")), ("yes", _("Yes")), ("unsure", _("Not sure")), (NOT_ASKED, _("Not asked")))
PRODUCTS = 3


def _fields_only(*layout: Any) -> FormHelper:
    """The page draws the form around the fields."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    if layout:
        helper.layout = Layout(*layout)
    return helper


class ScreeningForm(forms.Form):
    """One field per question of `healing.screening`. No answer and "not asked" are the same."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in screening.questions():
            field = forms.ChoiceField(
                label=gettext(question.text), choices=ANSWERS, widget=forms.RadioSelect, required=False
            )
            field.reason = gettext(question.reason)  # type: ignore[attr-defined]
            field.stops = question.effect is screening.Effect.STOP  # type: ignore[attr-defined]
            self.fields[question.key] = field
        self.fields["note"] = forms.CharField(
            label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
        )

    @property
    def helper(self) -> FormHelper:
        """Questions in rows."""
        keys = [question.key for question in screening.questions()]
        return _fields_only(*(Field(key, template="clinic/_question.html") for key in keys), "note")

    def answers(self) -> dict[str, str]:
        """What was asked and answered, by question key."""
        keys = [question.key for question in screening.questions()]
        return {key: said for key in keys if (said := self.cleaned_data[key]) not in ("", NOT_ASKED)}


class DecisionForm(forms.Form):
    """A clinician's decision about a screening that speaks against treating."""

    decision = forms.ChoiceField(
        label=_("Decision"), choices=Screening.Decision.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    @property
    def helper(self) -> FormHelper:
        """Fields only."""
        return _fields_only()


class AreaRow(NamedTuple):
    """The two fields of one area, side by side."""

    treated: forms.BoundField
    depth: forms.BoundField


class ProductRow(NamedTuple):
    """The three fields of one product."""

    name: forms.BoundField
    lot: forms.BoundField
    expires_on: forms.BoundField


def _number(label: Any, low: int, high: int) -> forms.IntegerField:
    size = forms.NumberInput(attrs={"size": 4})
    return forms.IntegerField(label=label, min_value=low, max_value=high, required=False, widget=size)


def _text(label: Any, length: int) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=False)


class TreatmentForm(forms.Form):
    """One session. `now` fills in and limits the time; `last` is what the member recorded last.

    Six fixed rows for areas (`area_face`, `depth_face`, …) and three for products (`product_1`, …).
    """

    device = forms.ChoiceField(label=_("Device"), choices=Treatment.Device.choices, widget=forms.RadioSelect)
    passes = _number(_("Passes"), 1, 30)
    end_point = forms.ChoiceField(
        label=_("End point"),
        choices=[*Treatment.EndPoint.choices, ("", _("Not recorded"))],
        widget=forms.RadioSelect,
        required=False,
        initial="",
    )
    duration_minutes = _number(_("Duration in minutes"), 1, 480)
    numbing_cream = _text(_("Numbing cream"), 120)
    with_prp = forms.BooleanField(label=_("With the patient's own plasma (PRP)"), required=False)
    with_acid = forms.BooleanField(label=_("With vitamin C or an acid"), required=False)
    room = _text(_("Room"), 40)
    treated_on = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}))
    treated_time = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}))
    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, now: datetime, last: Mapping[str, Any], **kwargs: Any) -> None:
        local = timezone.localtime(now)
        at = {"treated_on": local.date().isoformat(), "treated_time": f"{local:%H:%M}"}
        kwargs["initial"] = {**at, **_flat(last)}
        super().__init__(*args, **kwargs)
        self.now = now
        for area, label in TreatedArea.AreaName.choices:
            self.fields[f"area_{area}"] = _ticked(label)
            self.fields[f"depth_{area}"] = _depth(label)
        for number in range(1, PRODUCTS + 1):
            self.fields |= _product(number)

    def area_rows(self) -> Iterator[AreaRow]:
        """The fields of each area."""
        for area in TreatedArea.AreaName.values:
            yield AreaRow(self[f"area_{area}"], self[f"depth_{area}"])

    def product_rows(self) -> Iterator[ProductRow]:
        """The fields of each product."""
        for n in range(1, PRODUCTS + 1):
            yield ProductRow(self[f"product_{n}"], self[f"lot_{n}"], self[f"expires_{n}"])

    def clean(self) -> dict[str, Any]:
        """Every treated area has a depth, there is at least one, and the session is over."""
        said: dict[str, Any] = super().clean() or {}
        treated = [area for area in TreatedArea.AreaName.values if said.get(f"area_{area}")]
        for area in treated:
            if said.get(f"depth_{area}") is None and f"depth_{area}" not in self.errors:
                self.add_error(f"depth_{area}", _("Enter the needle depth of this area in mm."))
        if not treated:
            self.add_error("area_face", _("Choose at least one area."))
        self._clean_time(said)
        return said

    def _clean_time(self, said: dict[str, Any]) -> None:
        if "treated_on" not in said or "treated_time" not in said:
            return
        naive = datetime.combine(said["treated_on"], said["treated_time"])
        said["treated_at"] = timezone.make_aware(naive)
        if said["treated_at"] > self.now:
            self.add_error("treated_time", _("This lies in the future."))

    def areas(self) -> dict[str, Decimal]:
        """Treated areas with their depth in mm."""
        said = self.cleaned_data
        return {a: said[f"depth_{a}"] for a in TreatedArea.AreaName.values if said[f"area_{a}"]}

    def products(self) -> list[dict[str, Any]]:
        """The products that have a name."""
        said = self.cleaned_data
        rows = range(1, PRODUCTS + 1)
        return [
            {"name": said[f"product_{n}"], "lot": said[f"lot_{n}"], "expires_on": said[f"expires_{n}"]}
            for n in rows
            if said[f"product_{n}"]
        ]


def _ticked(area: Any) -> forms.BooleanField:
    box = forms.CheckboxInput(attrs={"class": "form-check-input"})
    return forms.BooleanField(label=area, required=False, widget=box)


def _depth(area: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=gettext_lazy("Needle depth in mm: %(area)s") % {"area": area},
        max_digits=3,
        decimal_places=2,
        required=False,
        localize=True,
        validators=[MinValueValidator(Decimal("0.1")), MaxValueValidator(Decimal(4))],
        widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 5, "class": "form-control"}),
    )


def _product(number: int) -> dict[str, forms.Field]:
    day = forms.DateInput(attrs={"type": "date"})
    with_number = {"number": number}
    return {
        f"product_{number}": _text(gettext("Product %(number)d") % with_number, 120),
        f"lot_{number}": _text(_of(gettext("Lot"), number), 60),
        f"expires_{number}": forms.DateField(
            label=_of(gettext("Expires"), number), required=False, widget=day
        ),
    }


def _of(label: str, number: int) -> str:
    """A short label for the eye, the whole one for a screen reader."""
    rest = gettext("of product %(number)d") % {"number": number}
    return format_html('{} <span class="visually-hidden">{}</span>', label, rest)


def _flat(last: Mapping[str, Any]) -> dict[str, Any]:
    """What was used last, by form field. A product's lot is kept; it must be checked on the bottle."""
    flat = {name: value for name, value in last.items() if name not in ("areas", "products")}
    for area, depth in last.get("areas", {}).items():
        flat |= {f"area_{area}": True, f"depth_{area}": depth.normalize()}
    for n, product in enumerate(last.get("products", [])[:PRODUCTS], start=1):
        expires = product.expires_on.isoformat() if product.expires_on else None
        flat |= {f"product_{n}": product.name, f"lot_{n}": product.lot, f"expires_{n}": expires}
    return flat
