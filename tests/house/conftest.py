"""Two clinics with everybody in them, and a client for each."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import time
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from tests import cast
from tests.cast import PUS
from tracker import tokens
from tracker.models import Member, QualityCheck, Recovery, Role, SignInLink
from tracker.services import ask_back, devices, harm, protocols, replays, rota, threads

ROLES = (
    "anonymous",
    "patient",
    "other_patient",
    "owner",
    "clinician",
    "front_desk",
    "read_only",
    "other_owner",
)


HANDING = ("hand_over", "accept_hand_over", "decline_hand_over", "undo", "snooze", "ask_back")
SIGNING = ("sign_off", "withdraw_sign_off", "discard_draft")


@dataclass
class World:
    """What stands in both clinics, and who is signed in where."""

    recovery: Recovery
    clients: dict[str, Client]

    def arguments(self, name: str) -> dict[str, Any]:
        """The parameters that lead to the first clinic's own row."""
        return self.known().get(name, {})

    def known(self) -> dict[str, dict[str, Any]]:
        """Parameters by URL name."""
        recovery = self.recovery
        check_in, flag = recovery.check_ins.order_by("pk")[0], recovery.flags.order_by("pk")[0]
        patient, screening = recovery.patient, recovery.patient.screenings.order_by("-pk")[0]
        link = SignInLink.objects.order_by("pk")[0]
        rows = (
            (check_in, ("result", "amend")),
            (flag.adverse_event, ("adverse_event",)),
            (flag, ("record_adverse_event", "delivery_trail")),
            (flag, ("acknowledge", "contact", "resolve", "reopen", *HANDING)),
            (flag.messages.order_by("pk")[0], ("decide_held",)),
            (flag.ask_backs.order_by("pk")[0], ("micro",)),
            (recovery.clinic.shifts.order_by("pk")[0], ("remove_shift",)),
            (recovery.treatment.operator, ("set_deputy", "set_digest")),
            (patient, ("patient", "resend_welcome", "screening")),
            (screening, ("screening_decision", "record_treatment")),
            (
                recovery,
                ("course_report", "print_card", "recovery", "tag", "untag", "answer_note", "read_notes"),
            ),
            (recovery.call_backs.get(), ("handle_call_back",)),
            (patient.user.devices.get(), ("forget_device",)),
            (recovery.edition.protocol, ("draft_edition",)),
            (
                recovery.edition.protocol.editions.order_by("-pk")[0],
                ("edition", "ask_replay", "publish", *SIGNING),
            ),
            (recovery.clinic.replay_runs.order_by("pk")[0], ("replay",)),
            (recovery.quality_check, ("quality_check",)),
        )
        return {
            **{name: {"pk": row.pk} for row, names in rows for name in names},
            "start": {"token": tokens.sign_in_token(link)},
            "unsubscribe": {"token": tokens.unsubscribe_token(patient)},
            "code": {"code": "7KQ2-X9MA"},
            "mailbox_message": {"key": "none"},
            "mailbox_html": {"key": "none"},
        }

    def path(self, name: str, **instead: Any) -> str:
        """The address of the first clinic's own row, or of another with `instead`."""
        return reverse(name, kwargs=self.arguments(name) | instead)


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One world for all tests of a file, gone after them; each test undoes what it did itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _build()
        transaction.set_rollback(True)


@pytest.fixture
def world(built: World, db: None) -> World:
    """A recovery with a flag at the first clinic; every role; a neighbour who must see nothing."""
    built.recovery.refresh_from_db()
    clients = {role: Client(raise_request_exception=False) for role in ROLES}
    for role, client in clients.items():
        client.cookies = SimpleCookie(built.clients[role].cookies.output(attrs=[], header=""))
    return replace(built, clients=clients)


def _build() -> World:
    clinic, neighbour = cast.make_clinic(), cast.make_clinic("Linden")
    members = {role: cast.make_member(clinic, role, f"The {role}") for role in Role.values}
    patient = cast.make_patient(clinic)
    recovery = cast.make_recovery(patient=patient, operator=members["clinician"])
    cast.check_in(recovery, 6, PUS)
    stranger = cast.make_patient(neighbour, "Ben Okri")
    other = cast.make_member(neighbour, Role.OWNER, "Other Owner")
    cast.check_in(cast.make_recovery(patient=stranger, operator=other), 6, PUS)
    _a_draft(recovery, members["owner"])
    threads.ask_call_back(recovery=recovery, user=patient.user, now=cast.NOW)
    devices.remember(user=patient.user, now=cast.NOW)
    _asked_and_on_duty(recovery, members["clinician"])
    SignInLink.objects.create(user=patient.user, created_at=cast.NOW, expires_at=cast.NOW)
    _harm(recovery, members["clinician"])
    users = {role: member.user for role, member in members.items()}
    users |= {"patient": patient.user, "other_patient": stranger.user, "other_owner": other.user}
    clients = {role: Client(raise_request_exception=False) for role in ROLES}
    for role, user in users.items():
        clients[role].force_login(user)
    return World(recovery, clients)


def _harm(recovery: Recovery, member: Member) -> None:
    """A record of harm about the flag."""
    said = dict.fromkeys(harm.FIELDS, "") | {"began_on": cast.STARTED, "severity": "mild"}
    said |= {"outcome": "recovered", "reportable": "no"}
    harm.record(flag=recovery.flags.order_by("pk")[0], member=member, said=said, now=cast.NOW)


def _a_draft(recovery: Recovery, owner: Member) -> None:
    """The next edition of the protocol, a replay of it, and a recovery drawn for a look."""
    protocol = recovery.edition.protocol
    draft = protocols.start_draft(protocol=protocol, member=owner, now=cast.NOW)
    replays.ask(draft=draft, member=owner, now=cast.NOW)
    QualityCheck.objects.create(
        clinic=recovery.clinic, recovery=recovery, week=cast.STARTED, drawn_at=cast.NOW
    )


def _asked_and_on_duty(recovery: Recovery, member: Member) -> None:
    """A question about one sign, and a shift on the rota."""
    flag = recovery.flags.order_by("pk")[0]
    ask_back.ask_micro(flag=flag, member=member, sign="spreading", now=cast.NOW)
    rota.add_shift(member=member, by=member, weekday=0, starts=time(9), ends=time(18), now=cast.NOW)
