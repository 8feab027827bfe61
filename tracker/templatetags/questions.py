"""What the question templates ask for: the choices of a field as tiles."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from crispy_forms.utils import render_crispy_form
from django import template
from django.forms import BoundField
from django.utils.html import format_html_join
from django.utils.translation import get_language

from tracker.forms.checkin import CheckInForm

register = template.Library()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a question: its radio button, anchor sentence ("" for none) and dot in a 28-unit box."""

    radio: Any
    anchor: str
    radius: str
    centre: str


@register.simple_tag
def question_steps(field: BoundField) -> list[Step]:
    """The choices of a radio field with their anchor sentences, read from `anchors` on the form field.

    `anchors` maps a choice's value, as text, to a sentence. The empty choice of an optional field is left
    out.
    """
    anchors = getattr(field.field, "anchors", {})
    radios = [radio for radio in field.subwidgets if radio.data["value"] not in ("", None)]
    sizes = [3 + 2.5 * place for place in range(len(radios))]
    return [
        Step(radio, str(anchors.get(str(radio.data["value"]), "")), f"{size:g}", f"{27 - size:g}")
        for radio, size in zip(radios, sizes, strict=True)
    ]


@register.simple_tag(takes_context=True)
def check_in_questions(context: Any, form: CheckInForm) -> str:
    """The daily questions. With nothing filled in they are the same for everyone, and laid out once."""
    if form.is_blank and not context.get("late"):
        hidden = format_html_join("", "{}", ((field,) for field in form.hidden_fields()))
        return hidden + _blank_questions(type(form), "eye_symptoms" in form.signs, get_language())
    said: str = render_crispy_form(form, context=context)
    return said


@cache
def _blank_questions(kind: type[CheckInForm], near_eye: bool, language: str | None) -> str:
    """The visible questions without an answer, in the active language. Holds nothing about anybody."""
    form = kind(near_eye=near_eye)
    form.helper.layout.fields = [one for one in form.helper.layout.fields if not isinstance(one, str)]
    said: str = render_crispy_form(form)
    return said
