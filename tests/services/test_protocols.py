"""Editions: drafted, replayed, published, frozen."""

from typing import Any

import pytest

from tests import cast
from tests.healing.courses import FACE, course
from tests.services import past
from tracker.healing.policy import Policy
from tracker.healing.symptoms import SYMPTOMS
from tracker.healing.verdicts import Level
from tracker.models import AuditEntry, Clinic, Member, Protocol, ProtocolEdition, Role
from tracker.services import assessing, checkins, judging, protocols, replays
from tracker.services.protocols import Content, Course

pytestmark = pytest.mark.django_db
NOW = cast.NOW
DEAF = {"watch": 0.9, "review": 0.99, "urgent": 1.0}


@pytest.fixture
def clinic(db: None) -> Clinic:
    return cast.make_clinic()


@pytest.fixture
def owner(clinic: Clinic) -> Member:
    return cast.make_member(clinic, Role.OWNER, "Dr Dunn")


@pytest.fixture
def in_force(clinic: Clinic) -> ProtocolEdition:
    return cast.make_edition(clinic)


@pytest.fixture
def draft(in_force: ProtocolEdition, owner: Member) -> ProtocolEdition:
    return protocols.start_draft(protocol=in_force.protocol, member=owner, now=NOW)


def save(draft: ProtocolEdition, member: Member, course: Course = Course.PUBLISHED, **fields: Any) -> Any:
    return protocols.save_draft(edition=draft, member=member, content=Content(fields, course), now=NOW)


def finished_replay(draft: ProtocolEdition, member: Member) -> None:
    replays.ask(draft=draft, member=member, now=NOW)
    while replays.run_due(now=NOW):
        pass


def test_it_creates_one_standard_protocol_however_often_it_is_asked(clinic: Clinic) -> None:
    first = protocols.create_standard(clinic=clinic, now=NOW)
    assert protocols.create_standard(clinic=clinic, now=NOW) == first
    assert first.status == ProtocolEdition.Status.PUBLISHED
    assert protocols.current_edition(clinic_id=clinic.pk) == first


def test_a_draft_begins_as_a_copy_of_the_newest_published_edition(clinic: Clinic, owner: Member) -> None:
    cast.make_edition(clinic, rules="rules-1")
    newest = cast.make_edition(clinic, rules="model-2", policy=DEAF, silence_days=5, signed_off_by="Dr Dunn")
    draft = protocols.start_draft(protocol=newest.protocol, member=owner, now=NOW)
    assert (draft.number, draft.status, draft.created_by) == (3, "draft", owner)
    assert (draft.rules, draft.policy, draft.silence_days) == ("model-2", DEAF, 5)
    assert draft.escalation == newest.escalation
    assert draft.signed_off_by == ""


def test_a_protocol_has_one_draft_at_a_time(draft: ProtocolEdition, owner: Member) -> None:
    again = protocols.start_draft(protocol=draft.protocol, member=owner, now=NOW)
    assert again == draft
    assert AuditEntry.objects.filter(verb="start_draft").count() == 1


def test_a_draft_is_not_in_force(
    clinic: Clinic, in_force: ProtocolEdition, draft: ProtocolEdition, owner: Member
) -> None:
    save(draft, owner, silence_days=4)
    assert protocols.current_edition(clinic_id=clinic.pk) == in_force


def test_it_saves_a_draft_and_says_who_did(draft: ProtocolEdition, owner: Member) -> None:
    saved = save(draft, owner, rules="model-2", policy=DEAF, urgent_minutes=30)
    saved.refresh_from_db()
    assert (saved.rules, saved.policy, saved.urgent_minutes) == ("model-2", DEAF, 30)
    entry = AuditEntry.objects.get(verb="save_draft")
    assert (entry.actor, entry.subject) == (owner.user, f"protocoledition:{draft.pk}")


