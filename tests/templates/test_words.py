"""What patients read: plain enough for a ten-year-old, and "redness" never stands alone."""

import re
from pathlib import Path

import pytest

from tests.house.source import ROOT, templates
from tracker.healing import advice, milestones, tones, words
from tracker.healing.aftercare_texts import AFTERCARE

PAGES = [path for path in templates() if {"patient", "offline"} & set(path.parts)]
PAGES.append(ROOT / "templates" / "components" / "_offline.html")
SPOKEN = re.compile(
    r"{%\s*translate\s+\"([^\"]+)\"|{%\s*blocktranslate[^%]*%}(.*?)(?:{%\s*plural.*?)?{%\s*endblocktranslate",
    re.S,
)
NAMED = {"clinic", "microneedling", "emergency", "temperature", "antibiotics", "antibiotic", "retinoids"}
"""Words that have no shorter name; a reader knows them from the clinic. They count as two syllables."""
HARDEST_SENTENCE, HARDEST_ON_AVERAGE = 12.0, 6.0
"""Grades of an American school; ten-year-olds are in grade five."""


def said(path: Path) -> list[str]:
    """The texts of a template, with a short word for everything filled in."""
    texts = ["".join(found) for found in SPOKEN.findall(path.read_text())]
    return [re.sub(r"{{.*?}}|{%.*?%}|{n}", "one", text) for text in texts]


def rules() -> list[str]:
    """Everything the rules may say to a patient."""
    wordings = [*words.SYMPTOM_WORDS.values(), *words.SIGN_WORDS.values(), words.DISCHARGE, words.TEMPERATURE]
    texts = [text for one in wordings for text in (one.question, one.help, *(one.anchors or ()))]
    cards = [*advice.CARDS.values(), advice.QUIET]
    texts += [text for card in cards for text in (card.heading, *card.lines)]
    texts += [*AFTERCARE.values(), *tones.LOOKS.values(), tones.FEEL, tones.COMPARE]
    texts += [*advice.RING_TODAY, *advice.RING_EMERGENCY, milestones.FADING, milestones.GONE]
    return [re.sub(r"{\w+}", "one", text) for text in texts]


def sentences(texts: list[str]) -> list[str]:
    """Whole sentences of at least five words: the measure means nothing for labels."""
    found = (part.strip() for text in texts for part in re.split(r"(?<=[.?!:;])\s", text))
    return [part for part in found if len(part.split()) >= 5]


def syllables(word: str) -> int:
    """Groups of vowels, a silent e at the end left out."""
    plain = word.lower().strip("'’")
    if plain in NAMED:
        return 2
    return max(1, len(re.findall(r"[aeiouy]+", re.sub(r"(?<=[^aeiouyl])e[ds]?$", "", plain))))


def grade(text: str) -> float:
    """Flesch and Kincaid's school grade of one sentence."""
    spoken = re.findall(r"[A-Za-z’']+", text)
    return 0.39 * len(spoken) + 11.8 * sum(map(syllables, spoken)) / max(1, len(spoken)) - 15.59


def every_sentence() -> list[str]:
    return sentences([text for path in PAGES for text in said(path)] + rules())


def test_it_measures_grades_as_schools_do() -> None:
    assert grade("The cat sat on the mat.") < 0
    assert 4 < grade("Ring the clinic today if the pain gets worse and the skin is hot.") + 4 < 9
    assert grade("Erythematous manifestations necessitate immediate dermatological consultation.") > 20


def test_it_finds_the_texts_there_are() -> None:
    assert len(every_sentence()) > 150


def test_it_can_be_read_at_the_age_of_ten_on_average() -> None:
    grades = [grade(sentence) for sentence in every_sentence()]
    average = sum(grades) / len(grades)
    print(f"{len(grades)} sentences, grade {average:.1f}, hardest {max(grades):.1f}")
    assert average <= HARDEST_ON_AVERAGE


def test_no_single_sentence_is_hard() -> None:
    hard = {s: round(grade(s), 1) for s in every_sentence() if grade(s) > HARDEST_SENTENCE}
    assert hard == {}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_redness_never_stands_alone(path: Path) -> None:
    alone = [t for t in said(path) if re.search(r"\bred(ness|der)?\b", t, re.I) and "darker" not in t]
    assert alone == []


def test_no_page_uses_a_doctors_word_for_it() -> None:
    words_used = " ".join(every_sentence()).lower()
    assert [
        w for w in ("erythema", "oedema", "edema", "purulent", "pruritus", "exudate") if w in words_used
    ] == []
