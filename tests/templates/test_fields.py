"""Fields as they are written for crispy-forms: every id that is named exists, nothing is preselected."""

from html.parser import HTMLParser
from typing import Any

import pytest
from crispy_forms.bootstrap import AppendedText, InlineRadios
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from crispy_forms.utils import render_crispy_form
from django import forms
from django.template.loader import render_to_string

STEPS = [(0, "None"), (1, "Mild"), (2, "Moderate"), (3, "Severe"), (4, "Very severe")]
ANSWERS = [("yes", "Yes"), ("no", "No"), ("unsure", "Not sure")]


class Diary(forms.Form):
    """One field of every kind that the product uses."""

    redness = forms.TypedChoiceField(
        choices=STEPS, coerce=int, widget=forms.RadioSelect, help_text="Or darker"
    )
    compared = forms.ChoiceField(choices=ANSWERS, widget=forms.RadioSelect, required=False)
    used = forms.MultipleChoiceField(choices=ANSWERS, widget=forms.CheckboxSelectMultiple)
    spreading = forms.ChoiceField(choices=ANSWERS, widget=forms.RadioSelect, help_text="Past the area")
    device = forms.ChoiceField(choices=ANSWERS, widget=forms.RadioSelect, help_text="As used")
    inline = forms.ChoiceField(choices=ANSWERS, widget=forms.RadioSelect)
    area = forms.ChoiceField(choices=ANSWERS)
    note = forms.CharField(widget=forms.Textarea, required=False, help_text="In your own words")
    depth = forms.DecimalField(help_text="From the device")
    photo = forms.FileField()
    agreed = forms.BooleanField(help_text="Needed once")
    at = forms.SplitDateTimeField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["redness"].anchors = {str(value): f"It looks {label}" for value, label in STEPS}  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            Field("redness", template="tracker/fields/scale.html"),
            Field("compared", "used", template="tracker/fields/chips.html"),
            Field("spreading", template="tracker/fields/signs.html"),
            *(
                "device",
                InlineRadios("inline"),
                "area",
                "note",
                AppendedText("depth", "mm"),
                "photo",
                "agreed",
                "at",
            ),
        )


class Page(HTMLParser):
    """The elements of a page in order, as (tag, attributes)."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one element."""
        self.elements.append((tag, dict(attrs)))

    def ids(self) -> list[str]:
        """Every id, in order."""
        return [str(attrs["id"]) for _tag, attrs in self.elements if attrs.get("id")]

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every element of a kind."""
        return [attrs for name, attrs in self.elements if name == tag]


def page(data: dict[str, Any] | None = None) -> Page:
    """The diary as written, empty or sent."""
    return Page(render_crispy_form(Diary(data)))


@pytest.mark.parametrize("data", [None, {}, {"redness": "9"}])
def test_it_names_only_ids_that_exist(data: dict[str, Any] | None) -> None:
    """The stock templates have shipped without."""
    shown = page(data)
    named = " ".join(attrs.get("aria-describedby") or "" for _tag, attrs in shown.elements).split()
    assert named
    assert set(named) <= set(shown.ids())
    assert len(shown.ids()) == len(set(shown.ids()))


def test_it_labels_every_control() -> None:
    """A label that points at it, or for the parts of one answer a legend around them."""
    shown = page()
    labelled = {attrs.get("for") for attrs in shown.all("label")}
    controls = [attrs for tag in ("input", "select", "textarea") for attrs in shown.all(tag)]
    assert {attrs["id"] for attrs in controls if not str(attrs["name"]).startswith("at_")} <= labelled
    assert len(shown.all("legend")) == len(shown.all("fieldset")) == 7
    assert not any("for" in attrs for attrs in shown.all("legend"))


def test_it_preselects_nothing() -> None:
    """A health answer is never suggested."""
    assert not any("checked" in attrs for attrs in page().all("input"))


def test_it_keeps_what_was_sent_when_something_else_is_wrong() -> None:
    """Answers survive validation."""
    kept = [
        attrs["id"]
        for attrs in page({"redness": "0", "spreading": "unsure"}).all("input")
        if "checked" in attrs
    ]
    assert kept == ["id_redness_0", "id_spreading_2"]


def test_it_describes_each_step_by_its_own_sentence() -> None:
    """The anchor is there for the ear, and behind one tap for the eye."""
    source = render_crispy_form(Diary())
    steps = [attrs for attrs in Page(source).all("input") if attrs["name"] == "redness"]
    assert [attrs["aria-describedby"] for attrs in steps] == [f"id_redness_{i}_means" for i in range(5)]
    assert '<dd id="id_redness_3_means">It looks Severe</dd>' in source
    radii = [float(str(attrs["r"])) for attrs in Page(source).all("circle")]
    assert radii == sorted(set(radii))


def test_it_leaves_out_the_disclosure_when_steps_have_no_sentence() -> None:
    """Nothing to open is nothing to show."""
    form = Diary()
    form.fields["redness"].anchors = {}  # type: ignore[attr-defined]
    assert "<details" not in render_crispy_form(form)


def test_it_marks_what_is_optional_and_nothing_with_a_star() -> None:
    """Most questions are needed; the few that are not say so in words."""
    source = render_crispy_form(Diary())
    assert source.count("(optional)") == 2
    assert "*" not in source


def test_it_says_the_same_words_in_the_summary_and_at_the_field() -> None:
    """And each line of the summary leads to something that exists."""
    form = Diary({"redness": "9", "area": "yes"})
    summary = Page(render_to_string("components/_error_summary.html", {"form": form}))
    fields = Page(render_crispy_form(form))
    links = [str(attrs["href"]) for attrs in summary.all("a")]
    assert len(links) == len(form.errors) == 9
    assert {link.removeprefix("#") for link in links} <= set(fields.ids())
    assert summary.elements[0][1].keys() >= {"tabindex", "autofocus"}
    for messages in form.errors.values():
        assert messages[0] in render_crispy_form(form)


def test_it_writes_no_summary_when_all_is_well() -> None:
    """No empty red box."""
    assert render_to_string("components/_error_summary.html", {"form": Diary()}).strip() == ""


def test_it_marks_wrong_fields_for_those_who_listen() -> None:
    """aria-invalid on the tiles too, which are written by hand."""
    wrong = {attrs["name"] for attrs in page({}).all("input") if attrs.get("aria-invalid") == "true"}
    assert {"redness", "used", "spreading", "depth"} <= wrong
