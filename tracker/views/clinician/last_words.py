"""What a patient said at the end, in the words of the questions."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tracker.forms.tail import AGREE, FEEDBACK
from tracker.models import Recovery


@dataclass(frozen=True, slots=True)
class LastWords:
    """When it was said; question and answer, the free note last."""

    at: datetime
    facts: tuple[tuple[str, str], ...]


def last_words(recovery: Recovery) -> LastWords | None:
    """None while the last questions are not answered."""
    said = getattr(recovery, "farewell", None)
    if said is None:
        return None
    words, skipped = dict(AGREE), _("not answered")
    facts = [(_("Antibiotic or antiviral?"), str(said.get_medicines_display()))]
    for name, question in FEEDBACK.items():
        facts.append((str(question), str(words.get(str(getattr(said, name)), skipped))))
    if said.note:
        facts.append((_("To do better"), f"“{said.note}”"))
    return LastWords(said.said_at, tuple(facts))
