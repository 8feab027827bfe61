"""Asking a patient back: the answer lands on the flag it was asked for, whatever it says."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from tests import cast
from tests.cast import CALM, NOW, PUS
from tests.services.flags.acts import verbs
from tracker.models import AskBack, CheckIn, Flag, Member, Message, Recovery
from tracker.services import ask_back, assessing, checkins, delivery, flags, recoveries

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
TONIGHT = NOW + 12 * HOUR
MORNING = datetime(2026, 3, 13, 8, tzinfo=UTC)


@pytest.fixture
def flag() -> Flag:
    """A flag to watch, because the patient was not sure about feeling unwell on day 5."""
    recovery = cast.make_recovery()
    cast.check_in(recovery, 5, CALM | {"unwell": "unsure", "pain": 1})
    assessing.assess_pending(now=cast.at_noon(recovery, 5))
    return recovery.flags.get()


@pytest.fixture
def member(flag: Flag) -> Member:
    """Who treated."""
    return flag.recovery.treatment.operator


def answer(asked: AskBack, said: str, level: int | None = None, now: datetime = MORNING) -> CheckIn:
    """The patient's answer to one question."""
    user = asked.flag.recovery.patient.user
    return ask_back.record_micro(asked=asked, key=uuid.uuid4(), answer=said, level=level, user=user, now=now)


def test_it_names_the_signs_that_the_flag_rests_on(flag: Flag) -> None:
    assert ask_back.askable(flag) == ("unwell",)
    assert ask_back.askable(Flag(reasons=[{"code": "rise.warmth"}, {"code": "sign.spreading"}])) == (
        "spreading",
        "warmth",
    )
    assert ask_back.askable(Flag(reasons=[{"code": "sign.pus"}])) == ("spreading",)


def test_it_mails_a_whole_extra_check_in_at_once_and_any_entry_answers_it(flag: Flag, member: Member) -> None:
    asked = ask_back.ask_extra(flag=flag, member=member, now=NOW)
    again = ask_back.ask_extra(flag=flag, member=member, now=NOW + HOUR)
    assert asked == again
    mail = Message.objects.get(kind=Message.Kind.ASK_BACK)
    assert (mail.to_user, mail.due_at, mail.flag) == (flag.recovery.patient.user, NOW, None)
    entry = cast.check_in(flag.recovery, 6, now=NOW + HOUR)
    asked.refresh_from_db()
    assert asked.answer == entry
    assert verbs(flag) == ["opened", "asked_back", "answered_back"]
    assert flag.events.get(verb="answered_back").check_in == entry


def test_it_asks_one_question_by_day_and_not_at_night(flag: Flag, member: Member) -> None:
    asked = ask_back.ask_micro(flag=flag, member=member, sign="unwell", hours=12, now=NOW)
    assert (asked.opens_at, asked.due_at) == (MORNING, MORNING + 12 * HOUR)
    assert Message.objects.get(kind=Message.Kind.ASK_BACK).due_at == MORNING
    assert not ask_back.is_open(asked=asked, now=TONIGHT)
    early = ask_back.ask_micro(flag=flag, member=member, sign="pain", hours=15, now=NOW)
    assert early.opens_at == MORNING
    noon = ask_back.ask_micro(flag=flag, member=member, sign="warmth", hours=24, now=NOW)
    assert noon.opens_at == NOW + 24 * HOUR


@pytest.mark.parametrize(("sign", "hours"), [("unwell", 11), ("unwell", 25), ("mood", 12)])
def test_it_asks_only_about_known_signs_and_in_time(
    flag: Flag, member: Member, sign: str, hours: int
) -> None:
    with pytest.raises(ValueError, match=sign):
        ask_back.ask_micro(flag=flag, member=member, sign=sign, hours=hours, now=NOW)


def test_a_no_stays_beside_the_reasons_and_closes_nothing(flag: Flag, member: Member) -> None:
    asked = ask_back.ask_micro(flag=flag, member=member, sign="unwell", now=NOW)
    said = answer(asked, "no", 0)
    flag.refresh_from_db()
    assert (flag.rank, flag.state, flag.newest_check_in) == (1, Flag.State.OPEN, said)
    assert flag.reasons[0]["code"] != "asked_no.unwell"
    assert (said.kind, said.unwell, said.pain, said.redness) == ("micro", "no", 0, None)
    assert said.assessments.get().level == "none"
    assert flag.events.get(verb="answered_back").detail == {"sign": "unwell", "answer": "no"}
    assert not AskBack.objects.waiting().exists()


def test_not_sure_is_asked_once_more_by_itself(flag: Flag, member: Member) -> None:
    asked = ask_back.ask_micro(flag=flag, member=member, sign="unwell", now=NOW)
    answer(asked, "unsure", 1)
    flag.refresh_from_db()
    again = AskBack.objects.waiting().get()
    assert (flag.rank, again.sign, again.asked_by) == (1, "unwell", None)
    assert again.opens_at == MORNING + 12 * HOUR
    answer(again, "no", 0, now=again.opens_at)
    assert not AskBack.objects.waiting().exists()


