"""The sentences of the second edition, by code; parameters that are words are translated on their own."""

from tracker.healing.marking import gettext_noop as _

GRADES = (_("none"), _("mild"), _("moderate"), _("severe"), _("very severe"))

SENTENCES = {
    "rose": _(
        "{symptom} rose from {lowest} on day {lowest_day} to {score} on day {day}; expected by now: {usual}."
    ),
    "stands": _("{symptom} is {score} on day {day}; expected by now: {usual}."),
    "silent": _("{symptom} was {score} on day {before} and was not answered on day {day}."),
    "earlier": _("{symptom}: answers of earlier days; today none."),
    "course.together": _(
        "{count} of redness, warmth, swelling and pain stand above this person's own best on day {day}, "
        "over {entries} entries in a row."
    ),
    "together.once": _(
        "{count} of redness, warmth, swelling and pain stand above this person's own best on day {day}."
    ),
    "course.lasting": _(
        "Pain or warmth has not settled: above what is expected from day {since} to day {day}."
    ),
    "lasting.today": _("Pain or warmth is above what is expected on day {day}."),
    "sign.clear": _("Fluid from the skin on day {day}, after the first days."),
    "sign.several": _("A warning sign together with a rise of pain, warmth or swelling up to day {day}."),
    "sign.temperature": _("Highest temperature so far {temperature:.1f} °C."),
    "sign.before": _("A warning sign on day {before}: {what}."),
    "sign.doubt": _("Not sure on day {before}: {what}."),
    "rest": _("The usual rate of infections, the day, and how this person uses the scale."),
    "likelier.flare": _("A rise of one to three days, as after sun, heat or sport, fits as well."),
    "likelier.breakout": _("A breakout of small spots fits as well."),
    "likelier.normal": _("Ordinary healing fits as well."),
    "likelier.slow": _("Slow healing fits as well."),
    "likelier.contact": _("A reaction to a product fits as well."),
}
