"""Simulated recoveries: the same for the same seed, inside the vocabulary, and shaped like the tables."""

import csv
from pathlib import Path

import numpy as np
import pytest

from tracker.healing.model.expected import MODELLED
from tracker.healing.replay.rows import COLUMNS, read_rows
from tracker.healing.simulation import CHUNK, Simulated, simulate
from tracker.healing.simulation.conditions import SIGN_COLUMNS, conditions
from tracker.healing.simulation.export import log_rows, to_courses, write

SIMULATED = next(simulate(1500, 4))


def scores(chunk: Simulated, condition: str, symptom: str, day: int) -> float:
    chosen = chunk.answers.scores[chunk.condition == condition, day, MODELLED.index(symptom)]
    return float(np.nanmean(chosen))


def test_it_draws_the_same_recoveries_for_the_same_seed_and_others_for_another() -> None:
    again, other = next(simulate(1500, 4)), next(simulate(1500, 5))
    assert list(log_rows(again)) == list(log_rows(SIMULATED))
    assert list(log_rows(other)) != list(log_rows(SIMULATED))


def test_it_draws_the_same_first_chunk_however_many_are_asked_for() -> None:
    longer = simulate(CHUNK + 1, 9)
    first, second = next(longer), next(longer)
    assert list(log_rows(first)) == list(log_rows(next(simulate(CHUNK, 9))))
    assert (second.first, len(second.condition)) == (CHUNK, 1)


def test_it_refuses_to_draw_nothing() -> None:
    with pytest.raises(ValueError, match="at least one"):
        next(simulate(0, 1))


def test_it_draws_every_condition_of_the_table_about_as_often_as_it_says() -> None:
    total = sum(c.share for c in conditions())
    for condition in conditions():
        share = float((SIMULATED.condition == condition.name).mean())
        assert share == pytest.approx(condition.share / total, abs=0.04)
    assert set(SIMULATED.condition) <= {c.name for c in conditions()}


def test_it_answers_on_the_scale_or_not_at_all() -> None:
    answered = SIMULATED.answers.scores[~np.isnan(SIMULATED.answers.scores)]
    assert set(np.unique(answered)) <= {0.0, 1.0, 2.0, 3.0, 4.0}
    missing = np.isnan(SIMULATED.answers.scores[SIMULATED.answers.answered]).mean()
    assert 0.005 < missing < 0.1


def test_it_leaves_days_out_but_never_a_whole_recovery() -> None:
    entries = SIMULATED.answers.answered.sum(axis=1)
    assert entries.min() >= 1
    assert 6 < entries.mean() < 18


def test_it_lets_ordinary_skin_settle_and_an_infection_rise() -> None:
    assert scores(SIMULATED, "normal", "redness", 0) > 1.5 > 0.5 > scores(SIMULATED, "normal", "redness", 8)
    assert scores(SIMULATED, "bact_superficial", "pain", 12) > scores(SIMULATED, "normal", "pain", 12) + 0.5
    assert scores(SIMULATED, "allergic_contact_dermatitis", "itching", 6) > 1.5 * scores(
        SIMULATED, "normal", "itching", 6
    )


def test_it_reports_signs_too_seldom_and_now_and_then_wrongly() -> None:
    blisters = SIMULATED.answers.signs[:, :, SIGN_COLUMNS.index("blisters")]
    herpes = blisters[SIMULATED.condition == "hsv_local"].any(axis=1).mean()
    normal = blisters[SIMULATED.condition == "normal"].any(axis=1).mean()
    assert 0.3 < herpes < 0.95
    assert 0 < normal < 0.1


def test_it_includes_people_who_repeat_their_answers() -> None:
    same = (np.diff(SIMULATED.answers.scores[SIMULATED.condition == "normal"][:, :6], axis=1) == 0).all(
        axis=2
    )
    assert 0.02 < same.mean() < 0.4


def test_it_names_an_onset_for_what_goes_wrong_and_none_for_what_does_not() -> None:
    well = np.isin(SIMULATED.condition, ("normal", "slow_healer"))
    assert np.isnan(SIMULATED.onset[well]).all()
    assert ((SIMULATED.onset[~well] >= 0) & (SIMULATED.onset[~well] <= 17)).all()


def test_it_writes_files_that_replay_can_read(tmp_path: Path) -> None:
    logs, labels = tmp_path / "logs.csv", tmp_path / "labels.csv"
    count = write(simulate(40, 2), logs, labels)
    rows = list(read_rows(logs))
    assert len(rows) == count
    assert tuple(next(csv.reader(logs.open(encoding="utf-8")))) == COLUMNS
    with labels.open(encoding="utf-8") as file:
        told = list(csv.DictReader(file))
    assert [row["episode"] for row in told] == [str(n) for n in range(40)]
    assert {row.episode for row in rows} == {row["episode"] for row in told}


def test_it_gives_the_model_the_same_rows_as_the_file() -> None:
    courses = to_courses(SIMULATED)
    assert courses.size == 1500
    assert len(courses.day) == len(list(log_rows(SIMULATED)))
    assert (np.diff(courses.day)[np.diff(courses.owner()) == 0] > 0).all()
