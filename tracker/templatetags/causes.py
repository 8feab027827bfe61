"""What a flag's cause brings to a clinician's mind."""

from django import template

from tracker.healing.causes_texts import CONSIDER
from tracker.templatetags.aftercare import translated

register = template.Library()


@register.filter
def consider(cause: str) -> str:
    """The prompt for a cause, in the reader's language; nothing for a cause nobody knows."""
    known = {each.value: text for each, text in CONSIDER.items()}
    return translated(known.get(cause, ""))
