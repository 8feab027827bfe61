import pytest

from tests.healing.courses import FACE, report
from tracker.healing import comparison
from tracker.healing.comparison import compare, peak_day, sentence
from tracker.healing.symptoms import SYMPTOMS, Report
from tracker.healing.timelines import timeline

LINE = timeline(FACE)


@pytest.mark.parametrize(
    ("symptom", "day", "score", "said"),
    [
        ("redness", 0, 1, "Less than most people have on day 0."),
        ("redness", 1, 2, "About where most people are on day 1."),
        ("redness", 4, 0, "About where most people are on day 4."),
        ("redness", 4, 1, "A little more than most people have on day 4."),
        ("redness", 4, 2, "More than most people have on day 4."),
        ("flaking", 3, 3, "More than most people have on day 3."),
        ("itching", 3, 2, "A little more than most people have on day 3; it is usually strongest about now."),
        ("pain", 5, None, "Not answered for day 5."),
    ],
)
def test_it_says_where_an_answer_stands(symptom: str, day: int, score: int | None, said: str) -> None:
    assert sentence(LINE, symptom, day, score).text == said


def test_it_never_tells_a_patient_a_percentile() -> None:
    for symptom in SYMPTOMS:
        for day in range(20):
            for score in (None, 0, 1, 2, 3, 4):
                text = sentence(LINE, symptom, day, score).text
                assert "%" not in text
                assert "percent" not in text
                assert "normal" not in text


def test_it_says_more_only_when_the_detector_would_call_the_answer_unusual() -> None:
    for symptom in SYMPTOMS:
        for day in range(15):
            for score in range(5):
                said = sentence(LINE, symptom, day, score).code
                if said == "compare.more":
                    assert score > LINE.threshold(symptom, day)


def test_it_does_not_say_less_as_the_answer_grows() -> None:
    order = ["compare.less", "compare.about", "compare.bit_more", "compare.more"]
    for symptom in SYMPTOMS:
        for day in range(15):
            codes = [sentence(LINE, symptom, day, score).code.removesuffix("_peak") for score in range(5)]
            ranks = [order.index(code) for code in codes]
            assert ranks == sorted(ranks)


def test_it_measures_each_symptom_against_the_table_and_the_patients_own_best() -> None:
    earlier = [report(1, "2111"), report(2, "1000"), report(5, "0000"), report(3, "0000", order=1)]
    found = {d.symptom: d for d in compare(LINE, report(3, "2102"), earlier)}
    assert list(found) == list(SYMPTOMS)
    pain = found["pain"]
    assert (pain.score, pain.typical, pain.upper) == (2, 0.0, 1.1)
    assert pain.above == pytest.approx(0.9)
    assert pain.step == 2
    assert found["redness"].step == 1  # same day and later days do not count
    assert found["redness"].above == 0.0


def test_it_knows_nothing_about_what_was_not_answered() -> None:
    found = {d.symptom: d for d in compare(LINE, Report(3), [report(2)])}
    assert {(d.score, d.above, d.step) for d in found.values()} == {(None, 0.0, None)}
    assert compare(LINE, report(3))[0].step is None


def test_it_finds_the_day_on_which_a_symptom_is_strongest() -> None:
    assert (peak_day(LINE, "redness"), peak_day(LINE, "flaking")) == (0, 3)


def test_it_marks_every_sentence_for_translation() -> None:
    assert all(template.endswith(".") for template in comparison.SENTENCES.values())
