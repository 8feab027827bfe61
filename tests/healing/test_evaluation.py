"""The figures of an evaluation, checked by hand on courses small enough to count."""

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from tracker.healing import infection
from tracker.healing.evaluation import (
    Mismatch,
    Scored,
    area_under_curve,
    delays,
    read_labels,
    score,
    sensitivity,
    share_reaching,
    threshold,
)
from tracker.healing.evaluation.figure import DASHES, figure
from tracker.healing.evaluation.report import CAVEAT, interval, table
from tracker.healing.evaluation.signs_only import SignsOnly
from tracker.healing.simulation import simulate
from tracker.healing.simulation.export import write
from tracker.healing.verdicts import Level

ILL = np.array([True, True, False, False, False])
HIGHEST = np.array([0.9, 0.2, 0.3, 0.2, 0.1])


@dataclass
class Files:
    logs: Path
    labels: Path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("evaluation")
    made = Files(folder / "logs.csv", folder / "labels.csv")
    write(simulate(500, 6), made.logs, made.labels)
    return made


def scored(**changes: object) -> Scored:
    fields = {
        "edition": "hand",
        "episode": np.array([0, 0, 0, 1, 1]),
        "day": np.array([2.0, 4.0, 6.0, 1.0, 5.0]),
        "score": np.array([0.6, 0.1, 0.7, 0.4, 0.2]),
        "rank": np.array([2, 0, 3, 1, 0]),
        "infected": np.array([True, False]),
        "onset": np.array([3.0, np.nan]),
        "condition": np.array(["hsv", "normal"]),
        "skin": np.array([1, 6]),
    }
    return Scored(**(fields | changes))  # type: ignore[arg-type]


def test_it_counts_ties_as_half_in_the_area_under_the_curve() -> None:
    assert area_under_curve(HIGHEST, ILL) == pytest.approx((3 + 1.5) / 6)


def test_it_knows_no_area_without_both_groups() -> None:
    assert np.isnan(area_under_curve(HIGHEST, np.ones(5, dtype=bool)))


def test_it_keeps_the_false_flags_within_the_share_asked_for() -> None:
    rng = np.random.default_rng(1)
    highest, infected = rng.random(1000), rng.random(1000) < 0.2
    for share in (0.02, 0.05, 0.1):
        mark = threshold(highest, infected, share)
        flagged = (highest[~infected] > mark).mean()
        assert share - 0.01 < flagged <= share
        assert sensitivity(highest, infected, mark) == pytest.approx(share, abs=0.06)


def test_it_counts_a_flag_from_onset_on_and_not_before() -> None:
    found = delays(scored(), 0.5)
    assert found[0] == 3.0
    assert np.isnan(found[1])


def test_it_takes_the_highest_score_and_level_of_each_course() -> None:
    assert scored().highest().tolist() == [0.7, 0.4]
    assert scored().top_level().tolist() == [3, 1]
    assert share_reaching(scored(), Level.WATCH, np.array([False, True])) == 1.0
    assert share_reaching(scored(), Level.REVIEW, np.array([False, True])) == 0.0


def test_it_puts_the_figure_inside_its_interval() -> None:
    value, low, high = interval(HIGHEST, ILL, area_under_curve, np.random.default_rng(3))
    assert low <= value <= high


def test_it_ranks_simulated_infections_above_the_rest_better_than_signs_alone(files: Files) -> None:
    labels = read_labels(files.labels)
    model = score(files.logs, labels, infection.edition_named("model-2"))
    signs = score(files.logs, labels, SignsOnly())
    assert area_under_curve(model.highest(), model.infected) > 0.85
    assert area_under_curve(model.highest(), model.infected) > area_under_curve(
        signs.highest(), signs.infected
    )


def test_it_never_drops_on_dark_skin(files: Files) -> None:
    labels = read_labels(files.labels)
    model = score(files.logs, labels, infection.edition_named("model-2"))
    mark = threshold(model.highest(), model.infected, 0.1)
    dark, light = (model.infected & np.isin(model.skin, types) for types in ((5, 6), (1, 2, 3)))
    assert sensitivity(model.highest(), dark, mark) > sensitivity(model.highest(), light, mark) - 0.2


def test_it_prints_every_edition_and_says_what_simulated_figures_are(files: Files) -> None:
    each = [
        score(files.logs, read_labels(files.labels), e)
        for e in (infection.edition_named("model-2"), SignsOnly())
    ]
    text = table(each)
    assert text.startswith(CAVEAT)
    assert "not clinical validation" in text
    for words in (
        "model-2",
        "signs only",
        "found at 2% false flags",
        "skin type V-VI",
        "hsv_local",
        "ever review",
    ):
        assert words in text
    assert table(each) == text


def test_it_draws_a_well_formed_figure_with_one_line_per_edition(files: Files) -> None:
    each = [
        score(files.logs, read_labels(files.labels), e)
        for e in (infection.edition_named("model-2"), SignsOnly())
    ]
    root = ElementTree.fromstring(figure(each))
    assert len(root.findall("{http://www.w3.org/2000/svg}polyline")) == 2
    assert CAVEAT in "".join(root.itertext())


def test_it_brings_a_colour_for_every_part_on_light_and_on_dark_pages() -> None:
    light, dark = figure([scored()]).split("prefers-color-scheme: dark")
    for part in ("rect", "text", ".grid", *(f".line{number}" for number in range(len(DASHES)))):
        assert f"{part} {{" in light
        assert f"{part} {{" in dark


def test_it_names_an_episode_without_a_label(files: Files) -> None:
    with pytest.raises(Mismatch, match="no label for episode"):
        score(files.logs, {}, SignsOnly())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("episode,condition\n1,normal\n", "onset_day"),
        ("episode,condition,onset_day\n1,hsv,soon\n", "'soon' of episode 1 is not a number"),
    ],
)
def test_it_names_what_is_wrong_with_the_labels(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "labels.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Mismatch, match=said):
        read_labels(path)
