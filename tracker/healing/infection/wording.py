"""The sentences of a verdict, by code. Plain enough to be shown to a patient, exact enough to be checked."""

from tracker.healing.marking import gettext_noop as _

SENTENCES = {
    "sign.pus": _("Pus on day {day}: yellow or green, and thick."),
    "sign.fever": _("Temperature of {temperature:.1f} °C on day {day}: 38.0 or more."),
    "sign.spreading": _("The colour or swelling is spreading on day {day}."),
    "sign.red_streaks": _("Streaks run from the treated skin on day {day}."),
    "sign.blisters": _("Blisters or small sores in a group on day {day}."),
    "sign.eye_symptoms": _("Trouble with the eye on day {day}."),
    "sign.unwell": _("Feeling seriously unwell on day {day}."),
    "sign.pain": _("Very strong pain on day {day}."),
    "sign.new_lump": _("A new lump on day {day}."),
    "sign.swollen_glands": _("Swollen glands on day {day}; alone a weak sign."),
    "unsure.sign": _("Not sure about {sign} on day {day}."),
    "unsure.discharge": _("Not clear what comes out of the skin on day {day}."),
    "unsure.with_sign": _("Not sure about one warning sign beside another on day {day}."),
    "unsure.several": _("Not sure about {count} warning signs on day {day}."),
    "trend.rise": _(
        "{count} of redness, warmth, swelling and pain are worse on day {day} than at their best, "
        "and at least one is above the usual range."
    ),
    "trend.many": _(
        "{count} of redness, warmth, swelling and pain are worse on day {day} than at their best, "
        "and {high} are above the usual range."
    ),
    "rise": _("{symptom}: {score} on day {day}, up from {lowest} on day {lowest_day}."),
    "strong": _("{symptom} rose by {steps} steps to {score} on day {day}."),
    "persist": _("{symptom}: above the usual range on day {before} and on day {day}."),
    "high": _("{symptom}: {score} on day {day}; usually at most {upper:.1f}."),
    "slow.redness": _("Redness or darker colour still {score} on day {day}."),
    "itch.once": _("Itching: {score} on day {day}; usually at most {upper:.1f}."),
    "itch.persist": _(
        "Itching stands out: {score} on day {day}, again above the usual range or with swelling."
    ),
    "gap": _("{symptom} was {score} on day {before} and was not answered on day {day}."),
    "recent": _("A warning sign on day {before}: {what}."),
    "thin": _("Too few answers on day {day} to say that nothing is wrong."),
    "facts.immunosuppressed": _("Weakened immune system: looked at sooner."),
    "amended": _("{what}: {first} at first on day {day}, later changed to {later}. Both are kept."),
    "no.reports": _("No answers yet."),
}

AGAINST = {
    "against.temperature": _("Temperature of {temperature:.1f} °C, below 38.0."),
    "against.early_fever": _("In the first two days a fever seldom comes from the treated skin."),
    "against.no_signs": _("All warning signs were answered with no on day {day}."),
    "against.best": _("Redness, warmth, swelling and pain are no worse than at their best so far."),
    "against.itch": _("Itching stands out more than pain and warmth."),
}

CLEARS = {
    "clears.looked": _("A clinician has looked and recorded what was found."),
    "clears.settled": _("{symptom} in the usual range on two entries running."),
    "clears.answer": _("A clear yes or no about {sign}."),
    "unanswered": _("Not answered on day {day}: {item}."),
    "clears.late": _("This entry was added later; today's answers are still needed."),
}

COULD_NOT_ASSESS = _("The answers could not be assessed by the computer. A person must look.")
