"""A translation of a safety text is shown only when it is signed, word for word."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import trans_real

from tests.house.source import ROOT, modules, templates
from tracker import catalogues
from tracker.healing import safety_texts
from tracker.healing.tables import rows

EMERGENCY = "Get emergency help now"
GERMAN = {EMERGENCY: "Jetzt Notruf wählen", "Back to today": "Zurück zu heute"}


@pytest.fixture
def german(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A catalogue with one safety text and one other."""
    if shutil.which("msgfmt") is None:
        pytest.skip("needs the gettext tools, as `make messages` does")
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    said = "\n".join(f'msgid "{text}"\nmsgstr "{told}"\n' for text, told in GERMAN.items())
    (folder / "django.po").write_text(head + said)
    subprocess.run(["msgfmt", folder / "django.po", "-o", folder / "django.mo"], check=True)
    settings.LOCALE_PATHS = [tmp_path]
    trans_real._translations.clear()  # type: ignore[attr-defined]
    yield tmp_path
    trans_real._translations.clear()  # type: ignore[attr-defined]


def told(text: str) -> str:
    with translation.override("de"):
        return translation.gettext(text)


def sign(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    row = {
        "language": "de",
        "id": "card.emergency.heading",
        "signed_by": "Dr Cole",
        "signed_on": "2026-03-12",
    }
    mark = safety_texts.mark_of(EMERGENCY, words)
    monkeypatch.setattr(safety_texts, "rows", lambda name: (row | {"mark": mark},))


def test_an_unsigned_safety_text_is_shown_in_english_and_all_else_translated(german: Path) -> None:
    assert told(EMERGENCY) == GERMAN[EMERGENCY]
    assert catalogues.hold_back() == ["de card.emergency.heading"]
    assert told(EMERGENCY) == EMERGENCY
    assert told("Back to today") == GERMAN["Back to today"]


@pytest.mark.parametrize("as_signed", [True, False])
def test_a_signature_is_for_these_words_alone(
    german: Path, monkeypatch: pytest.MonkeyPatch, as_signed: bool
) -> None:
    sign(monkeypatch, GERMAN[EMERGENCY] if as_signed else "Notruf")
    catalogues.hold_back()
    assert told(EMERGENCY) == (GERMAN[EMERGENCY] if as_signed else EMERGENCY)


def test_every_safety_text_has_one_id_and_is_really_said() -> None:
    texts = safety_texts.safety_texts()
    assert len(texts) > 60
    assert all(texts.values())
    source = "".join(path.read_text() for path in templates()) + "".join(
        m.path.read_text() for m in modules("tracker/forms")
    )
    for id, text in safety_texts.ON_PAGES.items():
        assert text.replace("%(emergency_number)s", "{{ emergency_number }}") in source, id


def test_every_signature_names_its_text_and_its_person() -> None:
    for row in rows("safety_signed"):
        assert row["id"] in safety_texts.safety_texts()
        assert row["language"] != "en"
        assert row["signed_by"].strip()
        assert row["signed_on"].strip()
    assert (ROOT / "tracker/healing/evidence/safety_signed.csv").exists()
