"""What a correction does to a flag: nothing, except that it can be read beside what it corrects."""

from datetime import datetime

from tracker.models import CheckIn, Flag, Recovery
from tracker.services.flags.history import event

ASKED = (
    *("redness", "swelling", "warmth", "pain", "itching", "tightness", "flaking", "dryness", "bruising"),
    *("bleeding", "spreading", "red_streaks", "blisters", "new_lump", "swollen_glands", "eye_symptoms"),
    *("unwell", "discharge_colour", "discharge_texture", "temperature_c"),
)


def note_amendment(*, recovery: Recovery, check_in: CheckIn, now: datetime) -> int:
    """Tell every open flag that an entry it rests on was corrected, with both values; returns how many.

    Runs in the transaction that wrote the correction and holds the recovery. The flag neither falls nor
    closes: a person looks at both.
    """
    before = check_in.amends
    if before is None:
        return 0
    concerned = recovery.flags.open().filter(events__check_in__in=_corrected(before)).distinct()
    for flag in concerned:
        event(flag, "amended", now, check_in=check_in, amended=before.pk, changed=_changed(before, check_in))
    return len(concerned)


def _corrected(check_in: CheckIn | None) -> list[int]:
    """The entry and everything it corrected in its turn."""
    found = []
    while check_in is not None:
        found.append(check_in.pk)
        check_in = check_in.amends
    return found


def _changed(before: CheckIn, after: CheckIn) -> dict[str, list[object]]:
    """The answers that differ, by name: first the old one, then the new one."""
    pairs = {name: [_plain(getattr(before, name)), _plain(getattr(after, name))] for name in ASKED}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _plain(value: object) -> object:
    """As JSON keeps it: a temperature as the number it is."""
    return value if value is None or isinstance(value, int | str) else float(str(value))


def was_amended(flag: Flag) -> bool:
    """Whether an entry it rests on was corrected: then it does not close by itself."""
    return flag.events.filter(verb="amended").exists()
