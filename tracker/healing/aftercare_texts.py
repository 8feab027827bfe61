"""The aftercare lines, by the key of `evidence/aftercare.csv`."""

from tracker.healing.marking import gettext_noop as _

AFTERCARE = {
    "cool_water": _("Rinse with cool or lukewarm water only."),
    "clean_hands": _("Wash your hands before you touch the treated skin."),
    "supplied_gel": _("Use only the gel or cream the clinic gave you."),
    "clean_pillowcase": _("Sleep on a fresh pillowcase."),
    "cool_pack": _("If it is swollen, hold a cool pack in a clean cloth against it for a few minutes."),
    "makeup_sunscreen": _("Make-up and sunscreen for the first 24 hours."),
    "other_products": _("Any product that was not agreed with the clinic."),
    "touching": _("Touching the treated skin when you do not need to."),
    "exercise": _("Sport and sweating."),
    "heat_pool": _("Sauna, pool, hot tub and very hot showers."),
    "sun": _("Direct sun."),
    "gentle_cleanser": _("Wash with a mild cleanser once 24 hours have passed."),
    "bland_moisturiser": _("Use a plain moisturiser without perfume."),
    "sunscreen": _("Use mineral sunscreen, factor 30 or more, and wear a hat outside."),
    "brushes_alcohol": _("Brushes, sponges and lotions with alcohol."),
    "expect_flakes": _("Expect the skin to feel tight, then to flake. Let the flakes fall by themselves."),
    "picking": _("Picking or peeling off flakes."),
    "tan_wax": _("Self-tan, waxing and facial brushes."),
    "normal_makeup": _("You can wear your normal make-up again if the skin is closed."),
    "actives": _("Retinoids, fruit acids, vitamin C, benzoyl peroxide and scrubs."),
    "restart_actives": _("Once the flaking has stopped, you can start your usual active products again."),
    "peels_laser": _("Peels, laser and tanning."),
    "report_return": _("Tell the clinic if colour, pain or swelling comes back, or if you feel a new lump."),
    "self_treatment": _("Treating it yourself with left-over antibiotics or steroid cream."),
}
