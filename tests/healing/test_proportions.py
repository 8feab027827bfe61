import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.healing.proportions import share


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    # R: prop.test(count, of, correct = FALSE)
    [(0, 10, 0.0, 0.2775), (1, 10, 0.0179, 0.4042), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662)],
)
def test_it_gives_wilsons_interval(count: int, of: int, low: float, high: float) -> None:
    found = share(count, of)
    assert found.low == pytest.approx(low, abs=1e-4)
    assert found.high == pytest.approx(high, abs=1e-4)


def test_it_knows_nothing_from_nothing() -> None:
    found = share(0, 0)
    assert (found.value, found.low, found.high) == (0.0, 0.0, 1.0)


@pytest.mark.parametrize(("count", "of"), [(-1, 3), (4, 3)])
def test_it_refuses_what_is_no_share(count: int, of: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        share(count, of)


@given(st.integers(1, 400).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_it_holds_the_share_itself_and_narrows_with_more_cases(case: tuple[int, int]) -> None:
    count, of = case
    found, more = share(count, of), share(count * 10, of * 10)
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert more.high - more.low < found.high - found.low
