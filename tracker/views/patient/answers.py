"""What a check-in said, in the words of the form; and what a correction changed."""

from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tracker.healing import labels, symptoms, words
from tracker.healing.verdicts import Reason, Verdict
from tracker.models import CheckIn
from tracker.templatetags.aftercare import reason_text

Said = tuple[str, str]
UNANSWERED = "–"


def _score(check_in: CheckIn, name: str) -> str:
    score = getattr(check_in, name)
    return UNANSWERED if score is None else _(words.STEPS[score])


def _sign(check_in: CheckIn, name: str) -> str:
    answer = getattr(check_in, name)
    return _(words.ANSWERS[answer]) if answer else UNANSWERED


def _discharge(check_in: CheckIn) -> str:
    colour, texture = check_in.discharge_colour, check_in.discharge_texture
    if not colour:
        return UNANSWERED
    parts = [_(words.COLOURS[colour])] + ([_(words.TEXTURES[texture])] if texture else [])
    return ", ".join(parts)


def _temperature(check_in: CheckIn) -> str:
    if check_in.temperature_c is None:
        return UNANSWERED
    return f"{formats.number_format(check_in.temperature_c, 1)} °C"


def told_about(check_in: CheckIn, name: str) -> str:
    """The answer to one question: a symptom, a sign, "discharge" or "temperature"."""
    if name in symptoms.SYMPTOMS:
        return _score(check_in, name)
    others = {"discharge": _discharge, "temperature": _temperature}
    return others[name](check_in) if name in others else _sign(check_in, name)


def said(check_in: CheckIn) -> list[Said]:
    """Every question with its answer, in the order of the form."""
    found = [(labels.label(name), _score(check_in, name)) for name in symptoms.SYMPTOMS]
    found += [(labels.label(name), _sign(check_in, name)) for name in symptoms.SIGNS]
    found.append((labels.label("discharge"), _discharge(check_in)))
    found.append((labels.label("temperature"), _temperature(check_in)))
    said_all = [(capfirst(_(label)), answer) for label, answer in found]
    return [*said_all, (_("Note"), check_in.note or UNANSWERED)]


def told(check_in: CheckIn) -> list[Said]:
    """`said` without what was not asked or not answered."""
    return [(label, answer) for label, answer in said(check_in) if answer != UNANSWERED]


def changed(before: CheckIn, after: CheckIn) -> list[Said]:
    """What a correction changed, as label and "old → new"."""
    pairs = zip(said(before), said(after), strict=True)
    return [
        (label, f"{_or_not(old)} → {_or_not(new)}") for (label, old), (_label, new) in pairs if old != new
    ]


def _or_not(answer: str) -> str:
    return _("not answered") if answer == UNANSWERED else answer


def reference(check_in: CheckIn) -> str:
    """A short word to read out on the phone."""
    return check_in.submission_key.hex[:8].upper()


PLAIN = ("sign.", "unsure.", "amended", "thin", "gap", "recent", "could_not_assess")
"""Reasons whose sentence is already as one would say it to the person."""


def noticed(verdict: Verdict) -> list[str]:
    """What stood out, without numbers; each symptom once."""
    return list(dict.fromkeys(line for reason in verdict.reasons if (line := _plainly(reason))))


def _plainly(reason: Reason) -> str:
    if reason.code.startswith(PLAIN):
        return capfirst(reason_text(reason))
    if reason.code == "course.lasting":
        return _("Pain or warmth has not settled as it usually has by now")
    symptom = reason.params.get("symptom")
    return _("%(symptom)s: more than is usual by now") % {"symptom": capfirst(_(symptom))} if symptom else ""
