"""The geometry of charts: one scale for everyone, gaps as gaps, nothing between that was not said."""

from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st

from tracker.charts import BandDay, Dot, Point, axes, axis_end, healing_chart, short, sparkline

FALLING = [BandDay(day, 0, max(0, 3 - day / 3), max(0, 3.6 - day / 3)) for day in range(15)]


def places(coordinates: str) -> list[tuple[float, float]]:
    """SVG coordinates as (x, y) pairs."""
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in coordinates.split())]


def at(dot: Dot) -> tuple[float, float]:
    """Where a dot stands."""
    return float(dot.x), float(dot.y)


def test_it_gives_everyone_the_same_axes() -> None:
    """Two people compared by eye: the same answer on the same day stands at the same place."""
    short_course = healing_chart([Point(2, 3)], FALLING)
    long_course = healing_chart([Point(day, 3) for day in range(15)])
    assert at(short_course.dots[0]) == at(long_course.dots[2])
    assert short_course.last_day == long_course.last_day
    assert [mark.value for mark in axes(short_course.last_day).ticks] == [0, 3, 7, 10, 14]


def test_it_puts_more_above_less_and_later_right_of_earlier() -> None:
    """Up is worse, right is later."""
    none, most = healing_chart([Point(0, 0), Point(14, 4)]).dots
    assert at(none)[1] > at(most)[1]
    assert at(none)[0] < at(most)[0]


def test_it_joins_only_consecutive_days() -> None:
    """A missing day is a gap, not a guess."""
    chart = healing_chart([Point(day, 1) for day in (0, 1, 3, 5, 6, 7)])
    assert [len(places(line)) for line in chart.lines] == [2, 3]
    assert len(chart.dots) == 6


def test_it_sorts_answers_that_come_in_any_order() -> None:
    """Late entries arrive after later days."""
    shuffled = healing_chart([Point(2, 1), Point(0, 3), Point(1, 2, late=True)])
    assert [dot.point.day for dot in shuffled.dots] == [0, 1, 2]
    assert [dot.late for dot in shuffled.dots] == [False, True, False]
    assert len(shuffled.lines) == 1


def test_it_puts_a_word_only_at_the_end_of_a_worrying_stretch() -> None:
    """Every worrying dot is ringed; words would run into each other."""
    course = [
        Point(0, 1),
        *(Point(day, 3, worrying=True) for day in (1, 2)),
        Point(3, 1),
        Point(6, 4, worrying=True),
    ]
    chart = healing_chart(course)
    assert [dot.worrying for dot in chart.dots] == [False, True, True, False, True]
    assert [dot.noted for dot in chart.dots] == [False, False, True, False, True]


def test_it_leaves_a_word_out_that_the_next_would_touch() -> None:
    course = [Point(day, 3, worrying=day in (0, 4, 7)) for day in range(9)]
    assert [dot.point.day for dot in healing_chart(course).dots if dot.noted] == [0, 7]


def test_it_draws_the_usual_range_from_its_lower_to_its_upper_border() -> None:
    """The band's polygon goes out along the top and back along the bottom; the edge is the top alone."""
    chart = healing_chart([], [BandDay(0, 1, 3), BandDay(1, 0, 2)])
    top, bottom = places(chart.usual)[:2], places(chart.usual)[2:]
    assert places(chart.edge) == top
    assert bottom[0][0] == top[-1][0]
    assert all(above[1] < below[1] for above, below in zip(top, reversed(bottom), strict=True))
    assert chart.far == ""


def test_it_lays_the_rare_range_on_the_usual_one() -> None:
    """What nearly all stay below begins where most end."""
    chart = healing_chart([], FALLING)
    assert places(chart.far)[15:] == list(reversed(places(chart.edge)))


def test_it_draws_no_band_of_a_single_day() -> None:
    """A line of no width would look like an expected value."""
    assert healing_chart([Point(0, 1)], FALLING[:1]).usual == ""
    assert sparkline([Point(0, 1)], []).usual == ""


def test_it_lengthens_the_axis_by_whole_weeks_and_says_so() -> None:
    """Never shorter than fourteen days; answers after them stay visible."""
    chart = healing_chart([Point(16, 1)])
    assert (chart.last_day, chart.extended) == (21, True)
    assert [mark.value for mark in axes(21).ticks] == [0, 3, 7, 10, 14, 21]
    assert not healing_chart([Point(3, 1)], last_day=7).extended
    assert [axis_end(day) for day in (0, 14, 15, 28, 29)] == [14, 14, 21, 28, 35]


def test_it_leaves_late_weeks_out_of_the_sparkline() -> None:
    """Everyone's fourteen days: a longer axis would make two lines in one list incomparable."""
    spark = sparkline([Point(13, 1), Point(14, 1), Point(15, 4, worrying=True)])
    assert len(places(spark.lines[0])) == 2
    assert spark.ring is None


def test_it_rings_the_newest_answer_of_a_sparkline_when_it_worries() -> None:
    """What is worrying now; a past worry keeps its dot only."""
    now = sparkline([Point(0, 1), Point(1, 3, worrying=True)])
    past = sparkline([Point(0, 3, worrying=True), Point(1, 1)])
    assert now.ring is now.dots[-1]
    assert past.ring is None
    assert [dot.worrying for dot in past.dots] == [True, False]


def test_it_shows_a_lonely_answer_as_a_dot() -> None:
    """No line would show it."""
    spark = sparkline([Point(0, 1), Point(1, 1), Point(4, 2), Point(8, 1), Point(9, 1)])
    assert [dot.point.day for dot in spark.dots] == [4, 9]


def test_it_draws_an_empty_course() -> None:
    """Before the first answer there is a band and an axis."""
    assert healing_chart([], FALLING).dots == ()
    assert sparkline([]).ring is None


@given(
    st.lists(
        st.builds(Point, st.integers(0, 60), st.floats(-1, 9), st.booleans(), st.booleans()),
        unique_by=lambda p: p.day,
    )
)
def test_it_keeps_every_mark_inside_the_picture(course: list[Point]) -> None:
    """Whatever is asked to be drawn, also scores outside the scale."""
    chart, spark = healing_chart(course, FALLING), sparkline(course, FALLING)
    assert all(0 <= at(d)[0] <= chart.width and 0 <= at(d)[1] <= chart.height for d in chart.dots)
    assert all(0 <= at(d)[0] <= spark.width and 0 <= at(d)[1] <= spark.height for d in spark.dots)


@given(st.floats(0, 400))
def test_it_writes_lengths_with_one_decimal_at_most(length: float) -> None:
    """Short numbers keep a page of two hundred lines small."""
    written = short(length)
    assert abs(float(written) - length) <= 0.0501
    assert len(written) <= 5
    assert not written.endswith(".0")


def test_it_lays_out_a_full_list_quickly() -> None:
    """Two hundred sparklines and six charts: some 20 ms at writing; ten times that is a fault."""
    course = [Point(day, day % 5, worrying=day % 4 == 0) for day in range(15)]
    started = perf_counter()
    drawn = (
        [sparkline(course, FALLING) for _ in range(200)],
        [healing_chart(course, FALLING) for _ in range(6)],
    )
    assert perf_counter() - started < 0.25
    assert len(drawn[0]) == 200
