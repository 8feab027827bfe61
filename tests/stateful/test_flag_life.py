"""A flag against a small model: whatever people and patients do, it never waits in silence."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests import cast
from tests.cast import CALM, PUS
from tests.stateful.few import few
from tracker.models import ContactAttempt, Flag, Member
from tracker.services import flags

LONGEST = timedelta(hours=4)
"""No flag that needs a person rests longer than this: the edition's time for what was taken."""


class Life(RuleBasedStateMachine):
    """Model: the state the flag must be in, and who was reached since it was opened."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.recovery = cast.make_recovery()
        self.member = Member.objects.get()
        self.now = cast.at_noon(self.recovery, 5)
        cast.check_in(self.recovery, 5, PUS, now=self.now)
        self.flag = self.recovery.flags.get()
        self.state, self.reached = "open", False

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def act(self, verb: str, **said: object) -> bool:
        newest = self.recovery.check_ins.order_by("-pk")[0].pk
        try:
            getattr(flags, verb)(
                flag=self.flag, member=self.member, seen_check_in_id=newest, now=self.now, **said
            )
        except flags.FlagProblem:
            return False
        return True

    @rule()
    def take(self) -> None:
        """Whoever has it already takes nothing, whatever became of it."""
        if self.act("acknowledge") and self.state == "open":
            self.state = "acknowledged"

    @rule(result=st.sampled_from(ContactAttempt.Result.values))
    def call(self, result: str) -> None:
        if self.act("record_contact", result=result, note=""):
            assert self.state != "resolved"
            self.reached = self.reached or result != ContactAttempt.Result.NO_ANSWER
            self.state = Flag.objects.get(pk=self.flag.pk).state

    @rule()
    def close(self) -> None:
        if self.act("resolve", outcome="advised"):
            assert self.reached, "closed an urgent flag without a contact"
            self.state = "resolved"

    @rule(worse=st.booleans())
    def patient_writes(self, worse: bool) -> None:
        cast.check_in(self.recovery, 5, PUS if worse else CALM, now=self.now)
        current = self.recovery.flags.open().order_by("-pk").first()
        if self.state != "resolved" and current is not None:
            self.state = current.state
        if self.state == "resolved" and current is not None:  # a hard sign asks anew
            self.flag, self.state, self.reached = current, "open", False

    @rule(minutes=st.integers(1, 400))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        flags.come_back_due(now=self.now)
        flags.escalate_due(now=self.now)
        self.state = Flag.objects.get(pk=self.flag.pk).state if self.state != "resolved" else self.state

    @invariant()
    def it_is_in_the_state_of_the_model(self) -> None:
        assert Flag.objects.get(pk=self.flag.pk).state == self.state
        assert self.recovery.flags.open().filter(cause=self.flag.cause).count() == (self.state != "resolved")

    @invariant()
    def it_never_waits_in_silence(self) -> None:
        flag = Flag.objects.get(pk=self.flag.pk)
        clock = {"open": flag.next_step_at, "resolved": None}.get(flag.state, flag.comes_back_at)
        if flag.state == "resolved":
            assert (flag.next_step_at, flag.comes_back_at) == (None, None)
        else:
            assert clock is not None
            assert clock <= self.now + LONGEST
        numbers = list(flag.steps.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
        assert all(flag.messages.filter(dedupe_key__contains=f":step:{n}:").exists() for n in numbers)


@pytest.mark.django_db
@pytest.mark.control("C-08")
def test_a_flag_never_waits_in_silence_whatever_people_do() -> None:
    run_state_machine_as_test(Life, settings=few(12))
