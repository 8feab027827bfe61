"""The outbox against a small model: whatever workers and mail servers do, a wanted mail arrives."""

import smtplib
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests import cast
from tests.cast import NOW
from tracker import emails
from tracker.models import MAX_ATTEMPTS, Message
from tracker.services import delivery, messages


class Killed(BaseException):
    """The worker is gone: nothing after this runs."""


class MailServer(emails.Server):
    """What a mail server may do to one mail. It alone knows what arrived."""

    def __init__(self) -> None:
        self.answer = "accepts"
        self.arrived: Counter[tuple[str, str]] = Counter()

    def open(self) -> None:
        """Refuses while it is away."""
        if self.answer == "away":
            raise ConnectionRefusedError

    def send(self, mail: EmailMessage) -> None:
        """Takes the mail, or does what it was told to do."""
        if self.answer in ("accepts", "accepts and the worker dies"):
            self.arrived[mail.to[0], str(mail.extra_headers["Message-ID"])] += 1
        if "dies" in self.answer:
            raise Killed
        if self.answer == "later":
            raise smtplib.SMTPResponseException(451, b"later")
        if self.answer == "never":
            raise smtplib.SMTPResponseException(550, b"never")


ANSWERS = ["accepts", "accepts and the worker dies", "the worker dies", "later", "never", "away"]


class Outbox(RuleBasedStateMachine):
    """Model: per key whether it was refused for good, how often its worker died, how often it was tried."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now, self.server = NOW, MailServer()
        self.flag = cast.make_flag(cast.make_recovery())
        Message.objects.all().delete()
        self.wanted: set[str] = set()
        self.refused: set[str] = set()
        self.deaths: Counter[str] = Counter()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @rule(number=st.integers(1, 3))
    def post(self, number: int) -> None:
        """The same key twice is wanted once."""
        key = f"{number}@mail.example"
        made = messages.post(
            clinic_id=self.flag.clinic_id,
            kind="flag_alert",
            key=key,
            to_email=key,
            flag=self.flag,
            now=self.now,
        )
        assert made == (key not in self.wanted)
        self.wanted.add(key)

    @rule(answer=st.sampled_from(ANSWERS), seconds=st.integers(0, 700))
    def sweep(self, answer: str, seconds: int) -> None:
        """Time passes, and a worker carries what is due."""
        self.now += timedelta(seconds=seconds)
        self.server.answer = answer
        for pk in list(Message.objects.due(self.now).values_list("pk", flat=True)):
            key = Message.objects.get(pk=pk).to_email
            try:
                delivery.deliver(message_id=pk, clock=lambda: self.now, server=self.server)
            except Killed:
                self.deaths[key] += 1
                return
            except delivery.ServerDown:
                return
            if answer == "never" and Message.objects.get(pk=pk).attempts < MAX_ATTEMPTS:
                self.refused.add(key)

    @invariant()
    def every_mail_keeps_its_name_and_repeats_only_for_the_dead(self) -> None:
        names = Counter(to for to, _ in self.server.arrived)
        assert all(count == 1 for count in names.values())
        for (to, _), count in self.server.arrived.items():
            assert count <= 1 + self.deaths[to]

    @invariant()
    def nothing_disappears(self) -> None:
        rows: dict[str, Any] = dict(Message.objects.values_list("dedupe_key", "state"))
        assert set(rows) == self.wanted
        for key, state in rows.items():
            if state == Message.State.SENT:
                assert any(to == key for to, _ in self.server.arrived)
            elif state == Message.State.DEAD:
                tried = Message.objects.get(dedupe_key=key).attempts
                assert key in self.refused or tried >= MAX_ATTEMPTS
            else:
                assert state == Message.State.PENDING

    @rule()
    def everything_works_again(self) -> None:
        """What waits arrives within the longest back-off, whatever happened before."""
        for _ in range(2):
            self.sweep("accepts", int(max(delivery.BACK_OFF).total_seconds()))
        assert not Message.objects.filter(state=Message.State.PENDING).exists()


@pytest.mark.django_db
def test_a_wanted_mail_arrives_whatever_workers_and_servers_do() -> None:
    # a round trip to a database per step: time says nothing here
    few = settings(
        max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Outbox, settings=few)
