import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.healing.courses import FACE
from tracker.healing import timelines
from tracker.healing.symptoms import SYMPTOMS
from tracker.healing.timelines import Change, changed, combine, depth_band, timeline
from tracker.healing.treatments import ADJUNCTS, AREAS, DEVICES, Area, Facts

areas = st.builds(Area, st.sampled_from([*AREAS, "elbow"]), st.one_of(st.none(), st.floats(0.1, 4.0)))
facts = st.builds(
    Facts,
    device=st.sampled_from([None, *DEVICES]),
    areas=st.lists(areas, max_size=3).map(tuple),
    skin_type=st.sampled_from([None, 1, 2, 3, 4, 5, 6]),
    session_number=st.integers(1, 4),
    adjuncts=st.frozensets(st.sampled_from(ADJUNCTS)),
    blood_thinners=st.sampled_from([None, True, False]),
    age=st.sampled_from([None, 30, 64, 65, 90]),
)
symptoms = st.sampled_from(SYMPTOMS)
days = st.one_of(st.integers(0, 90), st.floats(0, 90))


@given(facts, symptoms, days)
def test_it_keeps_typical_p90_and_p97_5_in_order_and_on_the_scale(f: Facts, symptom: str, day: float) -> None:
    at = timeline(f).at(symptom, day)
    assert 0 <= at.typical <= at.p90 <= at.p97_5 <= 4
    assert 0 <= at.share_any <= 1


@given(facts, symptoms, days, st.sampled_from([1, 2, 4, 5, 6]))
def test_it_never_relaxes_a_threshold_for_a_skin_type(f: Facts, symptom: str, day: float, skin: int) -> None:
    third = timeline(replace(f, skin_type=3)).threshold(symptom, day)
    assert timeline(replace(f, skin_type=skin)).threshold(symptom, day) <= third


@given(facts, symptoms, days)
def test_it_never_detects_by_a_looser_limit_than_it_shows(f: Facts, symptom: str, day: float) -> None:
    assert timeline(f).threshold(symptom, day) <= timeline(f).at(symptom, day).p97_5


@given(facts, st.lists(areas, min_size=1, max_size=3), symptoms, days)
def test_it_takes_the_most_pronounced_of_several_areas(
    f: Facts, several: list[Area], symptom: str, day: float
) -> None:
    together = timeline(replace(f, areas=tuple(several))).at(symptom, day)
    alone = [timeline(replace(f, areas=(area,))).at(symptom, day) for area in several]
    assert together.typical == max(each.typical for each in alone)
    assert together.p97_5 == max(each.p97_5 for each in alone)


@pytest.mark.parametrize(
    ("symptom", "day", "row"),
    [
        ("redness", 0, (2.5, 3.3, 3.8, 0.97)),
        ("pain", 3, (0.0, 0.4, 1.1, 0.08)),
        ("bleeding", 0, (0, 0, 1, 0.05)),
    ],
)
def test_it_shows_the_table_for_the_reference_case(symptom: str, day: int, row: tuple[float, ...]) -> None:
    at = timeline(FACE).at(symptom, day)
    assert (at.typical, at.p90, at.p97_5, at.share_any) == pytest.approx(row)
    assert at.fallback == ()


def test_it_draws_a_line_between_two_days() -> None:
    at = timeline(FACE).at("redness", 0.5)
    assert at.typical == pytest.approx((2.5 + 1.7) / 2)


def test_it_stretches_time_and_height_and_moves_the_peak() -> None:
    # redness: day 4 at stretch 2 is the reference's day 2; height 1.5
    assert changed("redness", 4, Change(1.5, 2.0, 0.0))[0] == pytest.approx(1.5 * 0.9)
    # a shift of one day holds day 0 until day 1
    assert changed("swelling", 1, Change(1.0, 1.0, 1.0)) == changed("swelling", 0, Change())
    assert changed("redness", 0, Change(2.0))[0] == 4.0


def test_it_multiplies_factors_up_to_their_caps() -> None:
    assert combine([Change(1.5, 1.5, 1), Change(1.2, 1.2, 0.5)]) == pytest.approx((1.8, 1.8, 1.5))
    assert combine([Change(4, 2), Change(4, 2)]) == (timelines.MULT_CAP, timelines.STRETCH_CAP, 0)


def test_it_lets_the_last_value_fade_beyond_the_table() -> None:
    line = timeline(FACE)
    assert line.at("redness", 21).p97_5 == pytest.approx(line.at("redness", 14).p97_5 / 2)
    assert timelines.PAST_TABLE in line.at("redness", 15).fallback
    assert timelines.PAST_TABLE not in line.at("redness", 14).fallback


def test_it_counts_a_day_before_the_treatment_as_day_0() -> None:
    assert timeline(FACE).at("redness", -1).typical == timeline(FACE).at("redness", 0).typical


@pytest.mark.parametrize(
    ("unknown", "said"),
    [
        (Facts(), {timelines.NO_DEVICE, timelines.NO_AREA, timelines.NO_DEPTH, timelines.NO_SKIN_TYPE}),
        (replace(FACE, device="laser"), {timelines.NO_DEVICE}),
        (replace(FACE, areas=(Area("face"),)), {timelines.NO_DEPTH}),
        (replace(FACE, areas=(Area("elbow", 1.0),)), {timelines.NO_AREA}),
        (replace(FACE, areas=(Area("face", 3.5),)), {timelines.TOO_DEEP}),
    ],
)
def test_it_names_what_it_had_to_assume(unknown: Facts, said: set[str]) -> None:
    assert set(timeline(unknown).at("pain", 1).fallback) == said


def test_it_shows_the_reference_case_where_nothing_is_known() -> None:
    assert timeline(Facts()).at("pain", 1).p97_5 == timeline(FACE).at("pain", 1).p97_5


@pytest.mark.parametrize(
    ("depth", "band"),
    [
        (0.2, "0.25-0.5"),
        (0.5, "0.25-0.5"),
        (0.51, "0.5-1.0"),
        (1.0, "0.5-1.0"),
        (1.5, "1.0-1.5"),
        (9, "2.5-3.0"),
    ],
)
def test_it_gives_an_upper_edge_to_the_band_below(depth: float, band: str) -> None:
    assert depth_band(depth) == band


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_it_never_expects_a_lower_peak_from_a_deeper_needle(symptom: str) -> None:
    lines = [timeline(replace(FACE, areas=(Area("face", d),))) for d in (0.4, 0.9, 1.4, 1.9, 2.4, 2.9)]
    peaks = [max(line.at(symptom, day).p97_5 for day in range(15)) for line in lines]
    assert peaks == sorted(peaks)


def test_it_serves_equal_facts_from_the_same_object() -> None:
    assert timeline(Facts(device="pen")) is timeline(Facts(device="pen"))


def test_it_refuses_a_symptom_it_does_not_know() -> None:
    with pytest.raises(KeyError):
        timeline(FACE).at("itch", 1)


def test_it_needs_neither_numpy_nor_django() -> None:
    code = "import sys, tracker.healing.timelines, tracker.healing.infection, tracker.healing.advice; "
    code += "sys.exit('numpy' in sys.modules or 'django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
