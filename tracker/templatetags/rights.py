"""Showing only what a member may open."""

from django import template

from tracker import access
from tracker.models import Member

register = template.Library()


@register.filter
def may(member: Member | None, right: str) -> bool:
    """Whether `member` has a right, as in {% if request.member|may:"manage" %}."""
    return bool(member) and access.has_right(member, access.Right(right))  # type: ignore[arg-type]
