"""The take-home card: real dates, what to look for, whom to ring. One builder for screen and paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.healing import advice, milestones, tones
from tracker.models import Clinic, Recovery
from tracker.views.patient import care, shell

DAYS = 14
"""The last day the card tells about."""

Dated = tuple[str, tuple[str, ...]]
"""A date as it is said, and the lines that begin with it."""


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code as rows of dark (True) and light squares; `path` draws it as an SVG path of unit squares."""

    rows: tuple[tuple[bool, ...], ...]

    @property
    def size(self) -> int:
        """Squares on one side, the quiet border included."""
        return len(self.rows)

    @property
    def path(self) -> str:
        """The dark squares."""
        dark = ((x, y) for y, row in enumerate(self.rows) for x, on in enumerate(row) if on)
        return "".join(f"M{x} {y}h1v1h-1z" for x, y in dark)


def qr(text: str) -> Qr:
    """The code for an address, with a border and a quarter of it to spare for stains."""
    matrix = segno.make_qr(text, error="m").matrix_iter(border=4)
    return Qr(tuple(tuple(bool(square) for square in row) for row in matrix))


@dataclass(frozen=True, slots=True)
class Card:
    """Everything the card says, in the reader's language."""

    treated_on: str
    edition: str
    signed_off: bool
    milestones: tuple[str, ...]
    first: advice.Aftercare
    begins: tuple[Dated, ...]
    tone: tones.Tone
    looks: tuple[str, ...]
    today: tuple[str, ...]
    emergency: tuple[str, ...]
    phone: str
    hours: str
    emergency_number: str
    link: str
    qr: Qr


def on(recovery: Recovery, day: int) -> str:
    """The calendar day of a day number, as it is said."""
    return shell.day_name(recovery.started_on + timedelta(days=day))


def dated(recovery: Recovery, day: int) -> tuple[str, ...]:
    """What should have come by when, from `day` on."""
    return tuple(
        _(one.template).format(date=on(recovery, one.day), symptoms=_(", ").join(map(_, one.symptoms)))
        for one in milestones.milestones(recovery.timeline())
        if one.day >= day
    )


def begins(recovery: Recovery, day: int) -> tuple[Dated, ...]:
    """What changes on which date after `day`: what may be done again, what to leave from then."""
    found = advice.ahead(day, DAYS, recovery.started_on)
    return tuple((on(recovery, first), _said(lines)) for first, lines in found)


def _said(lines: advice.Aftercare) -> tuple[str, ...]:
    leave = (_("Leave for now: %(line)s") % {"line": _(one.text)} for one in lines.avoid)
    return (*(_(one.text) for one in lines.do), *leave)


def until(recovery: Recovery, lines: Sequence[advice.Line]) -> list[tuple[str, str]]:
    """Lines with the last date they hold for."""
    return [(_(one.text), on(recovery, one.last_day)) for one in lines]


def card(recovery: Recovery, now: datetime) -> Card:
    """The card of one recovery, made for the day of the treatment."""
    clinic: Clinic = recovery.clinic
    link = f"{settings.SITE_URL}{reverse('today')}"
    skin = tones.tone(recovery.patient.skin_type)
    return Card(
        treated_on=on(recovery, 0),
        edition=advice.edition_given(recovery.started_on),
        signed_off=bool(recovery.edition.signed_off_by),
        milestones=dated(recovery, 0),
        first=advice.aftercare(0, recovery.started_on),
        begins=begins(recovery, 0),
        tone=skin,
        looks=tuple(_(line) for line in skin.lines),
        today=tuple(_(line) for line in advice.RING_TODAY),
        emergency=tuple(_(line) for line in advice.RING_EMERGENCY),
        phone=clinic.phone,
        hours=care.hours_text(clinic.hours()),
        emergency_number=clinic.emergency_number,
        link=link,
        qr=qr(link),
    )
