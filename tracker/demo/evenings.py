"""What somebody of a demo course said on an evening, and what the rules said of it."""

from datetime import UTC, datetime
from typing import Any

from tracker.demo.courses import Course
from tracker.healing import infection
from tracker.healing.symptoms import SIGNS, SYMPTOMS
from tracker.healing.treatments import Area, Facts
from tracker.healing.verdicts import Verdict
from tracker.models import CheckIn

AT = datetime(2026, 1, 1, tzinfo=UTC)
"""Entries need an instant to be ordered by; one a day is in order whatever it is."""


def answers(course: Course, day: int) -> dict[str, Any]:
    """The evening's answers by the names of CheckIn's fields."""
    scores = {name: int(marks[day]) for name, marks in course.scores().items()}
    signs = dict.fromkeys(SIGNS, "no") | {"discharge_colour": "none"}
    return dict.fromkeys(SYMPTOMS, 0) | scores | signs | dict(course.said.get(day, {}))


def verdict(course: Course, skin_type: int | None, day: int, rules: str) -> Verdict:
    """What the rules said that evening; people of one skin type differ in nothing else."""
    facts = Facts(
        device="pen",
        areas=(Area("face", 1.25),),
        skin_type=skin_type,
        blood_thinners=False,
        cold_sores=False,
        immunosuppressed=False,
        age=40,
    )
    logged = [one for one in course.logged() if one <= day]
    said = (
        CheckIn(pk=number, day=one, recorded_at=AT, **answers(course, one))
        for number, one in enumerate(logged, start=1)
    )
    return infection.judge(facts, [check_in.report() for check_in in said], edition=rules)
