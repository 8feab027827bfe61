"""The screening questions and why each matters, by the key of `evidence/screening.csv`."""

from tracker.healing.marking import gettext_noop as _

QUESTIONS = {
    "pregnancy": _("Are you pregnant, or could you be?"),
    "breastfeeding": _("Are you breastfeeding?"),
    "open_lesions": _("Is there an open wound, a sore or a wart where we would treat?"),
    "cold_sore_now": _("Do you have a cold sore now, or do you feel one coming?"),
    "active_acne": _("Do you have inflamed spots or deep, painful spots where we would treat?"),
    "active_infection": _("Do you have an infection now, on the skin or a fever?"),
    "eczema_psoriasis": _("Do you have a rash, eczema or psoriasis where we would treat?"),
    "herpes_history": _("Have you ever had cold sores?"),
    "keloid": _("Do your scars grow thick or raised?"),
    "isotretinoin": _("Have you taken isotretinoin (acne tablets) in the last 12 months?"),
    "anticoagulants": _("Do you take anything that thins the blood, aspirin or fish oil included?"),
    "bleeding_disorder": _("Do you have an illness that makes you bleed easily?"),
    "immunosuppression": _(
        "Is your immune system weakened, by illness, steroids, chemotherapy or other medicine?"
    ),
    "diabetes": _("Do you have diabetes?"),
    "allergy_metal": _("Are you allergic to metal, such as nickel or steel?"),
    "allergy_anaesthetic": _("Are you allergic to numbing cream or injections at the dentist?"),
    "allergy_antiseptic": _("Are you allergic to a disinfectant, such as chlorhexidine or iodine?"),
    "recent_sun": _("Have you been sunburnt or tanned in the last two weeks?"),
    "recent_peel": _("Have you had a peel in the last 30 days, or used retinoids or acids in the last week?"),
    "recent_filler": _("Have you had filler in the last 6 months, or surgery on the face in the last 12?"),
    "recent_toxin": _("Have you had botulinum toxin in the last 3 months?"),
    "skin_growths": _(
        "Is there a mole that sticks out, a growth or a scar under 6 months where we would treat?"
    ),
}

REASONS = {
    "pregnancy": _(
        "Trials left pregnant people out; harm is not shown. Numbing cream and pigment are the worries."
    ),
    "breastfeeding": _("Numbing cream can be taken up by the body."),
    "open_lesions": _("Needles carry germs and wart virus into open or affected skin."),
    "cold_sore_now": _("Needles spread the cold sore virus over the treated skin."),
    "active_acne": _("Needles spread inflammation and bacteria."),
    "active_infection": _("Treat the infection first."),
    "eczema_psoriasis": _("Needling can worsen a rash; eczema with the cold sore virus can spread widely."),
    "herpes_history": _("The virus can come back after needling. Consider antiviral cover."),
    "keloid": _("Needling could start a raised scar."),
    "isotretinoin": _("Sources disagree on how long to wait; a clinician decides."),
    "anticoagulants": _("More bleeding and bruising. Never advise to stop a medicine."),
    "bleeding_disorder": _("More bleeding and bruising."),
    "immunosuppression": _("Infections are likelier and run faster; warning signs are looked at sooner."),
    "diabetes": _("Poorly controlled diabetes slows healing and makes infection likelier."),
    "allergy_metal": _("Needles of steel contain nickel."),
    "allergy_anaesthetic": _("Numbing cream could start an allergic reaction."),
    "allergy_antiseptic": _("Choose another disinfectant."),
    "recent_sun": _("Pigment changes are likelier on tanned or burnt skin."),
    "recent_peel": _("The skin barrier may still be open."),
    "recent_filler": _("Filler or a fresh operation could be disturbed."),
    "recent_toxin": _("The toxin could spread; leaflets disagree on how long to wait."),
    "skin_growths": _("Have it looked at first, or treat around it."),
}
