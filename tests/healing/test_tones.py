import pytest

from tracker.healing.tones import tone


@pytest.mark.parametrize("skin_type", [None, 0, 1, 2, 3, 4, 5, 6, 9])
def test_it_never_lets_redness_stand_alone(skin_type: int | None) -> None:
    text = " ".join(tone(skin_type).lines)
    assert "darker" in text
    assert "heat" in text


def test_it_leans_on_more_than_red_for_darker_skin() -> None:
    for skin_type in (5, 6):
        assert "purple or grey" in tone(skin_type).lines[0]
        assert "red" not in tone(skin_type).lines[0]


def test_it_shows_no_swatch_for_a_tone_nobody_recorded() -> None:
    assert tone(None).swatch is None
    assert tone(4).swatch == 4
