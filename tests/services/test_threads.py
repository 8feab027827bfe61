"""Writing to each other, and asking to be called."""

from datetime import UTC, datetime, timedelta

import pytest

from tests import cast
from tests.cast import NOW
from tests.services.racing import at_once
from tracker import emails
from tracker.models import AuditEntry, CallBack, Message, Note, Recovery
from tracker.services import threads, wanted

pytestmark = pytest.mark.django_db


@pytest.fixture
def recovery() -> Recovery:
    return cast.make_recovery()


def writes(recovery: Recovery, text: str = "Is this normal?", now: datetime = NOW) -> Note:
    user = recovery.patient.user
    return threads.write_note(recovery=recovery, author=user, from_patient=True, text=text, now=now)


def answers(recovery: Recovery, now: datetime = NOW + timedelta(hours=1)) -> Note:
    author = recovery.treatment.operator.user
    return threads.write_note(recovery=recovery, author=author, from_patient=False, text="Yes.", now=now)


def test_a_patients_note_mails_nobody_and_stays_unread(recovery: Recovery) -> None:
    note = writes(recovery)
    assert (note.from_patient, note.read_at, note.clinic) == (True, None, recovery.clinic)
    assert not Message.objects.filter(kind="note").exists()


def test_an_answer_reads_what_came_before_and_tells_the_patient_once(recovery: Recovery) -> None:
    note = writes(recovery)
    answer = answers(recovery)
    note.refresh_from_db()
    assert note.read_at == NOW + timedelta(hours=1)
    assert note.read_by == recovery.treatment.operator.user
    message = Message.objects.get(kind="note")
    assert (message.to_user, message.dedupe_key) == (recovery.patient.user, f"note:{answer.pk}")


def test_the_mail_says_that_there_is_something_and_not_what(recovery: Recovery) -> None:
    answers(recovery)
    message = Message.objects.select_related("clinic", "to_user").get(kind="note")
    mail = emails.build(message)
    assert mail.subject == "Your clinic has written to you"
    assert "Yes." not in str(mail.body)
    assert "/messages/" in str(mail.body)
    assert wanted.why_not(message, now=NOW) == ""


def test_reading_stops_at_what_the_page_showed(recovery: Recovery) -> None:
    shown, reader = writes(recovery), recovery.treatment.operator.user
    later = writes(recovery, "And it itches")
    read = threads.mark_read(recovery=recovery, reader=reader, from_patient=True, up_to=shown.pk, now=NOW)
    later.refresh_from_db()
    assert (read, later.read_at) == (1, None)


def test_the_audit_names_the_act_and_never_the_words(recovery: Recovery) -> None:
    writes(recovery, "It hurts")
    answers(recovery)
    entries = AuditEntry.objects.filter(verb__in=("write_note", "answer_note"))
    assert [entry.verb for entry in entries.order_by("pk")] == ["write_note", "answer_note"]
    assert all("hurts" not in f"{entry.subject}{entry.detail}" for entry in entries)


def test_an_answer_is_promised_in_opening_hours(recovery: Recovery) -> None:
    friday_evening = datetime(2026, 3, 13, 17, 0, tzinfo=UTC)
    # eight hours: one on Friday, seven on Monday from nine on
    promised = threads.promise(recovery=recovery, asked_at=friday_evening)
    assert promised == datetime(2026, 3, 16, 16, 0, tzinfo=UTC)


def test_asking_twice_to_be_called_is_asking_once(recovery: Recovery) -> None:
    user = recovery.patient.user
    first = threads.ask_call_back(recovery=recovery, user=user, now=NOW)
    again = threads.ask_call_back(recovery=recovery, user=user, now=NOW + timedelta(hours=1))
    assert first == again
    assert first.promised_by == datetime(2026, 3, 13, 11, 0, tzinfo=UTC)
    assert AuditEntry.objects.filter(verb="ask_call_back").count() == 1


def test_one_member_says_that_the_call_was_made(recovery: Recovery) -> None:
    member = recovery.treatment.operator
    wish = threads.ask_call_back(recovery=recovery, user=recovery.patient.user, now=NOW)
    assert threads.handle_call_back(call_back=wish, member=member, now=NOW)
    assert not threads.handle_call_back(call_back=wish, member=member, now=NOW)
    wish.refresh_from_db()
    assert (wish.handled_by, wish.handled_at) == (member, NOW)
    again = threads.ask_call_back(recovery=recovery, user=recovery.patient.user, now=NOW)
    assert again.pk != wish.pk


@pytest.mark.django_db(transaction=True)
def test_racing_taps_are_one_wish() -> None:
    recovery = cast.make_recovery()
    user = recovery.patient.user
    at_once(*(lambda: threads.ask_call_back(recovery=recovery, user=user, now=NOW).pk for _ in range(4)))
    assert CallBack.objects.count() == 1
