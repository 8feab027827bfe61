"""Which features belong to one reason, so that a person reads five sentences and not eighty numbers."""

from functools import cache

import numpy as np

from tracker.healing.model.curves import curves
from tracker.healing.model.expected import Floats
from tracker.healing.model.features import Features

REST = "rest"
_SIGN_GROUPS = {
    "sign.kinds": "sign.several",
    "sign.late_clear": "sign.clear",
    "joint.sign_and_rise": "sign.several",
    "joint.sign_and_felt": "sign.several",
}


def group_of(feature: str) -> str:
    """The reason that `feature` belongs to: a symptom, a sign, several at once, or the rest."""
    part, _, name = feature.partition(".")
    if feature in _SIGN_GROUPS:
        return _SIGN_GROUPS[feature]
    if part in ("above", "rise", "step"):
        return "course." + name.partition(".")[0]
    return {
        "joint": "course.together",
        "lasting": "course.lasting",
        "contrast": "course.itching",
        "sign": f"sign.{name}",
        "signed": f"sign.{name}",
        "fever": "sign.temperature",
    }.get(part, REST)


@cache
def names() -> tuple[str, ...]:
    """All reasons that the published curves can give, the rest last."""
    found = dict.fromkeys(group_of(name) for name in curves().by_name)
    found.pop(REST, None)
    return (*found, REST)


def weights(known: Features) -> Floats:
    """(rows, reasons) shares of the log-odds, in the order of `names`; the base is in the rest."""
    column = {name: index for index, name in enumerate(names())}
    out = np.zeros((len(known["day"]), len(column)))
    for name, share in curves().contributions(known).items():
        out[:, column[group_of(name)]] += share
    out[:, column[REST]] += curves().base
    return out
