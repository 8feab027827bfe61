"""A protocol may have its own table of levels. It moves the statistics; hard signs do not ask it."""

import pytest

from tests.healing.courses import FACE, course, report
from tracker.healing import infection, policy
from tracker.healing.policy import Policy
from tracker.healing.symptoms import Discharge, Report
from tracker.healing.verdicts import Level, Verdict

TURNING = course("2112", "1111", "1000", "1111", "2222")
DEAF = Policy(watch=1.0, review=1.0, urgent=1.0)
JUMPY = Policy(watch=1e-9, review=1e-9, urgent=1e-9)


def judged(reports: list[Report], table: Policy | None) -> Verdict:
    return infection.judge(FACE, reports, "model-2", policy=table)


def test_it_gives_each_level_from_its_least_probability() -> None:
    table = Policy(0.1, 0.2, 0.3)
    assert [table.level(p) for p in (0.09, 0.1, 0.2, 0.3)] == [
        Level.NONE,
        Level.WATCH,
        Level.REVIEW,
        Level.URGENT,
    ]


@pytest.mark.parametrize("table", [(0, 0.1, 0.2), (0.2, 0.1, 0.3), (0.1, 0.3, 0.2), (0.1, 0.2, 1.1)])
def test_it_refuses_levels_that_are_not_in_order(table: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="not in order"):
        policy.ordered(dict(zip(("watch", "review", "urgent"), table, strict=True)))


def test_it_refuses_a_table_with_a_level_missing() -> None:
    with pytest.raises(KeyError, match="review"):
        policy.ordered({"watch": 0.1, "urgent": 0.2})


def test_it_changes_the_level_and_nothing_else_the_statistics_say() -> None:
    usual, jumpy = judged(TURNING, None), judged(TURNING, JUMPY)
    assert jumpy.level is Level.URGENT
    assert (jumpy.probability, jumpy.reasons) == (usual.probability, usual.reasons)
    assert judged(TURNING, DEAF).level is Level.NONE


def test_it_never_talks_a_hard_sign_down() -> None:
    pus = [*course("2112", "1000"), report(2, discharge=Discharge.PUS)]
    assert judged(pus, DEAF).level is judged(pus, None).level is Level.URGENT


def test_it_says_the_same_step_by_step() -> None:
    for table in (None, DEAF, JUMPY):
        edition = infection.edition_named("model-2", policy=table)
        steps = edition.judge_steps([(FACE, TURNING)])[0]  # type: ignore[attr-defined]
        alone = [edition.judge(FACE, TURNING[: k + 1]) for k in range(len(TURNING))]
        assert [v.level for v in steps] == [v.level for v in alone]


def test_the_first_edition_has_no_statistics_that_a_table_could_move() -> None:
    def by_rules(table: Policy | None) -> Verdict:
        return infection.judge(FACE, TURNING, "rules-1", policy=table)

    assert by_rules(JUMPY) == by_rules(DEAF) == by_rules(None)
    assert by_rules(None).level is Level.URGENT


def test_it_knows_the_budget_of_every_published_level() -> None:
    budgets = policy.budgets("model-2")
    assert set(budgets) == {"watch", "review", "urgent"}
    assert 0 < budgets["urgent"] <= 1 < budgets["review"] <= 5 < budgets["watch"]
    assert policy.budgets("rules-1") == {}
