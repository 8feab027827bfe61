"""What happens after a check-in: kept once, hard signs flagged at once, judged by a job, never lost."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests import cast
from tests.cast import CALM, NOW, PUS
from tests.services.faults import break_everywhere
from tests.services.racing import at_once
from tracker.healing import infection
from tracker.healing.verdicts import Level
from tracker.models import (
    MAX_ATTEMPTS,
    Assessment,
    AuditEntry,
    CheckIn,
    EscalationStep,
    Flag,
    FlagEvent,
    Message,
    Recovery,
)
from tracker.services import assessing, checkins, flags

pytestmark = pytest.mark.django_db

WARM: dict[str, Any] = CALM | {"warmth": 3, "pain": 3, "swelling": 3, "redness": 3}
"""Worse than anything expected on a late day, without any hard sign."""


def submission(day: int = 6, **fields: Any) -> checkins.Submission:
    given: dict[str, Any] = {"key": uuid.uuid4(), "day": day, "answers": CALM} | fields
    return checkins.Submission(**given)


def record(recovery: Recovery, sub: checkins.Submission, now: datetime = NOW) -> CheckIn:
    return checkins.record_checkin(recovery=recovery, submission=sub, user=recovery.patient.user, now=now)


def assess(check_in: CheckIn, now: datetime = NOW) -> Assessment | None:
    return assessing.assess_check_in(check_in_id=check_in.pk, now=now)


def everything() -> dict[str, int]:
    """How many rows a check-in with a hard sign leaves behind, by table."""
    tables = (CheckIn, Flag, FlagEvent, EscalationStep, Message, AuditEntry, Assessment)
    return {table.__name__: table._default_manager.count() for table in tables}


# --- keeping ---------------------------------------------------------------------------------------


def test_it_keeps_what_was_said_with_day_zone_and_moment() -> None:
    recovery = cast.make_recovery()
    kept = record(recovery, submission(answers=CALM | {"note": "itchy nose"}))
    kept.refresh_from_db()
    assert (kept.day, kept.zone, kept.recorded_at) == (6, "Europe/London", NOW)
    assert kept.local_date == NOW.date()
    assert (kept.note, kept.redness, kept.is_late) == ("itchy nose", 0, False)


def test_of_two_pages_at_once_the_one_that_got_the_row_second_corrects_the_other() -> None:
    recovery = cast.make_recovery()
    got_it_first = record(recovery, submission(answers=PUS), now=NOW + timedelta(milliseconds=1))
    asked_first = record(recovery, submission(answers=CALM), now=NOW)
    assert asked_first.amends == got_it_first
    assert checkins.course_of(recovery)[-1] == asked_first, "it stands, for it was kept last"


def test_it_keeps_unanswered_questions_as_unknown() -> None:
    kept = record(cast.make_recovery(), submission(answers={"pain": 1}))
    kept.refresh_from_db()
    assert (kept.pain, kept.redness, kept.spreading) == (1, None, "")
    assert kept.report().score("redness") is None


def test_it_answers_a_repeated_submission_with_the_first_result() -> None:
    recovery, sub = cast.make_recovery(), submission(answers=PUS)
    first, second = record(recovery, sub), record(recovery, sub, NOW + timedelta(minutes=5))
    assert first.pk == second.pk
    counts = everything()
    assert (counts["CheckIn"], counts["Flag"], counts["Message"], counts["AuditEntry"]) == (1, 1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_it_keeps_one_of_two_submissions_that_race_with_the_same_key() -> None:
    recovery = cast.make_recovery()
    for day in (5, 6):
        sub = submission(day, answers=PUS)
        found = at_once(*(lambda s=sub: record(recovery, s) for _ in range(4)))
        assert len({kept.pk for kept in found}) == 1, found
    assert everything()["CheckIn"] == 2
    assert everything()["Flag"] == 1


@pytest.mark.django_db(transaction=True)
def test_it_keeps_both_of_two_tabs_and_links_the_later_one() -> None:
    recovery = cast.make_recovery()
    tabs = [submission(answers=CALM), submission(answers=PUS)]
    found = at_once(*(lambda s=tab: record(recovery, s) for tab in tabs))
    earlier, later = sorted(found, key=lambda kept: kept.pk)
    assert (earlier.amends_id, later.amends_id) == (None, earlier.pk)
    assert Flag.objects.count() == 1


def test_it_writes_who_said_it_into_the_audit() -> None:
    recovery = cast.make_recovery()
    kept = record(recovery, submission())
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.subject, entry.actor) == (
        "record_check_in",
        f"checkin:{kept.pk}",
        recovery.patient.user,
    )
    assert entry.detail == {}


# --- the day ---------------------------------------------------------------------------------------


def test_it_opens_today_and_yesterday() -> None:
    recovery = cast.make_recovery()
    assert checkins.open_days(recovery, zone="Europe/London", now=NOW) == (6, 5)
    assert checkins.open_days(recovery, zone="Europe/London", now=cast.at_noon(recovery, 0)) == (0,)


@pytest.mark.parametrize("day", [7, 4, -1])
def test_it_refuses_other_days_and_keeps_nothing(day: int) -> None:
    recovery = cast.make_recovery()
    with pytest.raises(checkins.DayNotOpen):
        record(recovery, submission(day))
    assert everything()["CheckIn"] == 0


def test_it_marks_yesterday_as_late() -> None:
    kept = record(cast.make_recovery(), submission(5))
    assert kept.is_late
    assert kept.local_date == NOW.date() - timedelta(days=1)


def test_it_counts_days_by_the_patients_own_calendar() -> None:
    clinic = cast.make_clinic()
    patient = cast.make_patient(clinic, timezone="Pacific/Auckland")
    recovery = cast.make_recovery(patient=patient)
    late_evening = datetime(2026, 3, 12, 11, 30, tzinfo=UTC)  # 00:30 on the 13th in Auckland
    assert recovery.started_on.isoformat() == "2026-03-07"
    assert checkins.open_days(recovery, zone=patient.timezone, now=late_evening) == (6, 5)


def test_it_lets_a_patient_log_who_flew_west_over_the_date_line_on_the_treatment_day() -> None:
    patient = cast.make_patient(cast.make_clinic(), timezone="Pacific/Auckland")
    recovery = cast.make_recovery(patient=patient)
    patient.timezone = "America/Los_Angeles"
    patient.save(update_fields=["timezone"])
    kept = record(recovery, submission(0, answers=PUS), datetime(2026, 3, 7, 3, 0, tzinfo=UTC))
    assert (kept.day, kept.zone, kept.is_late) == (0, "America/Los_Angeles", False)
    assert Flag.objects.count() == 1


def test_it_labels_each_entry_with_the_zone_it_was_made_in() -> None:
    patient = cast.make_patient(cast.make_clinic(), timezone="America/Los_Angeles")
    recovery = cast.make_recovery(patient=patient)
    record(recovery, submission(5), datetime(2026, 3, 12, 5, 0, tzinfo=UTC))
    patient.timezone = "Pacific/Auckland"
    patient.save(update_fields=["timezone"])
    record(recovery, submission(7), datetime(2026, 3, 12, 20, 0, tzinfo=UTC))
    assert list(recovery.check_ins.in_order().values_list("day", "zone")) == [
        (5, "America/Los_Angeles"),
        (7, "Pacific/Auckland"),
    ]


# --- corrections -----------------------------------------------------------------------------------


def test_it_lets_an_amendment_stand_beside_the_original() -> None:
    recovery = cast.make_recovery()
    first = cast.check_in(recovery, 2, CALM)
    second = record(recovery, submission(6, answers=PUS, amends=first.pk))
    first.refresh_from_db()
    assert (first.discharge_colour, second.discharge_colour) == ("none", "yellow")
    assert (second.amends_id, second.day, second.is_late) == (first.pk, 2, True)
    assert AuditEntry.objects.filter(verb="amend_check_in").count() == 1


def test_it_refuses_to_amend_somebody_elses_entry() -> None:
    other = cast.check_in(cast.make_recovery(), 5)
    mine = cast.make_recovery(cast.make_clinic("Linden"))
    with pytest.raises(CheckIn.DoesNotExist):
        record(mine, submission(amends=other.pk))


def test_it_flags_a_hard_sign_that_an_amendment_brings() -> None:
    recovery = cast.make_recovery()
    first = record(recovery, submission(answers=CALM))
    record(recovery, submission(answers=PUS, amends=first.pk))
    assert recovery.flags.get().is_urgent


def test_it_keeps_the_flag_when_an_amendment_is_milder() -> None:
    recovery = cast.make_recovery()
    first = record(recovery, submission(answers=PUS))
    milder = record(recovery, submission(answers=CALM, amends=first.pk))
    assess(first)
    assess(milder)
    flag = recovery.flags.get()
    assert (flag.state, flag.rank) == (Flag.State.OPEN, 3)
    assert any(reason["code"] == "sign.pus" for reason in flag.reasons)


# --- the floor -------------------------------------------------------------------------------------


def test_it_flags_a_hard_sign_before_any_job_has_run() -> None:
    recovery = cast.make_recovery()
    kept = record(recovery, submission(answers=PUS))
    flag = recovery.flags.get()
    assert (flag.rank, flag.cause, flag.newest_check_in_id) == (3, "infection", kept.pk)
    assert Message.objects.get().kind == Message.Kind.FLAG_ALERT
    assert kept.assessed_at is None


def test_it_flags_nothing_on_a_calm_day() -> None:
    record(cast.make_recovery(), submission())
    assert everything() == {
        **dict.fromkeys(("Flag", "FlagEvent", "EscalationStep", "Message", "Assessment"), 0),
        "CheckIn": 1,
        "AuditEntry": 1,
    }


@pytest.mark.django_db(transaction=True)
def test_it_keeps_all_rows_of_a_hard_sign_or_none_wherever_it_breaks() -> None:
    recovery = cast.make_recovery()
    before = everything()

    def unchanged() -> None:
        assert everything() == before
        recovery.refresh_from_db()
        assert recovery.last_check_in_on is None

    places = break_everywhere(lambda: record(recovery, submission(answers=PUS)), unchanged)
    assert places >= 6
    kept = everything()
    assert [kept[t] for t in ("CheckIn", "Flag", "EscalationStep", "Message", "AuditEntry")] == [1] * 5


def test_it_keeps_a_check_in_even_when_the_floor_itself_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(infection, "floor_verdict", broken)
    recovery = cast.make_recovery()
    kept = record(recovery, submission(answers=PUS))
    assert assess(kept) is not None
    assert recovery.flags.get().is_urgent


# --- the clocks it moves ---------------------------------------------------------------------------


def test_it_moves_silence_and_reminder_to_the_following_days() -> None:
    recovery = cast.make_recovery()
    record(recovery, submission())
    recovery.refresh_from_db()
    assert recovery.last_check_in_on == NOW.date()
    assert recovery.silent_at == datetime(2026, 3, 15, tzinfo=UTC)
    assert recovery.next_reminder_at == datetime(2026, 3, 13, 18, tzinfo=UTC)


def test_it_still_reminds_today_after_an_entry_for_yesterday() -> None:
    recovery = cast.make_recovery()
    record(recovery, submission(5))
    recovery.refresh_from_db()
    assert recovery.next_reminder_at == datetime(2026, 3, 12, 18, tzinfo=UTC)


def test_it_takes_no_correction_of_an_old_day_for_news_about_today() -> None:
    recovery = cast.make_recovery()
    old = cast.check_in(recovery, 2)
    Recovery.objects.filter(pk=recovery.pk).update(silence_read_at=NOW)
    record(recovery, submission(amends=old.pk))
    recovery.refresh_from_db()
    assert recovery.silence_read_at == NOW
    assert recovery.last_check_in_on == old.local_date


def test_it_is_no_longer_silent_after_a_word() -> None:
    recovery = cast.make_recovery()
    Recovery.objects.filter(pk=recovery.pk).update(silence_read_at=NOW)
    record(recovery, submission())
    recovery.refresh_from_db()
    assert recovery.silence_read_at is None


# --- the job ---------------------------------------------------------------------------------------


def test_it_judges_a_check_in_once() -> None:
    kept = record(cast.make_recovery(), submission())
    first = assess(kept)
    assert first is not None
    assert (first.level, first.edition, first.could_not_assess) == ("none", "rules-1", False)
    assert assess(kept) is None
    assert Assessment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_it_judges_once_when_several_workers_hear_the_bell() -> None:
    kept = record(cast.make_recovery(), submission(answers=PUS))
    found = at_once(*(lambda: assess(kept) for _ in range(4)))
    assert [type(f).__name__ for f in found if f is not None] == ["Assessment"]
    counts = everything()
    assert (counts["Assessment"], counts["Flag"], counts["Message"]) == (1, 1, 1)


def test_it_sweeps_whatever_no_job_has_judged() -> None:
    recovery = cast.make_recovery()
    for day in (4, 5, 6):
        cast.check_in(recovery, day)
    assert assessing.assess_pending(now=NOW + timedelta(minutes=1)) == 3
    assert assessing.assess_pending(now=NOW + timedelta(minutes=2)) == 0


def test_it_leaves_a_check_in_to_the_worker_that_has_it() -> None:
    kept = record(cast.make_recovery(), submission())
    assert assessing._claim(kept.pk, NOW)
    assert assess(kept, NOW + assessing.LEASE - timedelta(seconds=1)) is None
    assert assess(kept, NOW + assessing.LEASE) is not None


def test_it_raises_what_the_floor_flagged_no_second_time() -> None:
    recovery = cast.make_recovery()
    kept = record(recovery, submission(answers=PUS))
    assess(kept)
    assert Flag.objects.count() == 1
    assert Message.objects.count() == 1
    assert list(Flag.objects.get().events.values_list("verb", flat=True)) == ["opened"]


def test_it_shows_the_fuller_grounds_once_the_course_is_judged() -> None:
    recovery = cast.make_recovery()
    for day in (3, 4):
        assess(cast.check_in(recovery, day, CALM))
    kept = record(recovery, submission(answers=PUS | {"pain": 3, "warmth": 3, "swelling": 3}))
    at_first = {reason["code"] for reason in recovery.flags.get().reasons}
    assess(kept)
    later = {reason["code"] for reason in recovery.flags.get().reasons}
    assert "sign.pus" in at_first & later
    assert "rise.pain" in later - at_first


def test_it_flags_a_course_that_turns_without_any_hard_sign() -> None:
    recovery = cast.make_recovery()
    for day in (4, 5):
        assess(cast.check_in(recovery, day, CALM))
    assessment = assess(cast.check_in(recovery, 6, WARM))
    assert assessment is not None
    assert Level(assessment.level).rank >= Level.REVIEW.rank
    flag = recovery.flags.get()
    assert flag.rank == Level(assessment.level).rank
    recovery.refresh_from_db()
    assert recovery.level == assessment.level


@pytest.mark.django_db(transaction=True)
def test_it_writes_assessment_flag_and_alert_together_wherever_it_breaks() -> None:
    recovery = cast.make_recovery()
    for day in (4, 5):
        assess(cast.check_in(recovery, day, CALM))
    kept = cast.check_in(recovery, 6, WARM)
    tables = (Assessment, Flag, FlagEvent, EscalationStep, Message)
    before = [table._default_manager.count() for table in tables]

    def unchanged() -> None:
        assert [table._default_manager.count() for table in tables] == before
        assert CheckIn.objects.filter(pk=kept.pk, assessed_at=None).exists()

    places = break_everywhere(lambda: assessing._assess(kept.pk, NOW), unchanged)
    assert places >= 4
    assert Assessment.objects.filter(check_in=kept).count() == 1
    assert Flag.objects.count() == 1


def test_it_judges_a_check_in_by_what_was_known_when_it_came() -> None:
    recovery = cast.make_recovery()
    fifth = cast.check_in(recovery, 5, CALM)
    cast.check_in(recovery, 6, PUS)
    judged = assess(fifth)
    assert judged is not None
    assert judged.level == Level.NONE


def test_it_reads_later_days_anew_when_an_earlier_one_is_added() -> None:
    recovery = cast.make_recovery()
    assess(cast.check_in(recovery, 4, CALM))
    warm = CALM | {"warmth": 2}
    alone = assess(cast.check_in(recovery, 6, warm))
    added = assess(record(recovery, submission(5, answers=warm), cast.at_noon(recovery, 6)))
    whole = checkins.verdict_now(recovery, checkins.course_of(recovery))
    assert alone is not None
    assert added is not None
    assert Level(added.level).rank >= whole.level.rank > Level(alone.level).rank


def test_it_does_not_lower_the_level_for_a_late_calm_entry() -> None:
    recovery = cast.make_recovery()
    assess(cast.check_in(recovery, 4, CALM))
    assess(cast.check_in(recovery, 6, PUS))
    assess(record(recovery, submission(5, answers=CALM), cast.at_noon(recovery, 6)))
    recovery.refresh_from_db()
    assert recovery.level == Level.URGENT


def test_it_does_not_lower_the_level_when_the_first_of_two_tabs_is_judged_last() -> None:
    recovery = cast.make_recovery()
    calm, worse = record(recovery, submission(answers=CALM)), record(recovery, submission(answers=PUS))
    assess(worse)
    assess(calm)
    recovery.refresh_from_db()
    assert recovery.level == Level.URGENT


def test_it_lowers_the_level_on_a_new_calm_day() -> None:
    recovery = cast.make_recovery()
    assess(cast.check_in(recovery, 4, PUS))
    for day in (5, 6, 7, 8):
        assess(cast.check_in(recovery, day, CALM), cast.at_noon(recovery, day))
    recovery.refresh_from_db()
    assert recovery.level == Level.NONE
    assert recovery.flags.get().state == Flag.State.OPEN


def test_it_opens_nothing_again_for_what_was_answered_before_the_job_ran() -> None:
    recovery = cast.make_recovery()
    kept = record(recovery, submission(answers=PUS))
    member, flag = recovery.treatment.operator, recovery.flags.get()
    later = NOW + timedelta(minutes=20)
    flags.record_contact(flag=flag, member=member, result="spoke", seen_check_in_id=kept.pk, now=later)
    flags.resolve(flag=flag, member=member, outcome="seen", seen_check_in_id=kept.pk, now=later)
    assert assess(kept, NOW + timedelta(hours=1)) is not None
    assert Flag.objects.count() == 1


# --- what no rule could judge ----------------------------------------------------------------------


def broken_judge(*_: object, **__: object) -> None:
    raise ZeroDivisionError("the rules are broken")


def test_it_asks_a_person_to_look_after_the_last_failed_try(monkeypatch: pytest.MonkeyPatch) -> None:
    recovery = cast.make_recovery()
    kept = record(recovery, submission())
    monkeypatch.setattr(infection, "judge", broken_judge)
    found = [assess(kept, NOW + n * assessing.LEASE) for n in range(MAX_ATTEMPTS)]
    assert found[:-1] == [None] * (MAX_ATTEMPTS - 1)
    last = found[-1]
    assert last is not None
    assert (last.could_not_assess, last.level, last.cause) == (True, "review", "unclear")
    flag = recovery.flags.get()
    assert (flag.cause, flag.rank) == ("unclear", 2)
    assert flag.reasons[0]["code"] == "could_not_assess"
    assert assess(kept, NOW + timedelta(hours=9)) is None


def test_it_gives_up_on_a_check_in_that_kills_its_worker() -> None:
    kept = record(cast.make_recovery(), submission())
    for n in range(MAX_ATTEMPTS):
        assert assessing._claim(kept.pk, NOW + n * assessing.LEASE)  # and the worker dies
    assert assess(kept, NOW + timedelta(hours=1)) is None
    assert Flag.objects.get().cause == "unclear"
    assert Assessment.objects.get().could_not_assess


def test_it_judges_the_others_when_one_is_poisoned(monkeypatch: pytest.MonkeyPatch) -> None:
    clinic = cast.make_clinic()
    bad = cast.make_recovery(clinic)
    good = cast.make_recovery(clinic, patient=cast.make_patient(clinic, "Ben Okri"))
    poisoned = cast.check_in(bad, 5, CALM)
    cast.check_in(good, 5, PUS)
    real = checkins.verdict_now

    def sometimes(recovery: Recovery, course: list[CheckIn]) -> Any:
        return broken_judge() if recovery.pk == bad.pk else real(recovery, course)

    monkeypatch.setattr(checkins, "verdict_now", sometimes)
    assert assessing.assess_pending(now=NOW) == 1
    poisoned.refresh_from_db()
    assert (poisoned.assessed_at, poisoned.assess_attempts) == (None, 1)


def test_it_judges_by_the_edition_the_recovery_runs_on() -> None:
    clinic = cast.make_clinic()
    recovery = cast.make_recovery(clinic, edition=cast.make_edition(clinic, rules="gone"))
    kept = record(recovery, submission(answers=PUS))
    assert assess(kept) is None
    assert recovery.flags.get().is_urgent, "the floor needs no edition"


# --- what waited on a device and arrives after something newer ----------------------------------------


def arrives_after_a_newer_one(recovery: Recovery, waited: dict[str, Any]) -> tuple[CheckIn, CheckIn]:
    """Written at 08:00 without a connection, arrived at 12:00; another was written and sent at 10:00."""
    morning = NOW - timedelta(hours=4)
    newer = record(recovery, submission(answers=WARM), now=NOW - timedelta(hours=2))
    older = record(recovery, submission(answers=waited, captured_at=morning))
    return older, newer


def test_an_older_entry_that_arrives_later_does_not_stand_for_its_day() -> None:
    recovery = cast.make_recovery()
    older, newer = arrives_after_a_newer_one(recovery, CALM)
    assert older.pk > newer.pk
    assert (older.amends, newer.amends) == (None, None)
    assert checkins.course_of(recovery) == [older, newer]
    assert older.report().order < newer.report().order
    correction = record(recovery, submission(), now=NOW + timedelta(minutes=1))
    assert correction.amends == newer


def test_an_older_entry_that_arrives_later_is_judged_and_lowers_nothing() -> None:
    recovery = cast.make_recovery()
    older, newer = arrives_after_a_newer_one(recovery, CALM)
    assert assess(newer)
    recovery.refresh_from_db()
    level = recovery.level
    judged = assess(older)
    recovery.refresh_from_db()
    assert judged is not None
    assert Level(level).rank >= Level.WATCH.rank
    assert recovery.level == level


def test_an_older_entry_that_arrives_later_still_raises_its_hard_signs() -> None:
    recovery = cast.make_recovery()
    older, _newer = arrives_after_a_newer_one(recovery, PUS)
    assert recovery.flags.get(rank=3).events.filter(check_in=older).exists()


def test_a_clock_that_runs_ahead_does_not_make_an_entry_the_newest() -> None:
    recovery = cast.make_recovery()
    ahead = record(recovery, submission(captured_at=NOW + timedelta(hours=5)))
    newer = record(recovery, submission(answers=WARM), now=NOW + timedelta(hours=1))
    assert checkins.course_of(recovery) == [ahead, newer]
    assert newer.amends == ahead


def test_a_repeat_under_another_day_leaves_the_correction_what_it_was() -> None:
    """A page that is sent again knows the day it was opened for, which need not be the corrected one."""
    recovery = cast.make_recovery()
    first = record(recovery, submission(6))
    again = submission(6, answers=PUS, amends=first.pk)
    second = record(recovery, again)
    repeated = record(recovery, replace(again, day=5))
    assert (repeated.pk, repeated.amends_id) == (second.pk, first.pk)
