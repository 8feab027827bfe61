"""What the check-in asks, word by word. Our own 24-hour wording, for a reading age of about ten.

Five labelled steps, the same every day and for every symptom, each with one sentence to hold on to.
"Redness" never stands alone: on darker skin the change is often darker, purple or grey.
"""

from dataclasses import dataclass

from tracker.healing.marking import gettext_noop as _

STEPS = (_("None"), _("Mild"), _("Clear"), _("Strong"), _("Very strong"))
"""The labels of scores 0–4."""

Anchors = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Wording:
    """One question: its heading, a sentence of help, and for a symptom one sentence per step 0–4."""

    question: str
    help: str
    anchors: Anchors | None = None


SYMPTOM_WORDS = {
    "redness": Wording(
        _("In the last 24 hours, was the treated skin redder, darker, purple or greyer than usual?"),
        _("Look in daylight. Compare it with your usual skin, where you were not treated."),
        (
            _("It has my usual colour."),
            _("You only see it when you look closely."),
            _("You see it at arm's length."),
            _("Others would see it across a table."),
            _("The colour is very deep, or it looks like a bad sunburn."),
        ),
    ),
    "swelling": Wording(
        _("In the last 24 hours, how swollen was the treated skin?"),
        _("Puffy skin, or skin that looks fuller than usual."),
        (
            _("It is not swollen."),
            _("I feel it, but you can hardly see it."),
            _("You can see it."),
            _("My face or the place looks different."),
            _("It is so swollen that it gets in the way, for example of opening an eye."),
        ),
    ),
    "warmth": Wording(
        _("In the last 24 hours, how warm was the treated skin?"),
        _("Touch it with the back of a clean hand. Compare with skin that was not treated."),
        (
            _("As warm as the skin around it."),
            _("A little warmer when I pay attention."),
            _("Clearly warmer."),
            _("Hot to the touch."),
            _("It burns with heat, even without touching."),
        ),
    ),
    "pain": Wording(
        _("In the last 24 hours, how much did the treated skin hurt?"),
        _("Count pain, burning and soreness. Think of the worst moment."),
        (
            _("It does not hurt."),
            _("I feel it only when I touch it."),
            _("I notice it, but I can do everything."),
            _("It is hard to think of other things."),
            _("I cannot sleep or do my day because of it."),
        ),
    ),
    "itching": Wording(
        _("In the last 24 hours, how much did the treated skin itch?"),
        _("Please do not scratch."),
        (
            _("It does not itch."),
            _("It itches now and then."),
            _("It itches often, and I can leave it alone."),
            _("I can hardly keep from scratching."),
            _("It itches all the time and keeps me awake."),
        ),
    ),
    "tightness": Wording(
        _("In the last 24 hours, how tight did the treated skin feel?"),
        _("As if the skin were too small, for example when you smile."),
        (
            _("It feels normal."),
            _("A little tight after washing."),
            _("Tight most of the day."),
            _("Tight whenever I move it."),
            _("So tight that I avoid moving it."),
        ),
    ),
    "flaking": Wording(
        _("In the last 24 hours, how much did the treated skin flake or peel?"),
        _("Let the flakes fall by themselves."),
        (
            _("No flakes."),
            _("A few small flakes when I look closely."),
            _("Flakes you can see."),
            _("Flakes over most of the place."),
            _("Large pieces come off."),
        ),
    ),
    "dryness": Wording(
        _("In the last 24 hours, how dry was the treated skin?"),
        _("Think of how it felt before you put on cream."),
        (
            _("As usual."),
            _("A little dry."),
            _("Dry and rough."),
            _("Very dry; cream helps only for a short time."),
            _("So dry that it cracks."),
        ),
    ),
    "bruising": Wording(
        _("In the last 24 hours, how bruised was the treated skin?"),
        _("Blue, purple, brown or yellow marks under the skin."),
        (
            _("No bruise."),
            _("One small mark."),
            _("Several small marks."),
            _("A large bruise."),
            _("Bruises over most of the place."),
        ),
    ),
    "bleeding": Wording(
        _("In the last 24 hours, how much did the treated skin bleed?"),
        _("Tiny dots of blood right after the treatment are usual; count what came later."),
        (
            _("No blood."),
            _("One or two dots."),
            _("Some dots that stopped by themselves."),
            _("I had to press on it."),
            _("It does not stop when I press on it for ten minutes."),
        ),
    ),
}

SIGN_WORDS = {
    "spreading": Wording(
        _("Is the colour or the swelling spreading past the treated skin, or getting bigger?"),
        _("Redder, darker, purple or greyer than your usual skin all count."),
    ),
    "red_streaks": Wording(
        _("Are there lines or streaks running away from the treated skin?"),
        _("They can be red, purple or darker than your usual skin."),
    ),
    "blisters": Wording(
        _("Are there blisters, or small sores close together?"),
        _("They may tingle or burn before they come."),
    ),
    "new_lump": Wording(
        _("Is there a new lump in or under the treated skin?"),
        _("A lump counts at any time, also weeks later."),
    ),
    "swollen_glands": Wording(
        _("Are there sore or swollen lumps at your neck, jaw, armpit or groin?"),
        _("These are glands. They can swell a little after the treatment."),
    ),
    "eye_symptoms": Wording(
        _("Is something wrong with an eye?"),
        _("Pain when you move it, seeing double or less well, an eye that bulges, or a bad headache with a "
          "swollen lid."),
    ),
    "unwell": Wording(
        _("Do you feel seriously ill?"),
        _("For example confused, faint, very short of breath, or shaking with cold."),
    ),
}  # fmt: skip

NEAR_EYE = _("Because you were treated near the eyes, please look at both eyes with care.")

DISCHARGE = Wording(
    _("Does anything come out of the treated skin?"),
    _("Look at the skin and at your pillow or tissue. First the colour, then whether it is thin or thick."),
)
COLOURS = {
    "none": _("Nothing comes out"),
    "clear": _("Clear, like water"),
    "pink": _("Pink, or a little blood"),
    "yellow": _("Yellow"),
    "green": _("Green"),
    "unsure": _("Not sure"),
}
TEXTURES = {
    "thin": _("Thin, like water"),
    "thick": _("Thick, milky or creamy"),
    "unsure": _("Not sure"),
}
ANSWERS = {"no": _("No"), "yes": _("Yes"), "unsure": _("Not sure")}

TEMPERATURE = Wording(
    _("What is your temperature, in °C?"),
    _("Measure it if you feel hot, cold or ill. If you have no thermometer, leave this empty."),
)
