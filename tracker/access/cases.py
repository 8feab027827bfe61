"""One recovery with everything that its page shows, in three queries however long its history is."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, OuterRef, Q

from tracker.access.rows import one_of
from tracker.models import (
    AskBack,
    Assessment,
    CallBack,
    CheckIn,
    ContactAttempt,
    DeliveryAttempt,
    EscalationStep,
    Flag,
    FlagEvent,
    Member,
    Message,
    Note,
    Product,
    Recovery,
    TreatedArea,
)
from tracker.models.bundles import Bundle, fill, unpack
from tracker.models.prepared import Prepared

HERE = OuterRef("pk")
OF_FLAG: dict[str, type[Model]] = {
    "events": FlagEvent,
    "steps": EscalationStep,
    "contact_attempts": ContactAttempt,
    "ask_backs": AskBack,
}
"""What hangs on a flag, by the name under which the flag knows it."""


@dataclass(frozen=True, slots=True)
class Case:
    """A recovery; its check-ins as they came, with `assessments`; its flags with what hangs on them.

    `messages` are the mails to the patient and the alerts, with `delivery_attempts`. `call_back` is the
    open wish to be called, `team` everybody who works or worked here, by id.
    """

    recovery: Recovery
    check_ins: list[CheckIn]
    flags: list[Flag]
    messages: list[Message]
    call_back: CallBack | None
    team: dict[int, Member]


def case_for(member: Member, pk: int) -> Case:
    """Everything about one recovery of the member's clinic, or 404."""
    found = one_of(_RECOVERY, clinic=member.clinic_id, pk=pk)
    team = {person.pk: person for person in _TEAM.rows(clinic=member.clinic_id)}
    fill(found.treatment, "areas", unpack(TreatedArea, found.areas_))
    fill(found.treatment, "products", unpack(Product, found.products_))
    fill(found, "notes", unpack(Note, found.notes_))
    messages = unpack(Message, found.messages_)
    _share(messages, "delivery_attempts", unpack(DeliveryAttempt, found.attempts_), lambda a: a.message_id)
    check_ins: list[Any] = _CHECK_INS.rows(recovery=found.pk)
    for check_in in check_ins:
        check_in.recovery = found
        fill(check_in, "assessments", unpack(Assessment, check_in.assessments_))
    wishes, flags = unpack(CallBack, found.call_backs_), _flags(found, team, messages)
    _answers(flags, check_ins)
    return Case(found, check_ins, flags, messages, next(iter(wishes), None), team)


def _answers(flags: list[Flag], check_ins: list[CheckIn]) -> None:
    """A question put to the patient knows the entry that answered it, an event the entry it is about."""
    known = {check_in.pk: check_in for check_in in check_ins}
    for asked in (asked for flag in flags for asked in flag.ask_backs.all()):
        if asked.answer_id in known:
            asked.answer = known[asked.answer_id]
    for event in (event for flag in flags for event in flag.events.all()):
        if event.check_in_id in known:
            event.check_in = known[event.check_in_id]


def _of(model: type[Model], name: str) -> Any:
    return model._default_manager.filter(**{name: HERE})


def _recovery(clinic: int, pk: int) -> Any:
    mails = Q(recovery=HERE) | Q(flag__recovery=HERE)
    tries = Q(message__recovery=HERE) | Q(message__flag__recovery=HERE)
    return (
        Recovery.objects.filter(clinic=clinic, pk=pk)
        .select_related(
            "clinic", "patient__user", "edition__protocol", "treatment__screening", "treatment__operator"
        )
        .select_related("treatment__patient", "patient__carer", "farewell")
        .annotate(
            areas_=Bundle(TreatedArea.objects.filter(treatment=OuterRef("treatment"))),
            products_=Bundle(Product.objects.filter(treatment=OuterRef("treatment"))),
            notes_=Bundle(_of(Note, "recovery")),
            call_backs_=Bundle(_of(CallBack, "recovery").filter(handled_at__isnull=True)),
            messages_=Bundle(Message.objects.filter(mails)),
            attempts_=Bundle(DeliveryAttempt.objects.filter(tries)),
        )
    )


def _flags(recovery: Recovery, team: dict[int, Member], messages: list[Message]) -> list[Flag]:
    flags = _FLAGS.rows(recovery=recovery.pk)
    _share(flags, "messages", messages, lambda message: message.flag_id)
    for flag in flags:
        flag.recovery = recovery
        _people(flag, team, "owner", "resolved_by", "offered_to")
        for name, model in OF_FLAG.items():
            rows = unpack(model, getattr(flag, f"{name}_"))
            for row in rows:
                row.flag = flag  # type: ignore[attr-defined]
                _people(row, team, "actor", "by", "asked_by")
            fill(flag, name, rows)
    return flags


def _people(row: Any, team: dict[int, Member], *names: str) -> None:
    """Put the members whom the row names in their places."""
    for name in names:
        pk = getattr(row, f"{name}_id", None)
        if pk in team:
            setattr(row, name, team[pk])


def _share(rows: Iterable[Any], name: str, things: Iterable[Any], key: Callable[[Any], Any]) -> None:
    """Give each row the things that belong to it."""
    by_row = defaultdict(list)
    for thing in things:
        by_row[key(thing)].append(thing)
    for row in rows:
        fill(row, name, by_row[row.pk])


_RECOVERY = Prepared(_recovery)
_TEAM = Prepared(lambda clinic: Member.objects.filter(clinic=clinic).select_related("user"))
_CHECK_INS = Prepared(
    lambda recovery: (
        CheckIn.objects.filter(recovery=recovery)
        .in_order()
        .annotate(assessments_=Bundle(_of(Assessment, "check_in")))
    )
)
_FLAGS = Prepared(
    lambda recovery: Flag.objects.filter(recovery=recovery).annotate(
        **{f"{name}_": Bundle(_of(model, "flag")) for name, model in OF_FLAG.items()}
    )
)
