"""Badges, reasons, charts and waiting times in words."""

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from django.utils import timezone

from tracker.charts import BandDay, Point, healing_chart, sparkline
from tracker.healing import words
from tracker.healing.verdicts import Level, Reason
from tracker.templatetags.aftercare import STEP_WORDS, overdue, reason, reason_bars, waiting

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
BAND = [BandDay(day, 0, max(0, 2.5 - day / 2)) for day in range(15)]


def render(source: str, **context: Any) -> str:
    """A template with our tags loaded."""
    return Template("{% load aftercare %}" + source).render(Context(context))


def test_it_shows_each_level_with_a_word_and_a_shape_of_its_own() -> None:
    """Colour alone would say nothing to many."""
    badges = {level: ElementTree.fromstring(render("{% level it %}", it=level)) for level in Level}
    assert {badge.get("class") for badge in badges.values()} == {f"level level-{level}" for level in Level}
    assert len({badge.find("svg/path").get("d") for badge in badges.values()}) == 4  # type: ignore[union-attr]
    assert ["".join(badges[level].itertext()) for level in Level] == [
        "On course",
        "Watch",
        "Review",
        "Urgent",
    ]


def test_it_says_a_reason_from_its_template_and_parameters() -> None:
    """Numbers keep the format that the rule gave them."""
    warm = Reason(
        "rise.warmth",
        "{symptom} up by {steps:.1f} since day {day}",
        {"symptom": "warmth", "steps": 2, "day": 3},
    )
    assert reason(warm) == "Warmth up by 2.0 since day 3"
    assert reason(warm.as_dict()) == reason(warm)


def test_it_escapes_what_a_reason_carries() -> None:
    """A parameter may hold a patient's own words."""
    quote = Reason("note", "“{words}”", {"words": "<b>hot</b>"})
    assert render("{% reason it %}", it=quote) == "“&lt;b&gt;hot&lt;/b&gt;”"


def test_it_draws_reasons_on_one_scale_and_names_rules() -> None:
    """The heaviest fills the bar, the lightest keeps a stub, a rule has none."""
    reasons = [Reason("sign", "pus"), Reason("a", "heat", weight=4), Reason("b", "pain", weight=2)]
    bars = reason_bars(reasons, [Reason("c", "no fever", weight=-0.01)])
    assert [bar.width for bar in bars] == [0, 88, 44, 8]
    assert [bar.against for bar in bars] == [False, False, False, True]
    assert reason_bars([], None) == []


def test_it_draws_bars_without_a_style_attribute() -> None:
    """The content policy forbids inline styles."""
    shown = render(
        '{% include "components/_reasons.html" %}',
        reasons=[Reason("a", "heat", weight=1), Reason("b", "pus")],
    )
    assert 'width="88"' in shown
    assert "Rule" in shown
    assert "style" not in shown


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (41, "41 min left"),
        (80, "1 h 20 left"),
        (60, "1 h left"),
        (270, "by 14:00"),
        (24 * 60, "by 09:30 tomorrow"),
        (3 * 24 * 60, "by Sun 29 Nov"),
        (-12, "12 min over"),
        (-185, "3 h 05 over"),
        (-3 * 24 * 60, "3 days over"),
    ],
)
def test_it_says_how_long_there_is(minutes: int, said: str) -> None:
    """As said across a desk."""
    due = NOW + timedelta(minutes=minutes)
    assert waiting(due, NOW) == said
    assert overdue(due, NOW) is (minutes < 0)


def test_it_says_times_in_the_readers_zone() -> None:
    """14:00 in London is 19:30 in Kolkata, and tomorrow begins there earlier."""
    with timezone.override("Asia/Kolkata"):
        assert waiting(NOW + timedelta(hours=4, minutes=30), NOW) == "by 19:30"
        assert waiting(NOW + timedelta(hours=10), NOW) == "by 01:00 tomorrow"


def chart_of(*points: Point, sentence: str = "As usual.") -> ElementTree.Element:
    """A drawn chart as a tree."""
    shown = render(
        "{% healing_chart it 'Redness' sentence %}", it=healing_chart(points, BAND), sentence=sentence
    )
    return ElementTree.fromstring(shown.strip())


def test_it_names_and_describes_the_chart_for_those_who_do_not_see_it() -> None:
    """role=img, a title and a description whose ids exist, a sentence above, a table below."""
    figure = chart_of(Point(0, 3), Point(2, 4, worrying=True))
    svg = figure.find("svg")
    assert svg is not None
    ids = {element.get("id"): element.text for element in figure.iter() if element.get("id")}
    assert svg.get("role") == "img"
    assert ids[svg.get("aria-labelledby")] == "Redness from day 0 to day 14, from none to very strong"
    assert ids[svg.get("aria-describedby")] == "Day 0: strong. Day 2: very strong, stands out."
    assert figure.findtext("figcaption/p") == "As usual."


def test_it_lists_every_day_in_the_table_also_the_silent_ones() -> None:
    """What the curve shows as a gap, the table says; the usual range in steps, not in numbers."""
    figure = chart_of(Point(0, 3, late=True), Point(2, 1))
    cells = [["".join(cell.itertext()) for cell in row] for row in figure.iter("tr")][1:]
    assert cells == [
        ["0", "strong, sent later", "none to clear"],
        ["1", "no answer", "none to clear"],
        ["2", "mild", "none to mild"],
    ]


def test_it_rings_worrying_dots_hollows_late_ones_and_writes_a_word() -> None:
    """Never colour alone."""
    figure = chart_of(Point(0, 1, late=True), Point(1, 4, worrying=True))
    kinds = [circle.get("class") for circle in figure.iter("circle")]
    assert kinds == ["c-dot late", "c-ring", "c-dot bad"]
    assert [text.text for text in figure.iter("text") if text.get("class") == "bad"] == ["very strong"]


@pytest.mark.parametrize(("day", "anchor"), [(0, "start"), (1, "start"), (2, "middle"), (14, "end")])
def test_the_word_of_a_dot_stays_inside_the_picture_and_off_the_axis(day: int, anchor: str) -> None:
    (text,) = (
        text for text in chart_of(Point(day, 3, worrying=True)).iter("text") if text.get("class") == "bad"
    )
    assert text.get("text-anchor") == anchor


def test_it_says_that_nothing_was_answered_yet() -> None:
    """An empty chart is described, and has no empty table."""
    figure = chart_of()
    assert figure.findtext("svg/desc") == "No answers yet."
    assert figure.find("details") is None


def test_it_says_when_the_axis_is_longer_than_everyones() -> None:
    """A stretched axis must not be compared by eye."""
    assert "longer axis" in str(chart_of(Point(20, 1)).findtext("svg/title"))


def test_it_gives_a_sparkline_the_sentence_it_stands_for() -> None:
    """Two hundred pictures in a list are two hundred sentences to a listener."""
    spark = ElementTree.fromstring(
        render(
            '{% include "components/_sparkline.html" %}',
            spark=sparkline([Point(0, 1), Point(1, 3, worrying=True)], BAND),
            label="Pain <rises>",
        )
    )
    assert (spark.get("role"), spark.get("aria-label")) == ("img", "Pain <rises>")
    assert [circle.get("class") for circle in spark.iter("circle")] == ["c-dot bad", "c-ring"]


def test_charts_and_form_call_the_steps_alike() -> None:
    assert [str(word) for word in STEP_WORDS] == [word.lower() for word in words.STEPS]
