"""A translated safety text is shown only when somebody answers for it; until then the English one is."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import trans_real

from tracker.healing.safety_texts import is_signed, safety_texts


def hold_back(languages: Iterable[str] | None = None) -> list[str]:
    """Put the English text in place of every unsigned one in the catalogues of this process.

    Returns "language id" of each. Once at the start, before anything is shown; without `languages` in all
    that are offered or have a catalogue of ours.
    """
    held = []
    for language in sorted(set(languages or _languages()) - {"en"}):
        catalogue: Any = trans_real.translation(language)._catalog  # type: ignore[attr-defined]
        for id, text in safety_texts().items():
            told = catalogue.get(text, text)
            if told != text and not is_signed(language=language, id=id, translation=told):
                catalogue[text] = text
                held.append(f"{language} {id}")
    return held


def _languages() -> set[str]:
    ours = {path.parents[1].name for folder in settings.LOCALE_PATHS for path in _files(folder)}
    return {code for code, _ in settings.LANGUAGES} | {name.replace("_", "-").lower() for name in ours}


def _files(folder: str | Path) -> Iterable[Path]:
    return Path(folder).glob("*/LC_MESSAGES/django.mo")
