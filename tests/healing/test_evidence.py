import pytest

from tracker.healing.aftercare_texts import AFTERCARE
from tracker.healing.screening_texts import QUESTIONS, REASONS
from tracker.healing.symptoms import SYMPTOMS
from tracker.healing.tables import EVIDENCE, rows
from tracker.healing.timelines import LAST_DAY, reference

SOURCE_COLUMN = {"modifiers": "evidence", "complications": "evidence"}
TABLES = (
    "expected_severity",
    "modifiers",
    "complications",
    "trajectories",
    "aftercare",
    "screening",
    "learning",
    "causes",
)


@pytest.mark.parametrize("name", TABLES)
def test_it_names_a_source_for_every_row(name: str) -> None:
    column = SOURCE_COLUMN.get(name, "source")
    assert rows(name)
    assert [row for row in rows(name) if not row[column].strip()] == []


@pytest.mark.parametrize("name", TABLES)
def test_it_has_as_many_cells_as_columns_in_every_row(name: str) -> None:
    assert all(None not in row and None not in row.values() for row in rows(name))


def test_it_tells_what_every_table_holds() -> None:
    readme = (EVIDENCE / "README.md").read_text()
    assert all(f"`{name}.csv`" in readme for name in TABLES)
    assert "await" in readme
    assert "synthesis, not data" in readme


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_it_has_a_reference_course_for_every_symptom(symptom: str) -> None:
    assert len(reference(symptom)) == LAST_DAY + 1
    assert all(0 <= a <= b <= c <= 4 and 0 <= share <= 1 for a, b, c, share in reference(symptom))


def test_it_uses_the_house_word_for_itching() -> None:
    words = {row["symptom"] for row in rows("expected_severity")} | {
        row["symptom"] for row in rows("modifiers")
    }
    assert words == {*SYMPTOMS, "all"}
    assert "itch" not in {row["sign"] for row in rows("trajectories")}


def test_it_words_every_aftercare_line_and_nothing_else() -> None:
    assert {row["key"] for row in rows("aftercare")} == set(AFTERCARE)
    assert {row["kind"] for row in rows("aftercare")} == {"do", "avoid"}


def test_it_words_every_screening_question_and_nothing_else() -> None:
    assert {row["key"] for row in rows("screening")} == set(QUESTIONS) == set(REASONS)


def test_it_has_a_trajectory_only_for_known_complications() -> None:
    known = {row["id"] for row in rows("complications")}
    assert {row["id"] for row in rows("trajectories")} <= known
