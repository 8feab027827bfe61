import pytest

from tracker.healing.causes_texts import CONSIDER
from tracker.healing.tables import rows
from tracker.healing.verdicts import Cause
from tracker.templatetags.causes import consider


@pytest.mark.parametrize("cause", Cause)
def test_it_has_a_prompt_with_a_source_for_every_cause(cause: Cause) -> None:
    [row] = [row for row in rows("causes") if row["cause"] == cause]
    assert row["source"]
    assert consider(cause).startswith("Consider: ")


def test_it_prompts_and_never_diagnoses() -> None:
    assert set(CONSIDER) == set(Cause)
    for text in CONSIDER.values():
        assert not {"diagnosis", "you must", "redness"} & set(text.lower().split())


def test_it_says_nothing_about_a_cause_nobody_knows() -> None:
    assert consider("gone") == ""
