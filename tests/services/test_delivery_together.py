"""Reminders that come by the thousand: claimed together, sent and marked one by one."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.cast import NOW
from tests.servers.mail import Sink
from tests.services.racing import at_once
from tracker import emails
from tracker.models import Clinic, DeliveryAttempt, Heartbeat, Message, Recovery
from tracker.services import delivery, health, messages, wanted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sink", "plain_mail")]

State = Message.State
MANY = 6


@pytest.fixture
def waiting() -> list[Message]:
    """Reminders of one clinic's patients, all due and none tried."""
    return remind(cast.make_clinic())


def remind(clinic: Clinic, count: int = MANY) -> list[Message]:
    for number in range(count):
        patient = cast.make_patient(clinic, "Ana Sousa", email=f"p{number}@mail.example")
        messages.post(
            clinic_id=clinic.pk,
            kind=Message.Kind.REMINDER,
            key=f"reminder:{number}",
            to_email=patient.user.email,
            to_user=patient.user,
            recovery=cast.make_recovery(patient=patient),
            local_day=NOW.date(),
            now=NOW,
        )
    return list(Message.objects.order_by("pk"))


def ticking(step: timedelta) -> Callable[[], datetime]:
    """A clock that goes on by `step` each time it is asked."""
    times = (NOW + n * step for n in range(10_000))
    return lambda: next(times)


def deliver(clock: Callable[[], datetime] = lambda: NOW) -> int:
    return delivery.deliver_due(clock=clock)


def standing(message: Message) -> tuple[str, int, datetime | None]:
    message.refresh_from_db()
    return message.state, message.attempts, message.claimed_until


def test_each_goes_out_once_and_is_on_record(waiting: list[Message], sink: Sink) -> None:
    assert [deliver(), deliver()] == [MANY, 0]
    assert [r.message_id for r in sink.messages()] == [m.message_id for m in waiting]
    assert {standing(m)[:2] for m in waiting} == {(State.SENT, 1)}
    tries = DeliveryAttempt.objects.values_list("message", "number", "accepted", "code")
    assert sorted(tries) == [(m.pk, 1, True, 250) for m in waiting]
    assert Heartbeat.objects.get(component=health.MAIL).at == NOW


def test_they_cost_one_statement_each_and_a_few_for_all(waiting: list[Message]) -> None:
    health.beat(component=health.MAIL, now=NOW)
    with CaptureQueriesContext(connection) as asked:
        deliver()
    assert len(asked) <= MANY + 7


def test_several_deliverers_send_each_once(transactional_db: None, sink: Sink) -> None:
    remind(cast.make_clinic(), 60)
    assert sum(at_once(*(deliver for _ in range(3)))) == 60
    assert len({r.message_id for r in sink.messages()}) == len(sink.messages()) == 60


def test_an_urgent_one_goes_first_and_alone(waiting: list[Message], sink: Sink) -> None:
    flag = cast.make_flag(Recovery.objects.all()[0])
    deliver()
    first = Message.objects.get(pk=int(sink.messages()[0].message_id.split("-")[1].split(".")[0]))
    assert first.flag == flag
    assert len(sink.messages()) == MANY + Message.objects.filter(flag=flag, state=State.SENT).count()


def test_one_that_is_no_longer_wanted_stops_no_other(waiting: list[Message], sink: Sink) -> None:
    asked = waiting[2].recovery
    assert asked is not None
    cast.check_in(asked, 6)
    assert deliver() == MANY - 1
    waiting[2].refresh_from_db()
    assert (waiting[2].state, waiting[2].reason) == (State.DROPPED, "already logged")


def test_what_changes_while_the_others_are_sent_is_seen(
    waiting: list[Message], sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, answered = emails.Server.send, waiting[-1].recovery
    assert answered is not None

    def send(self: emails.Server, mail: EmailMultiAlternatives) -> None:
        real(self, mail)
        if mail.to == [waiting[0].to_email]:
            cast.check_in(answered, 6)

    monkeypatch.setattr(emails.Server, "send", send)
    assert deliver(ticking(timedelta(milliseconds=150))) == MANY - 1
    assert standing(waiting[-1])[0] == State.DROPPED


def test_one_that_cannot_be_judged_stops_no_other_and_waits_for_its_lease(
    waiting: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = wanted.why_not

    def sometimes(message: Message, *, now: datetime) -> str:
        if message.pk == waiting[1].pk:
            raise ValueError("no such zone")
        return asked(message, now=now)

    monkeypatch.setattr(wanted, "why_not", sometimes)
    assert deliver() == MANY - 1
    assert standing(waiting[1]) == (State.PENDING, 1, NOW + delivery.LEASE)


def test_a_refused_one_is_tried_again_later_by_itself(waiting: list[Message], sink: Sink) -> None:
    sink.answer("451 try later", at="rcpt", times=1)
    assert deliver() == MANY - 1
    assert standing(waiting[0]) == (State.PENDING, 1, None)
    assert DeliveryAttempt.objects.filter(accepted=False, code=451).count() == 1
    assert deliver(lambda: NOW + delivery.BACK_OFF[0]) == 1
    assert standing(waiting[0])[:2] == (State.SENT, 2)


def test_while_the_server_is_away_all_are_given_back_untried(waiting: list[Message], sink: Sink) -> None:
    sink.stop()
    assert deliver() == 0
    assert {standing(m) for m in waiting} == {(State.PENDING, 0, None)}
    sink.start()
    assert deliver(lambda: NOW + delivery.SERVER_DOWN_WAIT) == MANY


def test_when_time_is_up_the_rest_is_given_back_untried(waiting: list[Message], sink: Sink) -> None:
    sent = deliver(ticking(timedelta(seconds=2)))
    assert 0 < sent < MANY
    assert len(sink.messages()) == sent
    assert {standing(m) for m in waiting[sent:]} == {(State.PENDING, 0, None)}
    assert DeliveryAttempt.objects.count() == sent


class Killed(BaseException):
    """What SIGKILL does to the rest of the work, as far as a test in the same process can show it."""


def test_a_worker_that_dies_repeats_one_at_most_and_takes_no_company_along(
    waiting: list[Message], sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = emails.Server.send

    def send(self: emails.Server, mail: EmailMultiAlternatives) -> None:
        real(self, mail)
        if mail.to == [waiting[2].to_email]:
            raise Killed

    monkeypatch.setattr(emails.Server, "send", send)
    monkeypatch.setattr(delivery, "_give_back", lambda *_: None)
    with pytest.raises(Killed):
        deliver()
    assert [standing(m)[0] for m in waiting] == [State.SENT] * 2 + [State.PENDING] * (MANY - 2)
    monkeypatch.setattr(emails.Server, "send", real)
    groups: list[list[int]] = []
    monkeypatch.setattr(delivery, "_deliver_together", lambda ids, *_: groups.append(ids))
    assert deliver(lambda: NOW + delivery.LEASE) == MANY - 2
    assert groups == [], "what was tried before goes alone"
    assert sorted(r.message_id for r in sink.messages()) == sorted(
        m.message_id for m in [*waiting, waiting[2]]
    )
