"""Numbers as the owner's pages show them."""

from datetime import timedelta

from django import template
from django.utils import formats
from django.utils.translation import gettext as _

from tracker.templatetags.aftercare import span

register = template.Library()


@register.filter
def percent(share: float) -> str:
    """A share (0–1) in per cent: whole, but "under 1 %" for a little."""
    if 0 < share < 0.01:
        return _("under 1 %")
    return _("%(number)d %%") % {"number": round(100 * share)}


@register.filter
def seconds(length: float | None) -> str:
    """A length in seconds: "0.4 s" while it is short, then as said across a desk; a dash without one."""
    if length is None:
        return "–"
    if length >= 120:
        return span(timedelta(seconds=length))
    shown = round(length, 1) if length < 10 else round(length)
    return _("%(number)s s") % {"number": formats.number_format(shown)}


@register.filter
def minutes(length: float | None) -> str:
    """A length in minutes as said across a desk; a dash without one."""
    return "–" if length is None else span(timedelta(minutes=length))
