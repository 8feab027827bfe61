"""Whole recoveries as a clinician would tell them, each with the day on which somebody must look."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.healing.courses import FACE, course, report
from tracker.healing import infection
from tracker.healing.symptoms import Answer, Discharge, Report
from tracker.healing.treatments import Area, Facts
from tracker.healing.verdicts import Cause, Level


@dataclass(frozen=True)
class Vignette:
    """`days` are redness, warmth, swelling, pain per day from day 0; `extra` adds to single days.

    `level` and `cause` are for day `day`; on every earlier day the level is below `before`.
    """

    name: str
    days: tuple[str, ...]
    day: int
    level: Level
    cause: Cause
    extra: dict[int, dict[str, Any]]
    before: Level = Level.REVIEW
    facts: Facts = FACE


YES = Answer.YES
DARK = replace(FACE, skin_type=6)
RF = replace(FACE, device="rf")
ROLLER = Facts(device="roller", areas=(Area("face", 2.0), Area("neck", 1.0)), skin_type=2)
EYES = Facts(device="pen", areas=(Area("periorbital", 0.5),), skin_type=2)
GOOD = ("2112", "2011", "1000", "1000", "0000", "0000", "0000")
U, R, W, N = Level.URGENT, Level.REVIEW, Level.WATCH, Level.NONE
INF, NO = Cause.INFECTION, Cause.UNCLEAR

VIGNETTES = [
    Vignette("an uneventful week", GOOD, 6, N, NO, {}),
    Vignette(
        "deep roller work settles more slowly",
        ("3223", "3122", "2021", "2010", "1010"),
        4,
        N,
        NO,
        {},
        R,
        ROLLER,
    ),
    Vignette(
        "puffy lids on day 1 after work around the eyes",
        ("2021", "1030", "1020", "0010"),
        3,
        N,
        NO,
        {},
        R,
        EYES,
    ),
    Vignette(
        "radio frequency: colour and swelling until day 3",
        ("3233", "3132", "2021", "1010"),
        3,
        N,
        NO,
        {},
        R,
        RF,
    ),
    Vignette(
        "strong flaking and tightness on day 3",
        GOOD[:4],
        3,
        N,
        NO,
        {3: {"flaking": 4, "tightness": 3, "dryness": 3}},
    ),
    Vignette("a bruise that stays", GOOD, 6, N, NO, {d: {"bruising": 3} for d in range(7)}),
    Vignette("pain and warmth come back on day 4", (*GOOD[:4], "0202"), 4, R, INF, {}),
    Vignette("the same in dark skin, colour unchanged", (*GOOD[:4], "0202"), 4, R, INF, {}, R, DARK),
    Vignette("all four turn on day 5", (*GOOD[:5], "2212"), 5, U, INF, {}),
    Vignette("pus on day 4, all else well", GOOD[:5], 4, U, INF, {4: {"discharge": Discharge.PUS}}),
    Vignette("fever on day 5", GOOD[:6], 5, U, INF, {5: {"temperature_c": 38.6}}),
    Vignette("spreading on day 3", GOOD[:4], 3, U, INF, {3: {"signs": {"spreading": YES}}}),
    Vignette("streaks within a day: think strep", GOOD[:2], 1, U, INF, {1: {"signs": {"red_streaks": YES}}}),
    Vignette("very strong pain on day 1", ("2112", "2014"), 1, U, INF, {}),
    Vignette("very strong pain after radio frequency", ("2112", "2014"), 1, U, Cause.BURN, {}, R, RF),
    Vignette("grouped blisters on day 3", GOOD[:4], 3, U, Cause.COLD_SORE, {3: {"signs": {"blisters": YES}}}),
    Vignette(
        "blisters, fever and glands: still the cold sore virus first",
        GOOD[:4],
        3,
        U,
        Cause.COLD_SORE,
        {3: {"signs": {"blisters": YES, "swollen_glands": YES}, "temperature_c": 38.2}},
    ),
    Vignette(
        "an eye that hurts to move", GOOD[:3], 2, U, INF, {2: {"signs": {"eye_symptoms": YES}}}, R, EYES
    ),
    Vignette(
        "itching rash two days running, no more pain",
        (*GOOD[:4], "1010", "1010"),
        5,
        R,
        Cause.CONTACT_REACTION,
        {4: {"itching": 2}, 5: {"itching": 3}},
        U,
    ),
    Vignette("colour still 2 on day 7", (*GOOD[:3], *["2000"] * 5), 7, R, Cause.SLOW_HEALING, {}, U),
    Vignette("a lump on day 6", GOOD, 6, R, Cause.LATE_LUMP, {6: {"signs": {"new_lump": YES}}}),
    Vignette("swollen glands alone", GOOD[:4], 3, W, NO, {3: {"signs": {"swollen_glands": YES}}}),
    Vignette("not sure about spreading", GOOD[:4], 3, W, NO, {3: {"signs": {"spreading": Answer.UNSURE}}}),
    Vignette("one bad evening", (*GOOD[:4], "0002", "0000"), 5, N, NO, {}),
]


def told(vignette: Vignette) -> list[Report]:
    return [report(day, digits, **vignette.extra.get(day, {})) for day, digits in enumerate(vignette.days)]


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda v: v.name)
def test_it_judges_as_a_clinician_would(vignette: Vignette) -> None:
    reports = told(vignette)
    verdict = infection.judge(vignette.facts, reports[: vignette.day + 1], edition="rules-1")
    assert (verdict.level, verdict.cause) == (vignette.level, vignette.cause), [
        r.text for r in verdict.reasons
    ]
    for day in range(vignette.day):
        early = infection.judge(vignette.facts, reports[: day + 1], edition="rules-1")
        assert early.level.rank < vignette.before.rank, (day, [r.text for r in early.reasons])


def test_it_sees_a_lump_weeks_later() -> None:
    weeks = [*course(*GOOD), report(28, signs={"new_lump": YES})]
    verdict = infection.judge(FACE, weeks, edition="rules-1")
    assert (verdict.level, verdict.cause) == (R, Cause.LATE_LUMP)
