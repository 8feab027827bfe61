"""The texts on which somebody's safety hangs, each with an id, and who answers for their translations."""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from tracker.healing import advice, words
from tracker.healing.aftercare_texts import AFTERCARE
from tracker.healing.tables import rows

ON_PAGES = {
    "page.emergency": "Trouble breathing, swollen tongue, eye trouble, very ill?",
    "page.ring_now": "Ring %(emergency_number)s now",
    "page.unsure": "If you are unsure, choose the card higher up.",
    "page.messages": "Messages are not read in real time.",
    "page.cannot_wait": "Cannot wait? Ring yourself:",
    "page.notes": "Your clinic reads notes, but not in real time. If something worries you, ring the clinic.",
    "mail.worry": "Something worries you? Do not wait for an answer to your entry: ring the clinic.",
}
"""Those that stand in templates and forms, as the catalogue knows them."""


def safety_texts() -> dict[str, str]:
    """Every safety text by its id: care cards, when to ring, hard signs, instructions, and those on pages."""
    cards = {tier.value: card for tier, card in advice.CARDS.items()} | {"quiet": advice.QUIET}
    found = {f"card.{name}.heading": card.heading for name, card in cards.items()}
    found |= _numbered({f"card.{name}": card.lines for name, card in cards.items()})
    found |= _numbered({"ring.emergency": advice.RING_EMERGENCY, "ring.today": advice.RING_TODAY})
    asked = {**words.SIGN_WORDS, "discharge": words.DISCHARGE, "temperature": words.TEMPERATURE}
    found |= {f"sign.{name}.question": one.question for name, one in asked.items()}
    found |= {f"sign.{name}.help": one.help for name, one in asked.items()}
    return found | {f"aftercare.{key}": text for key, text in AFTERCARE.items()} | ON_PAGES


def is_signed(*, language: str, id: str, translation: str) -> bool:
    """Whether a named person answers for exactly this translation of the text as it now is.

    Source: `evidence/safety_signed.csv`. A change of either wording needs a new signature.
    """
    mark = mark_of(safety_texts()[id], translation)
    return any(
        (row["language"], row["id"], row["mark"]) == (language, id, mark) for row in rows("safety_signed")
    )


def mark_of(text: str, translation: str) -> str:
    """What is signed: 16 hexadecimal signs over both wordings."""
    return sha256(f"{text}\n{translation}".encode()).hexdigest()[:16]


def _numbered(lists: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {f"{name}.{n}": text for name, texts in lists.items() for n, text in enumerate(texts, 1)}
