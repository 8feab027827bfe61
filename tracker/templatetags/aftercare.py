"""What the templates ask for by name: level badges, reasons, charts, waiting times."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from math import ceil, floor
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.text import capfirst, slugify
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from tracker import charts
from tracker.charts import BandDay, Dot, HealingChart
from tracker.healing.verdicts import Reason

register = template.Library()

STEP_WORDS = (
    gettext_lazy("none"),
    gettext_lazy("mild"),
    gettext_lazy("clear"),
    gettext_lazy("strong"),
    gettext_lazy("very strong"),
)
"""The five steps of `healing.words.STEPS` as they are written inside charts and tables."""

LEVEL_WORDS = {
    "urgent": pgettext_lazy("level", "Urgent"),
    "review": pgettext_lazy("level", "Review"),
    "watch": pgettext_lazy("level", "Watch"),
    "none": pgettext_lazy("level", "On course"),
}

BAR = 88
"""Full length of a reason's bar, in SVG user units."""


@register.simple_tag
def level(level: str) -> str:
    """A level as colour, word and shape. Takes a Level or its value."""
    return _level(str(level), get_language())


@lru_cache(maxsize=64)
def _level(value: str, _language: str | None) -> str:
    return render_to_string("components/_level.html", {"level": value, "word": LEVEL_WORDS[value]})


@register.simple_tag
def reason(reason: Reason | Mapping[str, Any]) -> str:
    """A reason as a sentence in the reader's language. Takes a Reason or what `as_dict` gives."""
    return reason_text(as_reason(reason))


@dataclass(frozen=True, slots=True)
class Bar:
    """A reason with the length of its bar in user units; 0 for a rule that carries no statistics."""

    text: str
    width: int
    against: bool


@register.simple_tag
def reason_bars(
    reasons: Iterable[Reason | Mapping[str, Any]], against: Iterable[Reason | Mapping[str, Any]] | None = None
) -> list[Bar]:
    """Reasons for, then against, with bars on one scale: the heaviest fills the width."""
    pairs = [(as_reason(r), False) for r in reasons or ()] + [(as_reason(r), True) for r in against or ()]
    heaviest = max((abs(r.weight) for r, _against in pairs), default=0) or 1
    return [Bar(reason_text(r), bar_width(r.weight, heaviest), contra) for r, contra in pairs]


def bar_width(weight: float, heaviest: float) -> int:
    """A bar's length; a small weight keeps a visible stub as wide as the bar is high."""
    return max(8, round(BAR * abs(weight) / heaviest)) if weight else 0


def as_reason(reason: Reason | Mapping[str, Any]) -> Reason:
    """A Reason, also from its stored form."""
    return reason if isinstance(reason, Reason) else Reason.from_dict(reason)


def reason_text(reason: Reason) -> str:
    """The reason's template, and those of its parameters that are words, translated and joined.

    A sentence begins with a capital, whatever word a parameter puts there.
    """
    return capfirst(translated(reason.template).format(**{k: spoken(v) for k, v in reason.params.items()}))


def translated(text: str) -> str:
    """`gettext` that leaves "" alone: the catalogue keeps its header there."""
    return gettext(text) if text else ""


def spoken(value: Any) -> Any:
    """A parameter as it is said: words translated, numbers left to the template's own format."""
    return translated(value) if isinstance(value, str) else value


@register.inclusion_tag("components/_chart.html")
def healing_chart(chart: HealingChart, title: str, sentence: str = "") -> dict[str, Any]:
    """A healing chart with its sentence, its description for those who do not see it, and its table."""
    rows = table_rows(chart)
    return {
        "chart": chart,
        "title": title,
        "sentence": sentence,
        "svg_title": axis_sentence(chart, title),
        "desc": describe(rows),
        "rows": rows,
        "axes": axes(chart.last_day, get_language()),
        "dots": [drawn(chart, dot) for dot in chart.dots],
        "uid": f"chart-{slugify(title) or 'x'}",
    }


@lru_cache(maxsize=128)
def axes(last_day: int, _language: str | None) -> str:
    """The rules, words and days of every chart whose axis is so long."""
    drawn = charts.axes(last_day)
    words = [axis_label(mark.x, mark.y, mark.value) for mark in drawn.steps]
    return render_to_string("components/_chart_axes.html", {"axes": drawn, "words": words})


