"""An address is proven before anything but the request to prove it goes there, and nobody is forgotten."""

import re

import pytest
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from tests import cast
from tests.cast import NOW
from tests.servers.mail import Sink
from tests.test_accounts import ask, code_sent, enter
from tracker import emails, tokens
from tracker.models import CallBack, Message, Patient, Recovery, Role, User
from tracker.services import bounces, messages, people, reminders

pytestmark = pytest.mark.django_db

TYPO = "ana.souza@mail.example"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def recovery() -> Recovery:
    """Of a patient who has signed in, before the clinic put another address down."""
    return cast.make_recovery()


def changed(recovery: Recovery, email: str = TYPO) -> User:
    """The one who runs the installation changes the address, as only they can."""
    client, user = Client(), recovery.patient.user
    client.force_login(User.objects.create_superuser("root@aftercare.example", cast.PASSWORD))
    data = {"email": email, "language": "en", "is_active": "on"}
    assert client.post(f"/admin/tracker/user/{user.pk}/change/", data).status_code == 302
    user.refresh_from_db()
    return user


def proven(user: User) -> bool:
    """As the database has it now."""
    return User.objects.get(pk=user.pk).address_is_proven


def mail(recovery: Recovery, kind: str) -> EmailMultiAlternatives:
    """What goes to the patient now, of one kind."""
    user = User.objects.get(pk=recovery.patient.user_id)
    messages.post(
        clinic_id=recovery.clinic_id,
        kind=kind,
        key=f"{kind}:{user.email}:{user.proven_email}",
        to_email=user.email,
        to_user=user,
        recovery=recovery,
        local_day=NOW.date(),
        now=NOW,
    )
    return emails.build(Message.objects.order_by("-pk")[0])


@pytest.mark.parametrize("kind", ["reminder", "note", "ask_back"])
def test_an_unproven_address_is_only_asked_to_prove_itself(recovery: Recovery, kind: str) -> None:
    before = mail(recovery, kind)
    changed(recovery)
    after = mail(recovery, kind)
    assert after.to == [TYPO]
    assert after.subject == "Please confirm your e-mail address" != before.subject
    for part in (str(after.body), str(after.alternatives[0][0])):
        assert "Ana" not in part
        paths = {link.split("/", 3)[3] for link in re.findall(r"https?://[^\s\"'<>]+", part)}
        assert {path.split("/")[0] for path in paths} <= {"accounts", "unsubscribe"}
        assert "accounts/login/" in paths


def test_a_code_from_the_address_proves_it(recovery: Recovery, client: Client, sink: Sink) -> None:
    user = changed(recovery)
    assert not proven(user)
    client.force_login(user)  # as with a passkey: it says nothing about mail
    assert not proven(user)
    client.logout()
    Patient.objects.update(email_broken_at=NOW)
    ask(client, TYPO)
    assert enter(client, code_sent(sink, TYPO))
    assert proven(user)
    assert "confirm" not in str(mail(recovery, "reminder").subject)
    assert Patient.objects.get().email_broken_at is None


def test_a_code_that_went_to_the_old_address_proves_nothing_of_the_new(
    recovery: Recovery, client: Client, sink: Sink
) -> None:
    old = recovery.patient.user.email
    ask(client, old)
    user = changed(recovery)
    enter(client, code_sent(sink, old))
    assert not proven(user)


def test_the_link_of_the_welcome_proves_it(recovery: Recovery, client: Client) -> None:
    user = changed(recovery)
    people.send_welcome(patient=recovery.patient, recovery=recovery, now=NOW)
    link = user.sign_in_links.get()
    user.sign_in_links.update(expires_at="2100-01-01T00:00Z")
    client.post(f"/start/{tokens.sign_in_token(link)}/")
    assert proven(user)


def test_no_reminder_stops_because_an_address_changed(recovery: Recovery) -> None:
    bounces.address_changed(user=recovery.patient.user)
    Patient.objects.update(email_broken_at=NOW)
    changed(recovery)
    Recovery.objects.update(next_reminder_at=NOW)
    assert reminders.queue_due(now=NOW) == 1
    message = Message.objects.get(kind="reminder")
    assert reminders.why_not(message, now=NOW) == ""


def test_a_stranger_who_wants_no_mail_makes_the_clinic_ring(recovery: Recovery, client: Client) -> None:
    changed(recovery)
    word = tokens.unsubscribe_token(recovery.patient)
    client.post(f"/unsubscribe/{word}/")
    client.post(f"/unsubscribe/{word}/")
    patient = Patient.objects.get()
    assert patient.reminders_on
    assert patient.email_broken_at is not None
    assert CallBack.objects.get().why == "bounced"


def test_the_clinic_sees_it(recovery: Recovery, client: Client) -> None:
    client.force_login(cast.make_member(recovery.clinic, Role.FRONT_DESK, "Finn Moss").user)
    path, said = f"/clinic/patients/{recovery.patient_id}/", "Address not confirmed yet"
    assert said not in client.get(path).content.decode()
    User.objects.filter(pk=recovery.patient.user_id).update(email=TYPO)
    Recovery.objects.update(silent_at=NOW)
    assert said in client.get(path).content.decode()
    assert "E-mail address not confirmed yet." in client.get("/clinic/").content.decode()


@pytest.mark.parametrize("signed_in", [True, False])
def test_of_people_from_before_it_knows_by_their_sign_in(recovery: Recovery, signed_in: bool) -> None:
    User.objects.update(proven_email=None, last_login=NOW if signed_in else None)
    user = recovery.patient.user
    assert proven(user) is signed_in
    assert not changed(recovery).address_is_proven


def test_nobody_changes_their_own_address_unproven(recovery: Recovery, client: Client) -> None:
    user = recovery.patient.user
    client.force_login(user)
    client.post("/accounts/email/", {"action_add": "", "email": TYPO})
    user.refresh_from_db()
    assert user.email != TYPO or not user.address_is_proven
