"""What a clinician may think of first, by the cause of a flag. Sources: `evidence/causes.csv`.

Prompts for a professional's own judgement; they diagnose nothing and await clinical sign-off.
"""

from tracker.healing.marking import gettext_noop as _
from tracker.healing.verdicts import Cause

CONSIDER = {
    Cause.INFECTION: _(
        "Consider: same-day look, marking the border, a swab before any antibiotic; near the eye or nose,"
        " or with a weakened immune system, sooner."
    ),
    Cause.COLD_SORE: _(
        "Consider: earlier cold sores, grouped blisters, tingling or burning first; antivirals help "
        "early. Blisters near the eye, or spreading with fever, are an emergency."
    ),
    Cause.CONTACT_REACTION: _(
        "Consider: which serum, cream or numbing cream touched the skin, and since when; itch beyond the "
        "treated area; stopping everything but a plain moisturiser."
    ),
    Cause.LATE_LUMP: _(
        "Consider: slow-growing bacteria weeks after the session, or a reaction to something pressed into"
        " the skin; a biopsy with culture rather than one antibiotic after another."
    ),
    Cause.PIGMENT_CHANGE: _(
        "Consider: sun and irritation since; compare with the baseline photo on the person's own skin "
        "type; most of it fades within months."
    ),
    Cause.BURN: _(
        "Consider: the settings and passes that were recorded, blisters or severe pain in the pattern of "
        "the tips, loss of feeling; a look on the same day."
    ),
    Cause.SLOW_HEALING: _(
        "Consider: depth and passes, what is being put on the skin, sun, and whether anything is still "
        "getting worse."
    ),
    Cause.SILENCE: _(
        "Consider: ringing. The last entry was worrying and nothing has been heard since, which is no "
        "all-clear."
    ),
    Cause.UNCLEAR: _(
        "Consider: reading the entry itself and asking the person; the rules could not sort it or had too"
        " little."
    ),
}
