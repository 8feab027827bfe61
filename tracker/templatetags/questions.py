"""What the question templates ask for: the choices of a field as tiles."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.forms import BoundField

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
