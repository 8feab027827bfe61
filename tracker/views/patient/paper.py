"""The take-home card as one page of PDF. Grey is enough to read it; only the drawing of skin has colour.

fpdf2 with the fonts every reader has: nothing to ship or to embed, milliseconds and a few kilobytes. Those
fonts know Western European letters only; for other scripts the printable page stands in.
"""

from collections.abc import Iterable

from django.http import HttpResponse
from django.utils.translation import gettext as _
from fpdf import FPDF

from tracker.healing import tones
from tracker.views.patient.cards import Card, Qr

FONT = "Helvetica"
SIZES = (9.5, 9.0, 8.5, 8.0, 7.5)
"""Points; the largest with which the card stays on one page."""
LEFT, WIDTH, CODE = 15.0, 180.0, 34.0
"""Millimetres on A4; `CODE` is the QR code's side."""
SKIN = (12.0, 6.5)
"""Millimetres: the drawing of skin."""


class Sheet(FPDF):
    """A page of one text size."""

    def __init__(self, size: float) -> None:
        super().__init__(format="A4")
        self.size = size


PLAIN = str.maketrans({"–": "-", "“": '"', "”": '"', "’": "'", "…": "..."})


def answer(card: Card) -> HttpResponse | None:
    """The file; None when the words need letters that the fonts do not have."""
    try:
        sheets = (_drawn(card, size) for size in SIZES)
        content = bytes(
            next(sheet for sheet in sheets if sheet.page == 1 or sheet.size == SIZES[-1]).output()
        )
    except UnicodeEncodeError:
        return None
    name = _("take-home card")
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _plain(text: str) -> str:
    plain = str(text).translate(PLAIN)
    plain.encode("latin-1")
    return plain


def _drawn(card: Card, size: float) -> Sheet:
    pdf = Sheet(size)
    pdf.set_margins(LEFT, 12)
    pdf.set_auto_page_break(True, 10)
    pdf.set_title(_plain(_("Take-home card")))
    pdf.add_page()
    _heading(pdf, card)
    _box(pdf, _("Emergency: ring %(number)s") % {"number": card.emergency_number}, card.emergency, 1.0)
    number = _("Ring the clinic today: %(phone)s") % {"phone": card.phone}
    _box(pdf, number, (*card.today, *((card.hours,) if card.hours else ())), 0.5)
    _heading_of(pdf, _("What to look for"))
    if card.tone.swatch:
        _skin(pdf, card.tone.swatch)
    _lines(pdf, card.looks)
    _list(pdf, _("What is usual, and when"), card.milestones)
    _list(pdf, _("On %(day)s") % {"day": card.treated_on}, (_(line.text) for line in card.first.do))
    _list(pdf, _("Not yet"), (_(line.text) for line in card.first.avoid))
    _list(pdf, _("Later"), (f"{day}: {' '.join(lines)}" for day, lines in card.begins))
    awaited = "" if card.signed_off else " " + _("Awaiting clinical sign-off.")
    _line(pdf, _("Instructions %(edition)s.") % {"edition": card.edition} + awaited)
    return pdf


def _heading(pdf: Sheet, card: Card) -> None:
    """Title on the left, the code for the daily log on the right."""
    top = pdf.get_y()
    _squares(pdf, card.qr, LEFT + WIDTH - CODE, top)
    pdf.set_font(FONT, "B", 18)
    pdf.multi_cell(WIDTH - CODE - 5, 9, _plain(_("After your treatment")), new_x="LMARGIN", new_y="NEXT")
    told = (_("Treated on %(day)s.") % {"day": card.treated_on}, _("Your daily questions:"), card.link)
    for line in (*told, _("People differ. If you are unsure, ring.")):
        pdf.set_font(FONT, "", pdf.size)
        pdf.multi_cell(WIDTH - CODE - 5, 5, _plain(line), new_x="LMARGIN", new_y="NEXT")
    pdf.set_y(top + CODE + 2)


def _squares(pdf: Sheet, code: Qr, left: float, top: float) -> None:
    side = CODE / code.size
    pdf.set_fill_color(0)
    for y, row in enumerate(code.rows):
        for x, dark in enumerate(row):
            if dark:
                pdf.rect(left + x * side, top + y * side, side, side, style="F")


def _box(pdf: Sheet, heading: str, lines: Iterable[str], border: float) -> None:
    """A framed warning: the thicker the frame, the more urgent."""
    top = pdf.get_y()
    pdf.set_xy(LEFT, top + 1.5)
    _list(pdf, heading, lines, indent=3)
    pdf.set_line_width(border)
    pdf.rect(LEFT, top, WIDTH, pdf.get_y() - top)
    pdf.set_y(pdf.get_y() + 2)


def _skin(pdf: Sheet, swatch: int) -> None:
    """Usual skin, and the same with a change on it, each with its words beside it."""
    usual, change = tones.DRAWN[swatch]
    top, (wide, high), half = pdf.get_y(), SKIN, WIDTH / 2
    pdf.set_font(FONT, "", pdf.size)
    pdf.set_line_width(0.2)
    for left, words in ((LEFT, _("your usual skin, roughly")), (LEFT + half, _("a change, drawn"))):
        pdf.set_fill_color(*usual)
        pdf.rect(left + 1, top, wide, high, style="DF")  # under the first letter of the lines
        pdf.set_xy(left + wide + 3, top)
        pdf.cell(half - wide - 3, high, _plain(words))
    pdf.set_fill_color(*change)
    pdf.circle(LEFT + half + 1 + wide / 2, top + high / 2, high / 2 - 0.8, style="F")
    pdf.set_y(top + high + 1)


def _list(pdf: Sheet, heading: str, lines: Iterable[str], indent: float = 0) -> None:
    _heading_of(pdf, heading, indent)
    _lines(pdf, lines, indent)


def _heading_of(pdf: Sheet, heading: str, indent: float = 0) -> None:
    pdf.set_x(LEFT + indent)
    pdf.set_font(FONT, "B", pdf.size + 2)
    pdf.multi_cell(WIDTH - 2 * indent, 6, _plain(heading), new_x="LMARGIN", new_y="NEXT")


def _lines(pdf: Sheet, lines: Iterable[str], indent: float = 0) -> None:
    for line in lines:
        _line(pdf, f"·  {line}", indent)
    pdf.set_y(pdf.get_y() + 1.5)


def _line(pdf: Sheet, text: str, indent: float = 0) -> None:
    pdf.set_x(LEFT + indent)
    pdf.set_font(FONT, "", pdf.size)
    pdf.multi_cell(WIDTH - 2 * indent, 0.48 * pdf.size, _plain(text), new_x="LMARGIN", new_y="NEXT")
