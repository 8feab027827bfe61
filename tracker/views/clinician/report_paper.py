"""The course report on two A4 pages. Black and grey alone; what does not fit is counted, never lost silently.

fpdf2 with the fonts every reader has. A letter they lack is printed as its plain form, else as "?"; birth
year and patient number stand beside the name.
"""

import unicodedata
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from fpdf import FPDF

from tracker import charts
from tracker.healing import labels, symptoms
from tracker.templatetags.aftercare import translated
from tracker.views.clinician.course import Panel
from tracker.views.clinician.report_words import Line, Report

FONT, LEFT, WIDTH, BOTTOM = "Helvetica", 12.0, 186.0, 284.0
PANEL = charts.Frame(90, 36, left=9, right=2, top=5, bottom=5)
ROW, SMALL = 3.6, 7.0
COLUMNS = (9.0, 22.0, *[6.5] * len(symptoms.SYMPTOMS), 10.0, 20.0)
"""Millimetres: day, written, each symptom, temperature, level; the text takes the rest."""
TEXT = WIDTH - sum(COLUMNS)
ACTS = 12
PLAIN = str.maketrans({"–": "-", "“": '"', "”": '"', "’": "'", "…": "...", "→": "->", "−": "-"})


class Pages(FPDF):
    """Two pages with the same foot."""

    def __init__(self, report: Report) -> None:
        super().__init__(format="A4")
        self.report = report
        self.set_margins(LEFT, 10)
        self.set_auto_page_break(False)
        self.set_title(plain(_("Course report")))

    def footer(self) -> None:
        """Sign-off, who printed it, and which page this is."""
        self.set_xy(LEFT, BOTTOM + 1)
        self.set_font(FONT, "", 6.5)
        self.multi_cell(WIDTH, 3, plain(self.report.sign_off), align="L", new_x="LMARGIN", new_y="NEXT")
        page = _("Page %(number)d of 2") % {"number": self.page_no()}
        demo = _("Demo: invented people.") + " " if self.report.demo else ""
        self.cell(WIDTH, 3, plain(f"{demo}{self.report.printed}. {page}"))


def plain(text: str) -> str:
    """The text in the letters that the fonts have."""
    known = str(text).translate(PLAIN)
    return "".join(_letter(letter) for letter in known)


def _letter(letter: str) -> str:
    if letter.isspace():
        return " "
    if ord(letter) < 256:
        return letter
    return unicodedata.normalize("NFKD", letter).encode("latin-1", "ignore").decode("latin-1") or "?"