def axis_sentence(chart: HealingChart, title: str) -> str:
    """What the chart shows and how long its axis is; a longer axis than everyone's is said."""
    if chart.extended:
        text = _("%(title)s from day 0 to day %(last)d (a longer axis than usual), from none to very strong")
    else:
        text = _("%(title)s from day 0 to day %(last)d, from none to very strong")
    return text % {"title": title, "last": chart.last_day}


def axis_label(x: str, y: str, score: int) -> dict[str, Any]:
    """A word at the axis; "very strong" is set in two lines, so it begins higher."""
    words = str(STEP_WORDS[score]).split()
    return {"x": x, "y": f"{float(y) - 11 * (len(words) - 1) / 2:g}", "words": words}


def drawn(chart: HealingChart, dot: Dot) -> dict[str, Any]:
    """A dot with the word beside it, kept inside the picture and off the words of the axis."""
    near_start, near_end, y = dot.point.day <= 1, float(dot.x) > chart.width - 40, float(dot.y)
    word = STEP_WORDS[round(dot.point.score)] if dot.noted else ""
    return {
        "x": dot.x,
        "y": dot.y,
        "late": dot.late,
        "worrying": dot.worrying,
        "word": word,
        "note_y": f"{y - 12:g}",
        "anchor": "end" if near_end else "start" if near_start else "middle",
    }


@dataclass(frozen=True, slots=True)
class Row:
    """One day of the table under a chart, in words."""

    day: int
    answer: str
    notes: tuple[str, ...]
    usual: str


def table_rows(chart: HealingChart) -> list[Row]:
    """Every day from the treatment to the newest answer; a day without one says so."""
    dots = {dot.point.day: dot for dot in chart.dots}
    band = {day.day: day for day in chart.band}
    return [table_row(day, dots.get(day), band.get(day)) for day in range(max(dots, default=-1) + 1)]


def table_row(day: int, dot: Dot | None, usual: BandDay | None) -> Row:
    """One day in words."""
    if dot is None:
        return Row(day, _("no answer"), (), usual_words(usual))
    notes = ((_("stands out"), dot.worrying), (_("sent later"), dot.late))
    answer = str(STEP_WORDS[round(dot.point.score)])
    return Row(day, answer, tuple(note for note, wanted in notes if wanted), usual_words(usual))


def usual_words(usual: BandDay | None) -> str:
    """The steps that lie inside the usual range, from the lowest to the highest."""
    if usual is None:
        return "–"
    low, high = STEP_WORDS[min(ceil(usual.low), floor(usual.high))], STEP_WORDS[min(floor(usual.high), 4)]
    return str(low) if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}


def describe(rows: Sequence[Row]) -> str:
    """The course in one breath, for a reader who does not see the curve."""
    said = [row for row in rows if row.answer != _("no answer")]
    days = (
        _("Day %(day)d: %(answer)s") % {"day": row.day, "answer": ", ".join([row.answer, *row.notes])}
        for row in said
    )
    return ". ".join(days) + "." if said else _("No answers yet.")


@register.simple_tag
def waiting(due: datetime, now: datetime) -> str:
    """How long there is to answer, as said across a desk: "41 min left", "by 14:00", "20 min over"."""
    left = due - now
    if left < timedelta(0):
        return _("%(time)s over") % {"time": span(-left)}
    if left < timedelta(hours=2):
        return _("%(time)s left") % {"time": span(left)}
    return by_when(timezone.localtime(due), timezone.localtime(now))


@register.filter
def overdue(due: datetime, now: datetime) -> bool:
    """Whether the time to answer has passed."""
    return due < now


def by_when(due: datetime, now: datetime) -> str:
    """A promise as a clock time today, or with its day."""
    at = formats.date_format(due, "H:i")
    days = (due.date() - now.date()).days
    if days == 0:
        return _("by %(time)s") % {"time": at}
    if days == 1:
        return _("by %(time)s tomorrow") % {"time": at}
    return _("by %(day)s") % {"day": formats.date_format(due, "D j M")}


def span(length: timedelta) -> str:
    """A length of time in its two largest units at most."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return _("%(count)d min") % {"count": minutes}
    if minutes >= 48 * 60:
        days = minutes // (24 * 60)
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    hours, rest = divmod(minutes, 60)
    return (
        _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": rest}
        if rest
        else _("%(hours)d h") % {"hours": hours}
    )
