"""One edition: what it says, and the form of a draft."""

from typing import Any

import pytest

from tests import cast
from tests.services import past
from tests.views.owner import office
from tracker.models import Member, ProtocolEdition

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(db: None) -> Member:
    return office.owner(cast.make_clinic())


def save(owner: Member, draft: ProtocolEdition, **said: Any) -> Any:
    answer = office.post(owner, "edition", draft.pk, **office.FORM | said)
    draft.refresh_from_db()
    return answer


def test_it_shows_what_a_published_edition_says_and_offers_no_form(owner: Member) -> None:
    edition = cast.make_edition(owner.clinic, rules="model-2", published_by=owner)
    shown = office.page(owner, "edition", edition.pk)
    assert "weighs the whole course" in shown
    assert "Awaiting clinical sign-off" in shown
    assert "who treated the patient after 0 min, the deputy and whoever is on duty after 30 min" in shown
    assert "12 Mar 2026, 12:00, Dr Dunn" in shown
    assert "never changes" in shown
    assert 'name="rules"' not in shown


def test_it_shows_the_published_levels_with_what_they_are_meant_to_cost(owner: Member) -> None:
    shown = office.page(owner, "edition", cast.make_edition(owner.clinic, rules="model-2").pk)
    assert "Meant for, of 100 healthy" in shown
    assert "not clinical validation" in shown
    assert "no table to set" in office.page(owner, "edition", cast.make_edition(owner.clinic).pk)


def test_it_says_what_a_draft_changes(owner: Member) -> None:
    draft = office.draft(owner)
    assert "the same as the edition in force" in office.page(owner, "edition", draft.pk)
    save(owner, draft, silence_days=5)
    shown = office.page(owner, "edition", draft.pk)
    assert "silent after 2 days without an entry" in shown
    assert "silent after 5 days without an entry" in shown


def test_it_saves_levels_given_in_per_cent_as_probabilities(owner: Member) -> None:
    draft = office.draft(owner)
    answer = save(owner, draft, watch="0.2", review="1", urgent="12.5", second_minutes=20)
    assert answer.status_code == 200
    assert draft.policy == {"watch": 0.002, "review": 0.01, "urgent": 0.125}
    assert [step["after_minutes"] for step in draft.escalation] == [0, 20, 60]
    assert "own levels" in office.page(owner, "protocols")
    shown = office.page(owner, "edition", draft.pk)
    assert 'value="12.5"' in shown
    assert "Urgent 12.5 %, Review 1 %, Watch 0.2 % (this clinic&#x27;s own)" in shown


@pytest.mark.parametrize("second", ["deputy", "clinicians"])
def test_it_keeps_who_is_told_second(owner: Member, second: str) -> None:
    steps = [("operator", 0), (second, 25), ("inbox", 60)]
    climb = [{"after_minutes": minutes, "to": to} for to, minutes in steps]
    draft = office.draft(owner, escalation=climb)
    assert 'value="25"' in office.page(owner, "edition", draft.pk)
    save(owner, draft, second_minutes=20)
    assert [(step["to"], step["after_minutes"]) for step in draft.escalation] == [
        ("operator", 0),
        (second, 20),
        ("inbox", 60),
    ]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"watch": "2", "review": "1", "urgent": "3"}, "cannot begin below a milder one"),
        ({"watch": "1", "review": "2", "urgent": "101"}, "less than or equal to 100"),
        ({"watch": "0", "review": "2", "urgent": "3"}, "greater than or equal to"),
        ({"watch": "1", "urgent": "3"}, "all three levels, or none"),
        ({"rules": "rules-1", "watch": "1", "review": "2", "urgent": "3"}, "no statistics"),
        ({"rules": "rules-9"}, "not one of the available choices"),
        ({"urgent_minutes": 500}, "cannot be answered sooner than a graver one"),
        ({"second_minutes": 90}, "comes after people"),
        ({"silence_days": 0}, "greater than or equal to 1"),
        ({"course": ""}, "required"),
        ({"monitoring_days": 6}, "greater than or equal to 7"),
        ({"monitoring_days": 28}, "come after the daily ones"),
        ({"tail_days": "60, 400"}, "within a year"),
        ({"tail_days": "a month"}, "whole days"),
        ({"unfinished_minutes": 5}, "greater than or equal to 30"),
        ({"course": "kept"}, "not one of the available choices"),
    ],
)
def test_it_refuses_what_cannot_be_and_keeps_what_was_typed(
    owner: Member, said: dict[str, Any], told: str
) -> None:
    draft = office.draft(owner)
    answer = save(owner, draft, **{"escalation_repeat_minutes": 77} | said)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert told in shown
    assert 'value="77"' in shown
    assert "<title>Error:" in shown
    assert (draft.escalation_repeat_minutes, draft.policy, draft.rules) == (60, {}, "rules-1")


def test_it_saves_how_long_it_follows_and_when_the_unfinished_comes_back(owner: Member) -> None:
    draft = office.draft(owner)
    assert 'value="28, 60"' in office.page(owner, "edition", draft.pk)
    save(owner, draft, monitoring_days=21, tail_days="90 45,45", unfinished_minutes=120)
    assert (draft.monitoring_days, draft.tail_days, draft.unfinished_minutes) == (21, [45, 90], 120)
    shown = office.page(owner, "edition", draft.pk)
    for words in ("21 days; silent after", "day 45, day 90", "open again after 120 min"):
        assert words in shown
    save(owner, draft, tail_days="")
    assert draft.tail_days == []


def test_it_learns_from_the_clinics_own_recoveries_and_shows_how_much(owner: Member) -> None:
    draft = office.draft(owner)
    past.quiet_ones(owner.clinic, 31)
    save(owner, draft, course="learn", rules="rules-1")
    shown = office.page(owner, "edition", draft.pk)
    assert "evidence 80 %, your clinic 20 %, 31 courses" in shown
    assert "stays published: it cannot be estimated from fewer than 200 courses" in shown
    assert "Charts, advice and rules use it alike." in shown
    save(owner, draft, course="kept", rules="model-2")
    assert draft.learned_from["courses"] == 31
    assert "their verdicts do not change with it" in office.page(owner, "edition", draft.pk)


def test_it_says_how_many_recoveries_are_missing_to_learn_from(owner: Member) -> None:
    draft = office.draft(owner)
    past.quiet_ones(owner.clinic, 3)
    answer = save(owner, draft, course="learn")
    assert answer.status_code == 422
    assert "There are 3 recoveries to learn from; 20 are needed." in answer.content.decode()
    assert draft.learned == {}


def test_it_changes_nothing_once_published(owner: Member) -> None:
    edition = cast.make_edition(owner.clinic)
    answer = save(owner, edition, silence_days=9)
    assert "never changes" in answer.content.decode()
    assert edition.silence_days == 2
