import pytest

from tracker.healing.screening import Effect, findings, needs_decision, questions
from tracker.healing.symptoms import Answer

KEYS = [question.key for question in questions()]
ALL_NO = dict.fromkeys(KEYS, Answer.NO)
STOPPERS = [q.key for q in questions() if q.effect is Effect.STOP]


def test_it_asks_what_the_treatment_record_reads() -> None:
    assert {"anticoagulants", "herpes_history", "immunosuppression"} <= set(KEYS)
    assert len(KEYS) == len(set(KEYS)) >= 17


def test_it_finds_nothing_when_everything_was_answered_with_no() -> None:
    assert {found.effect for found in findings(ALL_NO)} == {None}
    assert not needs_decision(ALL_NO)


@pytest.mark.parametrize("question", questions(), ids=lambda q: q.key)
@pytest.mark.parametrize("answer", [Answer.YES, Answer.UNSURE])
def test_it_treats_not_sure_like_the_answer_that_speaks_against(question: object, answer: Answer) -> None:
    key = question.key  # type: ignore[attr-defined]
    found = next(f for f in findings({**ALL_NO, key: answer}) if f.question.key == key)
    assert found.effect is found.question.effect
    assert found.question.reason
    assert found.question.source
    assert found.question.text.endswith("?")


def test_it_shows_what_was_not_asked_as_not_asked() -> None:
    found = findings({"pregnancy": None})
    assert len(found) == len(KEYS)
    assert all(f.not_asked and f.effect is None for f in found)


@pytest.mark.parametrize("key", STOPPERS)
def test_it_needs_a_decision_when_a_stopping_question_was_left_out(key: str) -> None:
    asked = {k: v for k, v in ALL_NO.items() if k != key}
    assert needs_decision(asked)
    assert needs_decision({**asked, key: Answer.UNSURE})


def test_it_only_cautions_where_sources_disagree() -> None:
    assert not needs_decision({**ALL_NO, "isotretinoin": Answer.YES, "anticoagulants": Answer.YES})


def test_it_never_advises_to_stop_a_medicine() -> None:
    blood = next(q for q in questions() if q.key == "anticoagulants")
    assert "Never advise to stop" in blood.reason


def test_it_refuses_answers_to_questions_that_do_not_exist() -> None:
    with pytest.raises(KeyError, match="shoe_size"):
        findings({"shoe_size": Answer.NO})