def drawn(report: Report) -> bytes:
    """The file: two pages, whatever the course was."""
    pdf = Pages(report)
    pdf.add_page()
    _identity(pdf)
    _facts(pdf)
    _heading(pdf, _("The course over the range of 9 in 10 people (grey)"))
    top = pdf.get_y()
    for place, panel in enumerate(report.panels):
        _panel(pdf, panel, LEFT + place % 2 * 94, top + place // 2 * (PANEL.height + 5))
    pdf.set_y(top + 2 * (PANEL.height + 5) + 1)
    _flags(pdf)
    pdf.add_page()
    _identity(pdf)
    _acts(pdf)
    _table(pdf)
    return bytes(pdf.output())


def _identity(pdf: Pages) -> None:
    report = pdf.report
    pdf.set_xy(LEFT, 10)
    pdf.set_font(FONT, "B", 14)
    who = _("%(name)s, born %(year)s") % {"name": report.name, "year": report.born}
    pdf.cell(WIDTH, 7, fitted(pdf, f"{_('Course report')}: {who}", WIDTH), new_x="LMARGIN", new_y="NEXT")
    number = _("Patient number %(number)d") % {"number": report.number}
    _say(pdf, f"{report.clinic}. {number}.", 8)
    pdf.set_y(pdf.get_y() + 1)


def _heading(pdf: Pages, text: str) -> None:
    pdf.set_y(pdf.get_y() + 1.5)
    pdf.set_font(FONT, "B", 9.5)
    pdf.cell(WIDTH, 5, plain(text), new_x="LMARGIN", new_y="NEXT")


def _say(pdf: Pages, text: str, size: float, style: str = "") -> None:
    """A paragraph of at most two lines."""
    pdf.set_font(FONT, style, size)
    found: Any = pdf.multi_cell(WIDTH, size * 0.45, plain(text), dry_run=True, output="LINES", align="L")
    lines: list[str] = found
    for number, line in enumerate(lines[:2]):
        cut = number == 1 and len(lines) > 2
        shown = fitted(pdf, f"{line} ...", WIDTH) if cut else line
        pdf.cell(WIDTH, size * 0.45, shown, new_x="LMARGIN", new_y="NEXT")


def fitted(pdf: Pages, text: str, width: float) -> str:
    """The text, cut with dots where it is wider than `width`."""
    shown = plain(text)
    if pdf.get_string_width(shown) <= width:
        return shown
    while shown and pdf.get_string_width(f"{shown}...") > width:
        shown = shown[: max(0, len(shown) - 1 - len(shown) // 20)]
    return f"{shown}..."


def _facts(pdf: Pages) -> None:
    """Term and value, two beside each other."""
    half = WIDTH / 2
    for place in range(0, len(pdf.report.facts), 2):
        top = pdf.get_y()
        for column, (term, value) in enumerate(pdf.report.facts[place : place + 2]):
            pdf.set_xy(LEFT + column * half, top)
            pdf.set_font(FONT, "B", 7.5)
            pdf.cell(38, 4, fitted(pdf, term, 37))
            pdf.set_font(FONT, "", 7.5)
            pdf.cell(half - 38, 4, fitted(pdf, value, half - 40))
        pdf.set_xy(LEFT, top + 4)
    if pdf.report.safety:
        _say(pdf, pdf.report.safety, 7.5)


def _panel(pdf: Pages, panel: Panel, left: float, top: float) -> None:
    """One symptom: the usual range in grey, answers joined where no day lies between, hollow when late."""
    chart = panel.chart
    frame = charts.Frame(
        PANEL.width, PANEL.height, PANEL.left, PANEL.right, PANEL.top, PANEL.bottom, chart.last_day
    )
    pdf.set_font(FONT, "B", 7.5)
    pdf.text(left, top + 2, plain(panel.title))
    if len(chart.band) > 1:
        upper = [(left + frame.x(d.day), top + frame.y(d.high)) for d in chart.band]
        lower = [(left + frame.x(d.day), top + frame.y(d.low)) for d in reversed(chart.band)]
        pdf.set_fill_color(222)
        pdf.polygon([*upper, *lower], style="F")
    pdf.set_font(FONT, "", 6)
    pdf.set_line_width(0.1)
    pdf.set_draw_color(150)
    for score in range(charts.SCORE_MAX + 1):
        y = top + frame.y(score)
        pdf.line(left + frame.left, y, left + frame.width - frame.right, y)
        pdf.text(left + frame.left - 4, y + 0.8, str(score))
    for tick in charts.axes(chart.last_day).ticks:
        pdf.text(left + frame.x(tick.value) - 1, top + frame.height - 1, str(tick.value))
    _answers(pdf, [dot.point for dot in chart.dots], frame, left, top)


def _answers(
    pdf: Pages, points: Sequence[charts.Point], frame: charts.Frame, left: float, top: float
) -> None:
    pdf.set_draw_color(0)
    pdf.set_line_width(0.35)
    for run in charts.runs(points):
        pdf.polyline([(left + frame.x(p.day), top + frame.y(p.score)) for p in run])
    for point in points:
        x, y = left + frame.x(point.day), top + frame.y(point.score)
        pdf.set_fill_color(255 if point.late else 0)
        pdf.circle(x, y, 0.7, style="DF")
        if point.worrying:
            pdf.circle(x, y, 1.4, style="D")


def _flags(pdf: Pages) -> None:
    """Flags with their reasons, newest last, while there is room; the rest is counted."""
    _heading(pdf, _("Flags"))
    if not pdf.report.flags:
        _say(pdf, _("No flag was raised."), 8)
    for place, told in enumerate(pdf.report.flags):
        left = len(pdf.report.flags) - place
        if pdf.get_y() > BOTTOM - 24:
            _say(pdf, _("And %(number)d more flags: see the record.") % {"number": left}, 8, "B")
            return
        _say(pdf, told.head, 8, "B")
        for line in told.lines:
            if pdf.get_y() < BOTTOM - 8:
                _say(pdf, line, 7.5)


def _acts(pdf: Pages) -> None:
    _heading(pdf, _("Contacts and outcome"))
    acts = pdf.report.acts
    left_out = len(acts) - ACTS
    if left_out > 0:
        _say(pdf, _("%(number)d earlier contacts: see the record.") % {"number": left_out}, 7.5)
    for act in acts[-ACTS:]:
        pdf.set_font(FONT, "", 7.5)
        pdf.cell(WIDTH, ROW, fitted(pdf, act, WIDTH), new_x="LMARGIN", new_y="NEXT")
    if not acts:
        _say(pdf, _("No contact was recorded."), 7.5)
    _say(pdf, pdf.report.outcome, 7.5, "B")


def _table(pdf: Pages) -> None:
    """Every check-in as a row; a course too long for the page leaves out quiet ones first, and says so."""
    _heading(pdf, _("Check-ins (0 none to 4 very strong; bold and in brackets: stands out)"))
    _row(pdf, _head(), "B")
    room = int((BOTTOM - pdf.get_y() - 2 * ROW) / ROW)
    shown = condensed(pdf.report.check_ins, room)
    left_out = len(pdf.report.check_ins) - len(shown)
    for line in shown:
        cells = [f"({text})" if out else text for text, out in line.scores]
        _row(pdf, [str(line.day), line.written, *cells, line.temperature, line.level, line.text], "", line)
    if left_out:
        text = _(
            "%(number)d check-ins are left out here, first those where nothing stood out: see the record."
        )
        _say(pdf, text % {"number": left_out}, SMALL, "B")


def condensed(lines: Sequence[Line], room: int) -> list[Line]:
    """At most `room` lines in order: quiet ones go first, then the oldest."""
    too_many = len(lines) - room
    quiet = [place for place, line in enumerate(lines) if line.quiet][: max(0, too_many)]
    kept = [line for place, line in enumerate(lines) if place not in set(quiet)]
    return kept[max(0, len(kept) - room) :]


def _head() -> list[str]:
    short = [translated(labels.label(name))[:4] for name in symptoms.SYMPTOMS]
    return [_("Day"), _("Written"), *short, "°C", _("Level"), _("Signs, corrections, notes")]


def _row(pdf: Pages, cells: Sequence[str], style: str, line: Line | None = None) -> None:
    for place, (width, text) in enumerate(zip((*COLUMNS, TEXT), cells, strict=True)):
        bold = bool(line and 0 <= place - 2 < len(line.scores) and line.scores[place - 2][1])
        pdf.set_font(FONT, "B" if bold else style, 5.5 if style else SMALL - 0.5)
        pdf.cell(width, ROW, fitted(pdf, text, width - 0.5))
    pdf.set_draw_color(200)
    pdf.set_line_width(0.1)
    pdf.line(LEFT, pdf.get_y() + ROW, LEFT + WIDTH, pdf.get_y() + ROW)
    pdf.set_xy(LEFT, pdf.get_y() + ROW)