def test_it_refuses_levels_that_are_not_in_order(draft: ProtocolEdition, owner: Member) -> None:
    with pytest.raises(ValueError, match="not in order"):
        save(draft, owner, policy={"watch": 0.5, "review": 0.2, "urgent": 0.9})
    draft.refresh_from_db()
    assert draft.policy == {}


def test_a_published_edition_never_changes(in_force: ProtocolEdition, owner: Member) -> None:
    with pytest.raises(protocols.Frozen):
        save(in_force, owner, silence_days=9)
    with pytest.raises(protocols.Frozen):
        protocols.publish(edition=in_force, member=owner, without_replay="clocks", now=NOW)
    in_force.refresh_from_db()
    assert in_force.silence_days == 2


def test_a_draft_saved_from_an_old_page_after_publishing_changes_nothing(
    draft: ProtocolEdition, owner: Member
) -> None:
    stale = ProtocolEdition.objects.get(pk=draft.pk)
    protocols.publish(edition=draft, member=owner, without_replay="clocks", now=NOW)
    with pytest.raises(protocols.Frozen):
        save(stale, owner, silence_days=9)


def test_publishing_asks_for_a_replay_of_the_draft_as_it_stands(
    draft: ProtocolEdition, owner: Member
) -> None:
    with pytest.raises(protocols.ReplayNeeded):
        protocols.publish(edition=draft, member=owner, now=NOW)
    finished_replay(draft, owner)
    changed = save(draft, owner, rules="model-2", policy=DEAF)
    with pytest.raises(protocols.ReplayNeeded):
        protocols.publish(edition=changed, member=owner, now=NOW)
    finished_replay(changed, owner)
    published = protocols.publish(edition=changed, member=owner, now=NOW)
    assert published.status == ProtocolEdition.Status.PUBLISHED
    assert (published.published_by, published.published_at) == (owner, NOW)
    newest = published.replays.order_by("-pk")[0]
    assert AuditEntry.objects.get(verb="publish_edition").detail["replay"] == newest.pk


def test_a_replay_stays_good_while_only_clocks_change(draft: ProtocolEdition, owner: Member) -> None:
    finished_replay(draft, owner)
    changed = save(draft, owner, urgent_minutes=15, silence_days=3)
    assert protocols.replay_of(changed) is not None


def test_a_replay_beside_an_older_edition_does_not_count(
    clinic: Clinic, draft: ProtocolEdition, owner: Member
) -> None:
    finished_replay(draft, owner)
    other = Protocol.objects.create(clinic=clinic, name="Deep")
    ProtocolEdition.objects.create(
        protocol=other, number=1, status="published", published_at=NOW.replace(hour=13), rules="rules-1"
    )
    assert protocols.replay_of(draft) is None


def test_publishing_without_a_replay_keeps_the_reason(draft: ProtocolEdition, owner: Member) -> None:
    protocols.publish(edition=draft, member=owner, without_replay="no_history", now=NOW)
    assert AuditEntry.objects.get(verb="publish_edition").detail["without_replay"] == "no_history"


def test_new_recoveries_use_the_new_edition_and_running_ones_stay(
    clinic: Clinic, draft: ProtocolEdition, owner: Member, in_force: ProtocolEdition
) -> None:
    running = cast.make_recovery(clinic, operator=owner, edition=in_force)
    later = NOW.replace(hour=15)
    published = protocols.publish(edition=draft, member=owner, without_replay="clocks", now=later)
    assert protocols.current_edition(clinic_id=clinic.pk) == published
    running.refresh_from_db()
    assert running.edition == in_force


# --- what an edition judges by ---------------------------------------------------------------------


def test_it_takes_the_published_levels_unless_the_edition_has_its_own(clinic: Clinic) -> None:
    plain, own, rules = (
        cast.make_edition(clinic, rules="model-2"),
        cast.make_edition(clinic, rules="model-2", policy=DEAF),
        cast.make_edition(clinic, rules="rules-1"),
    )
    assert judging.levels_of(own) == Policy(0.9, 0.99, 1.0)
    assert judging.levels_of(plain) not in (None, Policy(0.9, 0.99, 1.0))
    assert judging.levels_of(rules) is None


