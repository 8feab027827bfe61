"""A draft replayed over the clinic's own recoveries, in parts, whatever happens to the worker."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.services import past
from tracker.healing import comparing
from tracker.healing.verdicts import Level
from tracker.models import AuditEntry, Clinic, Flag, Member, ProtocolEdition, Recovery, ReplayRun, Role
from tracker.services import assessing, judging, protocols, replays
from tracker.services.protocols import Content, Course

pytestmark = pytest.mark.django_db
NOW = cast.NOW
DEAF = {"watch": 1.0, "review": 1.0, "urgent": 1.0}


@pytest.fixture
def clinic(db: None) -> Clinic:
    return cast.make_clinic()


@pytest.fixture
def owner(clinic: Clinic) -> Member:
    return cast.make_member(clinic, Role.OWNER, "Dr Dunn")


@pytest.fixture
def draft(clinic: Clinic, owner: Member) -> ProtocolEdition:
    """A draft that hears nothing but hard signs, beside an edition that weighs."""
    in_force = cast.make_edition(clinic, rules="model-2")
    made = protocols.start_draft(protocol=in_force.protocol, member=owner, now=NOW)
    content = Content({"policy": DEAF}, Course.PUBLISHED)
    return protocols.save_draft(edition=made, member=owner, content=content, now=NOW)


def turned(clinic: Clinic, name: str, **ending: Any) -> Recovery:
    recovery = cast.make_recovery(clinic, patient=cast.make_patient(clinic, name))
    return past.over(recovery, *past.TURNING, **ending)


def work_off(now: Any = NOW) -> None:
    while replays.run_due(now=now):
        pass


def ask(draft: ProtocolEdition, owner: Member) -> ReplayRun:
    return replays.ask(draft=draft, member=owner, now=NOW)


def finished(run: ReplayRun) -> ReplayRun:
    work_off()
    run.refresh_from_db()
    assert run.finished_at == NOW
    return run


def test_it_says_what_is_lost_and_which_confirmed_cases_are_missed(
    clinic: Clinic, owner: Member, draft: ProtocolEdition
) -> None:
    lost, missed = turned(clinic, "Bo"), turned(clinic, "Cy", medicines="antibiotic")
    quiet = past.quiet_ones(clinic, 2)
    pus = past.over(cast.make_recovery(clinic, patient=cast.make_patient(clinic, "Di")), {}, cast.PUS)
    Flag.objects.filter(recovery=pus).update(outcome="treated")
    run = finished(ask(draft, owner))
    assert run.recoveries == 3 + len(quiet)
    assert run.result["lost"] == [lost.pk]
    assert run.result["missed"] == [missed.pk]
    assert run.result["confirmed"] == 2
    assert (run.result["in_force"], run.result["draft"]) == (3, 1)
    assert run.result["gained"] == run.result["later"] == run.result["found"] == []
    assert run.failed == ""


def test_it_replays_only_recoveries_of_this_clinic_that_are_over(
    clinic: Clinic, owner: Member, draft: ProtocolEdition
) -> None:
    past.quiet_ones(cast.make_clinic("Linden"), 3)
    running = cast.make_recovery(clinic)
    cast.check_in(running, 1)
    assert finished(ask(draft, owner)).recoveries == 0


def test_it_is_worked_off_in_parts_that_add_up(
    clinic: Clinic, owner: Member, draft: ProtocolEdition, monkeypatch: pytest.MonkeyPatch
) -> None:
    turned(clinic, "Bo")
    past.quiet_ones(clinic, 4)
    turned(clinic, "Cy")
    at_once = finished(ask(draft, owner)).result
    monkeypatch.setattr(replays, "PART", 2)
    run = ask(draft, owner)
    assert replays.run_due(now=NOW) == 3, "it is cut, and three may go on"
    assert replays.run_due(now=NOW) == 1
    run.refresh_from_db()
    assert (run.recoveries, run.finished_at, run.parts.count()) == (2, None, 3)
    assert finished(run).result == at_once
    assert not run.parts.exists()


def test_two_workers_do_different_parts(
    clinic: Clinic, owner: Member, draft: ProtocolEdition, monkeypatch: pytest.MonkeyPatch
) -> None:
    past.quiet_ones(clinic, 4)
    monkeypatch.setattr(replays, "PART", 2)
    run = ask(draft, owner)
    replays.run_due(now=NOW)
    slow, did = replays._pasts, []

    def beside_another(part: Any) -> Any:
        did.append([recovery.pk for recovery in part])
        if len(did) == 1:
            replays.run_due(now=NOW)
        return slow(part)

    monkeypatch.setattr(replays, "_pasts", beside_another)
    replays.run_due(now=NOW)
    run.refresh_from_db()
    assert (run.recoveries, run.finished_at) == (4, NOW)
    assert len({pk for keys in did for pk in keys}) == 4


def test_what_is_still_whole_is_cut_by_one_worker_alone(
    clinic: Clinic, owner: Member, draft: ProtocolEdition, monkeypatch: pytest.MonkeyPatch
) -> None:
    past.quiet_ones(clinic, 2)
    run = ask(draft, owner)
    ReplayRun.objects.update(claimed_until=NOW + replays.LEASE, attempts=1)
    assert replays.run_due(now=NOW) == 0
    assert not run.parts.exists()
    assert replays.run_due(now=NOW + replays.LEASE) == 1
    assert run.parts.count() == 1


def test_a_worker_that_died_is_taken_over_after_its_lease(
    clinic: Clinic, owner: Member, draft: ProtocolEdition
) -> None:
    past.quiet_ones(clinic, 2)
    run = ask(draft, owner)
    replays.run_due(now=NOW)
    run.parts.update(claimed_until=NOW + replays.LEASE, attempts=1)
    assert not replays.run_due(now=NOW)
    run.refresh_from_db()
    assert run.finished_at is None
    replays.run_due(now=NOW + replays.LEASE)
    run.refresh_from_db()
    assert run.recoveries == 2
    assert run.finished_at == NOW + replays.LEASE


def test_a_worker_whose_lease_ran_out_writes_nothing_over_the_next_one(
    clinic: Clinic, owner: Member, draft: ProtocolEdition, monkeypatch: pytest.MonkeyPatch
) -> None:
    past.quiet_ones(clinic, 2)
    run = ask(draft, owner)
    slow = replays._pasts

    def overtaken(part: Any) -> Any:
        run.parts.update(claimed_until=NOW + 5 * replays.LEASE)
        return slow(part)

    monkeypatch.setattr(replays, "_pasts", overtaken)
    replays.run_due(now=NOW)
    replays.run_due(now=NOW)
    run.refresh_from_db()
    assert (run.recoveries, run.finished_at) == (0, None)


def test_a_replay_that_keeps_failing_ends_and_says_so(
    clinic: Clinic, owner: Member, draft: ProtocolEdition
) -> None:
    past.quiet_ones(clinic, 1)
    run = ask(draft, owner)
    ProtocolEdition.objects.filter(pk=run.against_id).update(rules="gone-9")
    for n in range(replays.MAX_TRIES + 2):
        replays.run_due(now=NOW + n * replays.LEASE)
    run.refresh_from_db()
    assert run.failed == replays.BROKEN
    assert run.finished_at is not None
    assert protocols.replay_of(draft) is None


def test_it_ends_when_the_draft_was_changed_meanwhile(
    clinic: Clinic, owner: Member, draft: ProtocolEdition
) -> None:
    past.quiet_ones(clinic, 1)
    run = ask(draft, owner)
    content = Content({"policy": {**DEAF, "watch": 0.5}}, Course.PUBLISHED)
    protocols.save_draft(edition=draft, member=owner, content=content, now=NOW)
    assert finished(run).failed == replays.CHANGED


def test_asking_twice_waits_for_the_same_replay(owner: Member, draft: ProtocolEdition) -> None:
    assert ask(draft, owner) == ask(draft, owner)
    assert AuditEntry.objects.filter(verb="ask_replay").count() == 1


def test_a_published_edition_is_not_replayed(clinic: Clinic, owner: Member, draft: ProtocolEdition) -> None:
    protocols.publish(edition=draft, member=owner, without_replay="no_history", now=NOW)
    with pytest.raises(protocols.Frozen):
        ask(draft, owner)


def test_it_replays_an_amendment_as_it_stood_at_the_time(
    clinic: Clinic, owner: Member, draft: ProtocolEdition
) -> None:
    recovery = cast.make_recovery(clinic)
    made = [cast.check_in(recovery, day, answers) for day, answers in enumerate(past.TURNING)]
    later = cast.at_noon(recovery, 5) + timedelta(hours=3)
    cast.check_in(recovery, 5, cast.CALM, amends=made[-1].pk, now=later)
    [as_it_was] = replays._pasts([_with_label(past.over(recovery))])
    assert [r.order for r in as_it_was.reports] == sorted(r.order for r in as_it_was.reports)
    assert [r.score("warmth") for r in as_it_was.reports if r.day == 5] == [3, 0]


@pytest.mark.parametrize("rules", ["rules-1", "model-2"])
def test_it_judges_the_past_exactly_as_the_job_judged_it(clinic: Clinic, rules: str) -> None:
    """With corrections, a day told late, and entries of every kind of worry."""
    recovery = cast.make_recovery(clinic, edition=cast.make_edition(clinic, rules=rules))
    for day, answers in enumerate(past.TURNING[:4]):
        cast.check_in(recovery, day, answers)
    worried = cast.check_in(recovery, 5, past.TURNING[4])
    morning = cast.at_noon(recovery, 6)
    cast.check_in(recovery, 5, cast.CALM, amends=worried.pk, now=morning)
    cast.check_in(recovery, 6, past.TURNING[5], now=morning + timedelta(hours=1))
    cast.check_in(recovery, 5, cast.PUS, now=morning + timedelta(hours=2))
    ids = list(recovery.check_ins.order_by("pk").values_list("pk", flat=True))
    judged = [assessing.assess_check_in(check_in_id=pk, now=NOW + timedelta(days=1)) for pk in ids]
    stored = [assessment.level for assessment in judged if assessment]
    [replayed] = comparing.levels(
        judging.rules_of(recovery.edition), replays._pasts([_with_label(past.over(recovery))])
    )
    assert len(stored) == 8
    # below review only the other lanes may add something, and a replay counts from review on
    assert [max(Level(one).rank, 1) for one in replayed] == [max(Level(one).rank, 1) for one in stored]
    assert "urgent" in stored


def test_it_leaves_out_what_is_no_daily_answer(clinic: Clinic, owner: Member, draft: ProtocolEdition) -> None:
    recovery = past.over(cast.make_recovery(clinic), {}, {})
    recovery.check_ins.filter(day=1).update(kind="tail")
    [as_it_was] = replays._pasts([_with_label(recovery)])
    assert [r.day for r in as_it_was.reports] == [0]


def _with_label(recovery: Recovery) -> Recovery:
    return replays.past_recoveries(clinic_id=recovery.clinic_id).get(pk=recovery.pk)


def test_one_part_asks_the_database_equally_often_for_few_and_many(
    clinic: Clinic, owner: Member, draft: ProtocolEdition
) -> None:
    def queries() -> int:
        ask(draft, owner)
        replays.run_due(now=NOW)
        with CaptureQueriesContext(connection) as seen:
            replays.run_due(now=NOW)
        return len(seen)

    past.quiet_ones(clinic, 2)
    few = queries()
    past.quiet_ones(clinic, 12)
    assert queries() == few
