"""The outbox: one row per e-mail that must go out once, in the transaction that wants it."""

from typing import Any

import pytest
from django.db import transaction

from tests import cast
from tests.cast import NOW
from tests.services.racing import at_once
from tracker.models import Clinic, Flag, Message
from tracker.services import messages

pytestmark = pytest.mark.django_db


def post(clinic: Clinic, key: str = "k", **fields: Any) -> bool:
    wanted: dict[str, Any] = {"kind": Message.Kind.WELCOME, "to_email": "ana@mail.example", "now": NOW}
    return messages.post(clinic_id=clinic.pk, key=key, **wanted | fields)


def test_it_puts_a_message_into_the_outbox() -> None:
    clinic = cast.make_clinic()
    assert post(clinic)
    row = Message.objects.get()
    assert (row.clinic, row.to_email, row.state, row.due_at) == (clinic, "ana@mail.example", "pending", NOW)
    assert list(Message.objects.due(NOW)) == [row]


def test_it_wants_each_key_once_whatever_else_differs() -> None:
    clinic = cast.make_clinic()
    assert [post(clinic), post(clinic, to_email="other@mail.example"), post(clinic, "k2")] == [
        True,
        False,
        True,
    ]
    assert Message.objects.get(dedupe_key="k").to_email == "ana@mail.example"


@pytest.mark.django_db(transaction=True)
def test_it_posts_once_when_several_workers_want_it() -> None:
    clinic = cast.make_clinic()

    def wanted() -> bool:
        with transaction.atomic():
            return post(clinic)

    assert sorted(at_once(*(wanted for _ in range(6)))) == [False] * 5 + [True]


def test_it_leaves_nothing_behind_when_the_transaction_fails() -> None:
    clinic = cast.make_clinic()
    with transaction.atomic():
        post(clinic)
        transaction.set_rollback(True)
    assert not Message.objects.exists()


def test_it_takes_back_only_what_waits_for_this_flag() -> None:
    flag = cast.make_flag(cast.make_recovery())
    other = cast.make_flag(cast.make_recovery(cast.make_clinic("Linden")))
    post(flag.clinic, "sent", flag=flag)
    Message.objects.filter(dedupe_key="sent").update(state=Message.State.SENT)
    messages.drop_for_flag(flag=flag, reason="answered")

    def states(of: Flag) -> list[tuple[str, str]]:
        return list(of.messages.order_by("pk").values_list("state", "reason"))

    assert states(flag) == [("dropped", "answered"), ("sent", "")]
    assert states(other) == [("pending", "")]


def test_it_names_a_message_alike_on_every_try() -> None:
    clinic = cast.make_clinic()
    post(clinic, "a")
    post(clinic, "b")
    first, second = Message.objects.order_by("pk")
    assert first.message_id == Message.objects.get(pk=first.pk).message_id
    assert first.message_id != second.message_id
    assert first.message_id.startswith("<")