@pytest.mark.parametrize(
    ("said", "level", "rank"), [("yes", 1, 3), ("no", 2, 2), ("unsure", 3, 2), ("no", 4, 3)]
)
def test_a_yes_or_a_worse_day_raises_the_flag(
    flag: Flag, member: Member, said: str, level: int, rank: int
) -> None:
    asked = ask_back.ask_micro(flag=flag, member=member, sign="unwell", now=NOW)
    answer(asked, said, level)
    flag.refresh_from_db()
    assert (flag.rank, flag.recovery.flags.count()) == (rank, 1)
    assert flag.reasons[0]["code"] == ("asked.unwell" if said == "yes" else "asked_worse.unwell")
    assert verbs(flag)[-2:] == ["answered_back", "raised"]


def test_a_symptom_is_asked_by_its_own_scale(flag: Flag, member: Member) -> None:
    asked = ask_back.ask_micro(flag=flag, member=member, sign="pain", now=NOW)
    said = answer(asked, "yes", 2)
    flag.refresh_from_db()
    assert (said.pain, said.unwell, flag.rank) == (2, "", 2)


def test_it_opens_an_urgent_flag_again_that_somebody_had_answered() -> None:
    flag = cast.make_flag(cast.make_recovery(), day=6)
    member = flag.recovery.treatment.operator
    seen = flag.recovery.check_ins.get().pk
    flags.record_contact(flag=flag, member=member, result="advised", seen_check_in_id=seen, now=NOW)
    asked = ask_back.ask_micro(flag=flag, member=member, sign="spreading", now=NOW)
    answer(asked, "yes", 1)
    flag.refresh_from_db()
    assert (flag.state, flag.owner, flag.comes_back_at) == (Flag.State.OPEN, member, None)
    assert flag.next_step_at == MORNING + timedelta(minutes=30)
    steps = flag.steps.count()
    second = ask_back.ask_micro(flag=flag, member=member, sign="red_streaks", now=NOW)
    answer(second, "yes", 1)
    assert flag.steps.count() == steps  # it climbs already


def test_one_answer_is_kept_once(flag: Flag, member: Member) -> None:
    asked = ask_back.ask_micro(flag=flag, member=member, sign="unwell", now=NOW)
    key, user = uuid.uuid4(), flag.recovery.patient.user
    said = [
        ask_back.record_micro(asked=asked, key=key, answer="no", level=0, user=user, now=MORNING)
        for _ in range(2)
    ]
    assert said[0] == said[1]
    with pytest.raises(ask_back.NotWaiting):
        answer(asked, "yes")


def test_nobody_is_asked_about_what_is_closed(flag: Flag, member: Member) -> None:
    asked = ask_back.ask_micro(flag=flag, member=member, sign="unwell", now=NOW)
    seen = flag.recovery.check_ins.get().pk
    flags.resolve(flag=flag, member=member, outcome="settled", seen_check_in_id=seen, now=NOW)
    with pytest.raises(ask_back.NotAskable):
        ask_back.ask_micro(flag=flag, member=member, sign="pain", now=NOW)
    with pytest.raises(ask_back.NotWaiting):
        answer(asked, "yes")
    delivery.deliver_due(clock=lambda: MORNING)
    mail = Message.objects.get(kind=Message.Kind.ASK_BACK)
    assert (mail.state, mail.reason) == (Message.State.DROPPED, "resolved")


def test_no_extra_check_in_is_asked_for_when_the_daily_part_is_over(flag: Flag, member: Member) -> None:
    Recovery.objects.update(state=Recovery.State.TAIL)
    with pytest.raises(ask_back.NotAskable):
        ask_back.ask_extra(flag=flag, member=member, now=NOW)
    assert ask_back.ask_micro(flag=flag, member=member, sign="unwell", now=NOW).pk


def test_no_answer_is_noted_once_and_may_still_come(flag: Flag, member: Member) -> None:
    asked = ask_back.ask_micro(flag=flag, member=member, sign="unwell", now=NOW)
    assert ask_back.note_missed(now=asked.due_at - timedelta(seconds=1)) == 0
    assert [ask_back.note_missed(now=asked.due_at) for _ in range(2)] == [1, 0]
    assert verbs(flag)[-1] == "not_answered"
    answer(asked, "yes", now=asked.due_at + HOUR)
    flag.refresh_from_db()
    assert flag.rank == 3


def test_one_answer_is_no_entry_of_the_course(flag: Flag, member: Member) -> None:
    recovery = flag.recovery
    asked = ask_back.ask_micro(flag=flag, member=member, sign="unwell", now=NOW)
    answer(asked, "no", 0)
    assert [c.kind for c in checkins.course_of(recovery)] == ["daily"]
    entry = cast.check_in(recovery, 7, PUS)
    assert entry.amends is None
    recoveries.read_silence(now=NOW)
    assert Recovery.objects.get().last_check_in_on == entry.local_date
