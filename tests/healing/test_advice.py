import pytest

from tests.healing.courses import FACE, course, report
from tracker.healing import infection
from tracker.healing.advice import CARDS, QUIET, CareCard, aftercare, usual, when_to_seek_help
from tracker.healing.symptoms import Answer, Discharge, Report
from tracker.healing.tiers import Tier, tier
from tracker.healing.timelines import LAST_DAY, timeline
from tracker.healing.verdicts import Level, Reason

LINE = timeline(FACE)
YES = Answer.YES


def card(*reports: Report, edition: str = "rules-1") -> CareCard:
    verdict = infection.judge(FACE, reports, edition)
    return when_to_seek_help(verdict.reasons, verdict.level)


def test_it_tells_what_is_usual_today_and_tomorrow() -> None:
    today, tomorrow = usual(LINE, 3)
    assert today.text == "Today, day 3: most people have some flaking, tightness and dryness."
    assert tomorrow.text == "Tomorrow, day 4: most people have some flaking."


def test_it_says_that_few_notice_anything_when_the_course_is_over() -> None:
    assert usual(LINE, 13)[0].code == "usual.few"


@pytest.mark.parametrize("day", range(20))
def test_it_names_only_symptoms_that_the_timeline_expects(day: int) -> None:
    for said, on in zip(usual(LINE, day), (day, day + 1), strict=True):
        least = {"usual.most": 0.5, "usual.some": 0.15, "usual.few": 0.0}[said.code]
        named = {said.params[slot] for slot in "abc" if slot in said.params}
        shares = {"redness or darker colour": LINE.at("redness", on).share_any}
        for label in named:
            share = shares.get(label) if label in shares else LINE.at(label, on).share_any
            assert share is not None
            assert share >= least
        assert "{" not in said.text


def test_it_gives_the_lines_of_the_day() -> None:
    first, later = aftercare(0), aftercare(9)
    assert any("24 hours" in line.text for line in first.avoid)
    assert any("sunscreen" in line.text for line in later.do)
    assert not any("Make-up" in line.text for line in later.avoid)
    assert first.avoid[0].last_day == 0


@pytest.mark.parametrize("day", range(LAST_DAY + 1))
def test_it_has_something_to_do_and_to_avoid_every_day_with_a_source(day: int) -> None:
    lines = aftercare(day)
    assert lines.do
    assert lines.avoid
    assert all(line.first_day <= day <= line.last_day and line.source for line in (*lines.do, *lines.avoid))


@pytest.mark.parametrize("day", range(8, 15))
def test_it_does_not_forbid_what_it_allows_the_same_day(day: int) -> None:
    avoid = " ".join(line.text for line in aftercare(day).avoid)
    assert "Retinoids" not in avoid


@pytest.mark.parametrize(
    ("said", "tier"),
    [
        (report(3, signs={"eye_symptoms": YES}), Tier.EMERGENCY),
        (report(3, signs={"unwell": YES}), Tier.EMERGENCY),
        (report(3, pain=4, signs={"spreading": YES}), Tier.EMERGENCY),
        (report(3, signs={"spreading": YES}), Tier.TODAY),
        (report(3, discharge=Discharge.PUS), Tier.TODAY),
        (report(3, temperature_c=38.0), Tier.TODAY),
        (report(3, signs={"blisters": YES}), Tier.TODAY),
        (report(3, pain=4), Tier.TODAY),
        (report(3, signs={"new_lump": YES}), Tier.TELL),
        (report(3, signs={"swollen_glands": YES}), Tier.TELL),
        (report(3, signs={"unwell": Answer.UNSURE}), Tier.TELL),
    ],
)
def test_it_sends_each_answer_to_the_right_door(said: Report, tier: Tier) -> None:
    assert card(said) == CARDS[tier]


def test_it_rings_today_when_the_course_turns() -> None:
    assert card(*course("2112", "1010", "0000", "0000", "0202")).tier is Tier.TODAY


@pytest.mark.parametrize(
    ("days", "tier"),
    [
        (("2112", "1010", "1000", "0000", "1112"), Tier.TODAY),
        (("2112", "1010", "1000", "0000", "2000", "3000"), Tier.TELL),
    ],
)
def test_it_rings_today_when_the_weighed_course_turns_but_not_for_redness(
    days: tuple[str, ...], tier: Tier
) -> None:
    assert card(*course(*days), edition="model-2").tier is tier


def rose(symptom: str, day: int, weight: float) -> Reason:
    return Reason(f"course.{symptom}", "", {"day": day, "lowest_day": day - 1}, weight)


@pytest.mark.parametrize(
    ("reason", "level", "expected"),
    [
        (rose("pain", 3, 0.4), Level.REVIEW, Tier.TODAY),
        (rose("warmth", 5, 0.4), Level.REVIEW, Tier.TODAY),
        (rose("swelling", 5, 0.4), Level.REVIEW, Tier.TODAY),
        (rose("redness", 5, 0.4), Level.REVIEW, Tier.TELL),
        (rose("pain", 2, 0.4), Level.REVIEW, Tier.TELL),
        (rose("pain", 5, -0.4), Level.REVIEW, Tier.TELL),
        (rose("pain", 5, 0.4), Level.WATCH, Tier.TELL),
        (Reason("course.pain", "", {"day": 5}, 0.4), Level.REVIEW, Tier.TELL),
    ],
)
def test_it_rings_today_for_what_came_back_and_must_be_looked_at(
    reason: Reason, level: Level, expected: Tier
) -> None:
    assert when_to_seek_help((reason,), level).tier is expected


def test_it_never_tells_an_urgent_verdict_less_than_to_ring_today() -> None:
    assert when_to_seek_help((), Level.URGENT).tier is Tier.TODAY
    assert when_to_seek_help((Reason("sign.new_lump", ""),), Level.URGENT).tier is Tier.TODAY


def test_it_gives_no_all_clear() -> None:
    quiet = card(report(4))
    assert quiet is QUIET
    assert quiet.heading == "Nothing in today's answers matches a warning sign"
    text = " ".join(quiet.lines)
    assert "cannot rule everything out" in text
    assert "emergency number" in text
    assert not any(word in text.lower() for word in ("fine", "all is well", "normal", "healthy"))


def test_it_prints_the_emergency_number_only_on_the_emergency_card() -> None:
    assert {t: c.number for t, c in CARDS.items()} == {
        Tier.EMERGENCY: "emergency",
        Tier.TODAY: "clinic",
        Tier.TELL: "clinic",
    }


def test_it_knows_no_tier_without_reasons() -> None:
    assert tier((), Level.WATCH) is None
