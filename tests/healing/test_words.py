import re

import pytest

from tracker.healing import labels, words
from tracker.healing.symptoms import SIGNS, SYMPTOMS, Answer, classify_discharge


def every_text() -> list[str]:
    wordings = [*words.SYMPTOM_WORDS.values(), *words.SIGN_WORDS.values(), words.DISCHARGE, words.TEMPERATURE]
    texts = [text for w in wordings for text in (w.question, w.help, *(w.anchors or ()))]
    return [*texts, *words.STEPS, *words.COLOURS.values(), *words.TEXTURES.values(), *words.ANSWERS.values()]


def test_it_words_every_symptom_and_every_sign_in_their_order() -> None:
    assert tuple(words.SYMPTOM_WORDS) == SYMPTOMS == tuple(labels.SYMPTOMS)
    assert tuple(words.SIGN_WORDS) == SIGNS == tuple(labels.SIGNS)


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_it_holds_every_step_to_its_own_sentence(symptom: str) -> None:
    wording = words.SYMPTOM_WORDS[symptom]
    assert wording.question.startswith("In the last 24 hours")
    assert wording.anchors is not None
    assert len(set(wording.anchors)) == len(words.STEPS) == 5


def test_it_never_lets_redness_stand_alone() -> None:
    for text in [*every_text(), *labels.SYMPTOMS.values(), *labels.SIGNS.values()]:
        if re.search(r"\bred(ness|der)?\b", text, re.IGNORECASE):
            assert re.search("darker|purple", text), text


def test_it_keeps_sentences_short_enough_to_be_read() -> None:
    for text in every_text():
        for sentence in re.split(r"[.?;]", text):
            assert len(sentence.split()) <= 24, sentence


def test_it_offers_every_answer_that_the_rules_read() -> None:
    assert set(words.ANSWERS) == {answer.value for answer in Answer}
    found = {classify_discharge(colour, texture) for colour in words.COLOURS for texture in words.TEXTURES}
    assert {d.value for d in found if d} == set(labels.DISCHARGES)


def test_it_labels_every_word_once() -> None:
    assert labels.label("warmth") == "warmth"
    with pytest.raises(KeyError):
        labels.label("itch")