def test_every_judgement_uses_the_editions_own_levels(clinic: Clinic) -> None:
    reports = course("2112", "1111", "1000", "0000", "1111", "1122")
    usual = judging.rules_of(cast.make_edition(clinic, rules="model-2")).judge(FACE, reports)
    deaf = judging.rules_of(cast.make_edition(clinic, rules="model-2", policy=DEAF)).judge(FACE, reports)
    assert usual.level.rank >= Level.REVIEW.rank
    assert deaf.level is Level.NONE
    assert usual.probability == deaf.probability


def test_a_deaf_protocol_still_flags_a_hard_sign_at_once(clinic: Clinic) -> None:
    edition = cast.make_edition(clinic, rules="model-2", policy=DEAF)
    recovery = cast.make_recovery(clinic, edition=edition)
    check_in = cast.check_in(recovery, 5, cast.PUS)
    assert recovery.flags.get().rank == Level.URGENT.rank
    assert checkins.verdict_now(recovery, [check_in]).level is Level.URGENT


def test_the_job_judges_by_the_editions_own_levels(clinic: Clinic) -> None:
    levels = {}
    for name, policy in (("usual", {}), ("deaf", DEAF)):
        edition = cast.make_edition(clinic, rules="model-2", policy=policy)
        patient = cast.make_patient(clinic, name)
        recovery = cast.make_recovery(clinic, patient=patient, edition=edition)
        made = [cast.check_in(recovery, day, answers) for day, answers in enumerate(past.TURNING)]
        assessment = assessing.assess_check_in(check_in_id=made[-1].pk, now=NOW)
        assert assessment is not None
        levels[name] = assessment.level
    assert levels["deaf"] == "none"
    assert levels["usual"] in ("review", "urgent")


# --- the learned course ----------------------------------------------------------------------------


def test_it_learns_only_when_asked_and_keeps_the_counts(
    clinic: Clinic, draft: ProtocolEdition, owner: Member
) -> None:
    past.quiet_ones(clinic, 31)
    learned = save(draft, owner, Course.LEARN)
    assert learned.learned_from["courses"] == 31
    assert round(learned.learned_from["local"], 2) == 0.20
    assert learned.learned_from["counts"]["redness"][0] == 31
    assert learned.learned_from["tails"] is False
    assert set(learned.learned) == set(SYMPTOMS)
    assert save(learned, owner, Course.KEPT, silence_days=4).learned == learned.learned
    assert save(learned, owner, Course.PUBLISHED).learned == {}


def test_it_says_how_many_recoveries_there_are_when_they_are_too_few(
    clinic: Clinic, draft: ProtocolEdition, owner: Member
) -> None:
    past.quiet_ones(clinic, 3)
    with pytest.raises(protocols.TooFewRecoveries) as said:
        save(draft, owner, Course.LEARN)
    assert said.value.courses == 3


def test_a_learned_course_counts_for_nobody_until_it_is_published(
    clinic: Clinic, in_force: ProtocolEdition, draft: ProtocolEdition, owner: Member
) -> None:
    past.quiet_ones(clinic, 25, redness=1)
    save(draft, owner, Course.LEARN)
    before = cast.make_recovery(clinic, patient=cast.make_patient(clinic, "Bo"), edition=in_force)
    assert before.timeline().learned == {}
    protocols.publish(edition=draft, member=owner, without_replay="no_history", now=NOW.replace(hour=15))
    edition = protocols.current_edition(clinic_id=clinic.pk)
    after = cast.make_recovery(clinic, patient=cast.make_patient(clinic, "Cy"), edition=edition)
    assert set(after.timeline().learned) == set(SYMPTOMS)
    assert before.timeline().learned == {}
