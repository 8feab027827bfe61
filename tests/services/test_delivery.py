"""From the outbox to a real mail server: once, in time, and never quietly lost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connection

from tests import cast
from tests.cast import NOW
from tests.servers.mail import Sink
from tests.services.racing import at_once
from tracker import emails
from tracker.models import MAX_ATTEMPTS, Clinic, DeliveryAttempt, Flag, Heartbeat, Message, Patient
from tracker.services import delivery, health, messages, people, wanted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sink", "plain_mail")]

State = Message.State


def post(clinic: Clinic, key: str = "k", **fields: Any) -> Message:
    """A reminder without a reason not to go out."""
    wanted: dict[str, Any] = {"kind": Message.Kind.FLAG_ALERT, "to_email": f"{key}@mail.example", "now": NOW}
    messages.post(clinic_id=clinic.pk, key=key, **wanted | fields)
    return Message.objects.get(dedupe_key=key)


def at(now: datetime) -> Callable[[], datetime]:
    return lambda: now


def deliver(after: timedelta = timedelta()) -> int:
    return delivery.deliver_due(clock=at(NOW + after))


@pytest.fixture
def clinic() -> Clinic:
    return cast.make_clinic()


# --- the good case ---------------------------------------------------------------------------------


def test_it_sends_what_is_due_and_marks_it_afterwards(clinic: Clinic, sink: Sink) -> None:
    message = post(clinic)
    assert deliver() == 1
    message.refresh_from_db()
    assert (message.state, message.sent_at, message.attempts) == (State.SENT, NOW, 1)
    attempt = DeliveryAttempt.objects.get()
    assert (attempt.number, attempt.accepted, attempt.code) == (1, True, 250)
    received = sink.messages()
    assert [(r.to, r.message_id) for r in received] == [(("k@mail.example",), message.message_id)]


def test_it_sends_nothing_twice(clinic: Clinic, sink: Sink) -> None:
    post(clinic)
    assert [deliver(), deliver(), deliver(timedelta(days=1))] == [1, 0, 0]
    assert len(sink.messages()) == 1


def test_it_sends_urgent_messages_first(clinic: Clinic, sink: Sink) -> None:
    post(clinic, "slow", now=NOW - timedelta(hours=1))
    post(clinic, "urgent", is_urgent=True)
    assert deliver() == 2
    assert [r.to[0] for r in sink.messages()] == ["urgent@mail.example", "slow@mail.example"]


def test_it_leaves_what_is_not_due_yet(clinic: Clinic) -> None:
    post(clinic, now=NOW + timedelta(minutes=1))
    assert deliver() == 0
    assert deliver(timedelta(minutes=1)) == 1


def test_it_shows_that_mail_works(clinic: Clinic) -> None:
    health.fail(component=health.MAIL, error="TimeoutError", now=NOW - timedelta(hours=1))
    post(clinic)
    deliver()
    heart = Heartbeat.objects.get(component=health.MAIL)
    assert (heart.at, heart.detail) == (NOW, "")


# --- leases ----------------------------------------------------------------------------------------


def test_it_leaves_a_message_to_the_worker_that_has_it(clinic: Clinic) -> None:
    message = post(clinic)
    assert delivery._claim(message.pk, NOW)
    assert deliver(delivery.LEASE - timedelta(seconds=1)) == 0


def test_it_takes_over_from_a_worker_that_died(clinic: Clinic, sink: Sink) -> None:
    message = post(clinic)
    assert delivery._claim(message.pk, NOW)
    assert deliver(delivery.LEASE) == 1
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.SENT, 2)
    assert [r.message_id for r in sink.messages()] == [message.message_id]


def test_it_ignores_the_result_of_a_claim_that_ran_out(clinic: Clinic) -> None:
    message = post(clinic)
    old = delivery._claim(message.pk, NOW)
    assert old is not None
    assert deliver(delivery.LEASE) == 1
    delivery._mark(message, old, state=State.DEAD)
    message.refresh_from_db()
    assert message.state == State.SENT


@pytest.mark.django_db(transaction=True)
def test_it_sends_each_message_once_with_several_deliverers(sink: Sink) -> None:
    clinic = cast.make_clinic()
    for n in range(12):
        post(clinic, f"m{n}")
    assert sum(at_once(*(deliver for _ in range(3)))) == 12
    assert len({r.message_id for r in sink.messages()}) == len(sink.messages()) == 12


def test_it_talks_to_the_mail_server_outside_any_transaction(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    depth: list[int] = []
    real = emails.Server.send

    def send(self: emails.Server, mail: EmailMultiAlternatives) -> None:
        depth.append(len(connection.savepoint_ids))
        real(self, mail)

    monkeypatch.setattr(emails.Server, "send", send)
    post(clinic)
    outside = len(connection.savepoint_ids)
    deliver()
    assert depth == [outside]


# --- the server is away ----------------------------------------------------------------------------


def test_it_uses_up_no_try_while_the_server_is_away(clinic: Clinic, sink: Sink) -> None:
    message = post(clinic)
    post(clinic, "second")
    sink.stop()
    for n in range(2 * MAX_ATTEMPTS):
        assert deliver(n * delivery.SERVER_DOWN_WAIT) == 0
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.PENDING, 0)
    assert Heartbeat.objects.get(component=health.MAIL).detail == "ConnectionRefusedError"
    sink.start()
    assert deliver(timedelta(hours=1)) == 2
    assert Heartbeat.objects.get(component=health.MAIL).detail == ""


def test_it_stops_at_once_while_the_server_is_away(clinic: Clinic, sink: Sink) -> None:
    for n in range(5):
        post(clinic, f"m{n}")
    sink.stop()
    deliver()
    assert Message.objects.filter(due_at__gt=NOW).count() == 1


def test_it_counts_a_connection_lost_under_one_mail_as_that_mails_try(clinic: Clinic, sink: Sink) -> None:
    poisoned = post(clinic, "poisoned", is_urgent=True)
    post(clinic, "fine")
    sink.answer("drop", at="drop", times=1)
    assert deliver() == 1
    poisoned.refresh_from_db()
    assert (poisoned.state, poisoned.attempts) == (State.PENDING, 1)
    assert deliver(delivery.BACK_OFF[0]) == 1
    ids = [r.message_id for r in sink.messages(to="poisoned@mail.example")]
    assert ids == [poisoned.message_id] * 2, "half accepted: a repeat, and recognisable as one"


# --- refusals --------------------------------------------------------------------------------------


def test_it_tries_again_later_and_later_when_told_to_wait(clinic: Clinic, sink: Sink) -> None:
    message = post(clinic)
    sink.answer("451 try later", at="rcpt")
    waits = []
    now = NOW
    for _ in range(3):
        delivery.deliver_due(clock=at(now))
        message.refresh_from_db()
        waits.append(message.due_at - now)
        now = message.due_at
    assert tuple(waits) == delivery.BACK_OFF[:3]
    assert list(DeliveryAttempt.objects.values_list("number", "accepted", "code")) == [
        (1, False, 451),
        (2, False, 451),
        (3, False, 451),
    ]
    sink.accept()
    assert delivery.deliver_due(clock=at(now)) == 1


def test_it_gives_up_after_the_last_try(clinic: Clinic, sink: Sink) -> None:
    message = post(clinic)
    sink.answer("451 try later", at="rcpt")
    for n in range(MAX_ATTEMPTS + 3):
        deliver(timedelta(hours=n))
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.DEAD, MAX_ATTEMPTS)
    assert DeliveryAttempt.objects.count() == MAX_ATTEMPTS


def test_it_gives_up_at_once_when_the_server_says_never(clinic: Clinic, sink: Sink) -> None:
    message = post(clinic)
    sink.answer("550 no such user", at="rcpt")
    deliver()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.DEAD, 1)
    assert message.reason == "SMTPRecipientsRefused"


def test_it_gives_up_on_a_message_that_kills_its_worker(clinic: Clinic, sink: Sink) -> None:
    flag = cast.make_flag(cast.make_recovery(clinic))
    message = Message.objects.get()
    for n in range(MAX_ATTEMPTS):
        assert delivery._claim(message.pk, NOW + n * delivery.LEASE)  # and the worker dies
    assert deliver(timedelta(hours=1)) == 0
    message.refresh_from_db()
    flag.refresh_from_db()
    assert (message.state, message.attempts) == (State.DEAD, MAX_ATTEMPTS)
    assert flag.next_step_at == NOW + timedelta(hours=1)
    assert sink.messages() == []


def test_it_lets_one_broken_text_stop_no_other(
    clinic: Clinic, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = emails.build

    def sometimes(message: Message) -> EmailMultiAlternatives:
        if message.dedupe_key == "broken":
            raise FileNotFoundError("no such template")
        return build(message)

    monkeypatch.setattr(emails, "build", sometimes)
    broken = post(clinic, "broken", is_urgent=True)
    post(clinic, "fine")
    assert deliver() == 1
    broken.refresh_from_db()
    assert (broken.state, broken.attempts) == (State.PENDING, 1)
    assert [r.to[0] for r in sink.messages()] == ["fine@mail.example"]


def test_it_keeps_trying_to_alert_while_the_answer_is_later(clinic: Clinic, sink: Sink) -> None:
    message = post(clinic, is_urgent=True)
    sink.answer("451 greylisted", at="rcpt")
    now, tries = NOW, 0
    while now - NOW < timedelta(hours=1):
        delivery.deliver_due(clock=at(now))
        message.refresh_from_db()
        assert message.due_at - now <= delivery.URGENT_WAIT
        now, tries = message.due_at, tries + 1
    assert (message.state, tries > MAX_ATTEMPTS) == (State.PENDING, True)
    sink.accept()
    assert delivery.deliver_due(clock=at(now)) == 1


def test_it_gives_an_alert_up_after_hours_of_later(clinic: Clinic, sink: Sink) -> None:
    message = post(clinic, is_urgent=True)
    Message.objects.update(attempts=MAX_ATTEMPTS - 1)
    sink.answer("451 greylisted", at="rcpt")
    deliver(delivery.PERSIST)
    message.refresh_from_db()
    assert message.state == State.DEAD


@pytest.mark.parametrize(
    ("reply", "stage"), [("421 too many", "rcpt"), ("421 bye", "data"), ("452 full", "data")]
)
def test_it_blames_no_message_for_a_server_that_takes_none(
    clinic: Clinic, sink: Sink, reply: str, stage: str
) -> None:
    for n in range(3):
        post(clinic, f"m{n}", is_urgent=True)
    sink.answer(reply, at=stage)
    for n in range(2 * MAX_ATTEMPTS):
        assert deliver(n * delivery.SERVER_DOWN_WAIT) == 0
    assert set(Message.objects.values_list("state", "attempts")) == {(State.PENDING, 0)}
    sink.accept()
    assert deliver(timedelta(hours=1)) == 3


def test_it_lets_one_message_that_cannot_be_judged_stop_no_other(
    clinic: Clinic, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = wanted.why_not

    def sometimes(message: Message, *, now: datetime) -> str:
        if message.dedupe_key == "broken":
            raise ValueError("no such zone")
        return asked(message, now=now)

    monkeypatch.setattr(wanted, "why_not", sometimes)
    post(clinic, "broken", is_urgent=True)
    post(clinic, "fine")
    assert deliver() == 1


# --- a person gets to know -------------------------------------------------------------------------


def to_patient(kind: str, patient: Patient) -> Message:
    return post(patient.clinic, kind=kind, to_user=patient.user, local_day=NOW.date())


def test_it_calls_a_patients_address_broken_when_it_was_refused(clinic: Clinic, sink: Sink) -> None:
    patient = cast.make_patient(clinic)
    elsewhere = cast.make_patient(cast.make_clinic("Linden"))
    to_patient(Message.Kind.WELCOME, patient)
    sink.answer("550 no such user", at="rcpt")
    deliver()
    patient.refresh_from_db()
    elsewhere.refresh_from_db()
    assert patient.user == elsewhere.user
    assert (patient.email_broken_at, elsewhere.email_broken_at) == (NOW, None)


def test_it_blames_no_address_for_a_server_that_kept_saying_later(clinic: Clinic, sink: Sink) -> None:
    recovery = cast.make_recovery(clinic)
    message = to_patient(Message.Kind.REMINDER, recovery.patient)
    Message.objects.filter(pk=message.pk).update(recovery=recovery, attempts=MAX_ATTEMPTS - 1)
    sink.answer("451 try later", at="rcpt")
    deliver()
    message.refresh_from_db()
    recovery.patient.refresh_from_db()
    assert message.state == State.DEAD
    assert recovery.patient.email_broken_at is None


def test_it_opens_the_next_step_when_an_alert_is_refused(clinic: Clinic, sink: Sink) -> None:
    flag = cast.make_flag(cast.make_recovery(clinic))
    sink.answer("550 no such user", at="rcpt")
    deliver()
    flag.refresh_from_db()
    assert flag.next_step_at == NOW


# --- asked again before sending --------------------------------------------------------------------


def test_it_drops_the_alert_of_an_answered_flag(clinic: Clinic, sink: Sink) -> None:
    cast.make_flag(cast.make_recovery(clinic), state=Flag.State.ACKNOWLEDGED)
    assert deliver() == 0
    message = Message.objects.get()
    assert (message.state, message.reason) == (State.DROPPED, "answered")
    assert sink.messages() == []


def test_it_drops_a_reminder_that_is_no_longer_wanted(clinic: Clinic, sink: Sink) -> None:
    recovery = cast.make_recovery(clinic)
    message = to_patient(Message.Kind.REMINDER, recovery.patient)
    Message.objects.filter(pk=message.pk).update(recovery=recovery)
    cast.check_in(recovery, 6)
    assert deliver() == 0
    message.refresh_from_db()
    assert (message.state, message.reason) == (State.DROPPED, "already logged")


def test_it_leaves_the_rest_to_the_next_sweep_when_time_is_up(clinic: Clinic) -> None:
    for n in range(3):
        post(clinic, f"m{n}")
    times = iter(NOW + n * timedelta(seconds=4) for n in range(100))
    assert delivery.deliver_due(clock=lambda: next(times)) == 1
    assert Message.objects.filter(state=State.PENDING).count() == 2


def test_a_welcome_that_waited_for_days_carries_a_link_that_still_works(clinic: Clinic, sink: Sink) -> None:
    patient = cast.make_patient(clinic)
    people.send_welcome(patient=patient, recovery=None, now=NOW)
    late = timedelta(days=3)
    assert deliver(late) == 1
    link = Message.objects.get().link
    assert link is not None
    assert link.expires_at == NOW + late + people.LINK_LASTS
    token = people.sign_in_token(link)
    assert people.use_link(token=token, now=NOW + late + timedelta(hours=23)) == patient.user
