"""The demo's courses, as a clinician would sketch them: one column a day, day 0 first.

A digit is the answer on the 0–4 scale, "-" a day without an entry; a symptom that is not listed was
answered 0 every day. The last column is today. These people are invented: the courses show what the
product does, not how often anything happens.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """What the clinic did: `act` on every flag open at `at` (clinic's wall clock, "HH:MM") on `day`.

    `act` is take, no_answer, spoke, booked, or an outcome of `models.Flag`.
    """

    day: int
    at: str
    act: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """One person's answers. `said` adds other answers of a day, `corrected` what an amendment changed."""

    story: str
    table: str
    said: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    corrected: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    device: str = "pen"
    areas: Mapping[str, str] = field(default_factory=lambda: {"face": "1.25"})
    screening: Mapping[str, str] = field(default_factory=dict)

    def scores(self) -> dict[str, str]:
        """{symptom: one character a day}."""
        return dict(line.split() for line in self.table.split("\n") if line.strip())

    @property
    def today(self) -> int:
        """The day of the last column: how many days ago the treatment was."""
        return len(next(iter(self.scores().values()))) - 1

    def logged(self) -> tuple[int, ...]:
        """The days that have an entry."""
        marks = next(iter(self.scores().values()))
        return tuple(day for day, mark in enumerate(marks) if mark != "-")


PUS = {"discharge_colour": "yellow", "discharge_texture": "thick"}

COURSES = {
    "calm": Course(
        "Heals as expected; today's entry is still to come.",
        """
        redness   321100-
        swelling  110000-
        warmth    210000-
        pain      110000-
        itching   001100-
        tightness 121100-
        flaking   001210-
        dryness   121100-
        """,
    ),
    "just treated": Course("Treated a few hours ago.", "redness -"),
    "calm, deeper": Course(
        "Radiofrequency on the neck, dark skin; heals as expected.",
        """
        redness   2110
        swelling  2110
        warmth    2100
        pain      2100
        tightness 2211
        dryness   1111
        """,
        device="rf",
        areas={"neck": "2.00"},
    ),
    "slow": Course(
        "Stays red longer than most; the clinic has rung and keeps an eye on it.",
        """
        redness   3322222222
        swelling  2110000000
        warmth    2110000000
        pain      1100000000
        tightness 2221110000
        flaking   0012211100
        dryness   1222111000
        """,
        steps=(
            Step(6, "10:15", "take"),
            Step(6, "10:40", "spoke", "Uses a new cleanser. Asked to stop it and go on logging."),
        ),
    ),
    "irritated": Course(
        "Itches and reddens again since a new cream; nobody has looked yet.",
        """
        redness   32213
        swelling  10001
        warmth    21000
        pain      10000
        itching   01223
        tightness 12222
        flaking   00121
        dryness   11222
        """,
        said={3: {"note": "Began a new moisturiser yesterday, it stings."}},
    ),
    "cold sore": Course(
        "Blisters on day 3; an antiviral was started the same evening.",
        """
        redness   32121100
        swelling  11011000
        warmth    21010000
        pain      11021000
        itching   00121000
        tightness 12111000
        flaking   00112100
        """,
        said={
            3: {"blisters": "yes", "note": "Small blisters at the corner of the mouth, it tingled before."}
        },
        screening={"herpes_history": "yes"},
        steps=(
            Step(3, "20:05", "take"),
            Step(3, "20:20", "spoke", "Known cold sores. Antiviral today, photo tomorrow."),
            Step(4, "09:30", "treated", "Antiviral prescribed by phone."),
        ),
    ),
    "infected early": Course(
        "Better until day 2, then warmer, more painful and spreading. Came in just now.",
        """
        redness   3223
        swelling  1113
        warmth    2113
        pain      2113
        tightness 1122
        dryness   1111
        """,
        said={
            3: {
                "spreading": "yes",
                "temperature_c": "37.9",
                "note": "One cheek is hot and it is getting wider.",
            }
        },
    ),
    "infected late": Course(
        "Calm for a week, then pus on day 9; booked for an appointment.",
        """
        redness   32110000022
        swelling  11000000011
        warmth    21000000022
        pain      11000000122
        itching   00110000000
        flaking   00121100000
        """,
        said={
            8: {"note": "One spot feels sore."},
            9: PUS | {"note": "A little yellow matter came out this morning."},
            10: {"discharge_colour": "clear", "discharge_texture": "thin"},
        },
        steps=(
            Step(9, "20:10", "take"),
            Step(9, "20:25", "booked", "Comes in tomorrow. Swab before any antibiotic."),
        ),
    ),
    "infected, treated": Course(
        "Pus on day 4, antibiotic on day 5, calm since.",
        """
        redness   321231100000
        swelling  110121000000
        warmth    210231000000
        pain      110231000000
        flaking   001112211000
        """,
        said={4: PUS | {"temperature_c": "37.6"}},
        steps=(
            Step(4, "20:00", "take"),
            Step(4, "20:15", "booked", "Seen first thing tomorrow."),
            Step(5, "09:20", "treated", "Seen by Dr on duty, swab taken, antibiotic started."),
        ),
    ),
    "silent after a bad day": Course(
        "Worse on day 3, could not be reached, has said nothing since.",
        """
        redness   3113---
        swelling  1112---
        warmth    2102---
        pain      1103---
        tightness 1211---
        """,
        steps=(Step(4, "10:05", "take"), Step(4, "10:10", "no_answer", "Voicemail.")),
    ),
    "silent after a good day": Course(
        "Everything settled on day 4, then no more entries.",
        """
        redness   32100----
        swelling  11000----
        warmth    21000----
        pain      11000----
        tightness 12110----
        flaking   00121----
        """,
    ),
    "finished": Course(
        "Two calm weeks with a few missed days; the course is over.",
        """
        redness   32110-0000-000---
        swelling  11000-0000-000---
        flaking   00121-1000-000---
        """,
    ),
    "amended": Course(
        "Ticked the wrong step for itching on day 2 and corrected it.",
        """
        redness   32110
        swelling  11000
        warmth    21000
        pain      11000
        itching   00311
        tightness 12111
        flaking   00122
        """,
        corrected={2: {"itching": 1}},
    ),
    "new lump": Course(
        "Healed well; a lump on day 12.",
        """
        redness   3211000000000
        swelling  1100000000000
        warmth    2100000000000
        pain      1100000000000
        flaking   0012110000000
        """,
        said={12: {"new_lump": "yes", "note": "A hard little lump under the cheekbone."}},
    ),
}
