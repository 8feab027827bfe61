"""The words of the vocabulary as people read them inside a sentence. Each is translated on its own."""

from tracker.healing.marking import gettext_noop as _

SYMPTOMS = {
    "redness": _("redness or darker colour"),
    "swelling": _("swelling"),
    "warmth": _("warmth"),
    "pain": _("pain"),
    "itching": _("itching"),
    "tightness": _("tightness"),
    "flaking": _("flaking"),
    "dryness": _("dryness"),
    "bruising": _("bruising"),
    "bleeding": _("bleeding"),
}
SIGNS = {
    "spreading": _("spreading colour or swelling"),
    "red_streaks": _("streaks on the skin"),
    "blisters": _("blisters or small sores in a group"),
    "new_lump": _("a new lump"),
    "swollen_glands": _("swollen glands"),
    "eye_symptoms": _("eye trouble"),
    "unwell": _("feeling seriously unwell"),
}
OTHERS = {
    "discharge": _("what comes out of the skin"),
    "temperature": _("temperature"),
}
ANSWERS = {"yes": _("yes"), "no": _("no"), "unsure": _("not sure")}
DISCHARGES = {
    "none": _("nothing"),
    "clear": _("clear fluid"),
    "unclear": _("fluid of unclear kind"),
    "pus": _("pus"),
}


def label(word: str) -> str:
    """The label of a symptom, a sign, an answer or another word of the vocabulary. KeyError if unknown."""
    return {**SYMPTOMS, **SIGNS, **OTHERS, **ANSWERS, **DISCHARGES}[word]
