"""Numbers as the owner's pages show them."""

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def percent(share: float) -> str:
    """A share (0–1) in per cent: whole, but "under 1 %" for a little."""
    if 0 < share < 0.01:
        return _("under 1 %")
    return _("%(number)d %%") % {"number": round(100 * share)}
