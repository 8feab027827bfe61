"""Inviting patients, and the links that bring them in."""

from datetime import timedelta
from typing import Any

import pytest

from tests import cast
from tests.cast import NOW
from tracker.models import AuditEntry, Clinic, Member, Message, Patient, Role, SignInLink, User
from tracker.services import people
from tracker.tokens import unsubscribe_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> Clinic:
    return cast.make_clinic()


@pytest.fixture
def member(clinic: Clinic) -> Member:
    return cast.make_member(clinic, Role.FRONT_DESK, "Fay Desk")


def invite(member: Member, **fields: Any) -> Patient:
    defaults: dict[str, Any] = {
        "name": "Ana Sousa",
        "email": "ana@mail.example",
        "phone": "+44 7700 900123",
        "birth_year": 1991,
        "skin_type": None,
        "timezone": "Europe/London",
        "now": NOW,
    }
    return people.invite_patient(member=member, **defaults | fields)


def welcome(patient: Patient, after: timedelta = timedelta()) -> SignInLink:
    assert people.send_welcome(patient=patient, recovery=None, now=NOW + after)
    return SignInLink.objects.order_by("-pk")[0]


def test_it_makes_a_patient_who_signs_in_without_a_password(member: Member) -> None:
    patient = invite(member, name="  Ana \n Sousa ", email="Ana@Mail.example")
    assert (patient.clinic, patient.name, patient.user.email) == (
        member.clinic,
        "Ana Sousa",
        "ana@mail.example",
    )
    assert not patient.user.has_usable_password()
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor, entry.subject) == (
        "invite_patient",
        member.user,
        f"patient:{patient.pk}",
    )


def test_it_names_the_patient_who_has_the_address_already(member: Member) -> None:
    known = invite(member)
    with pytest.raises(people.AlreadyPatient) as refused:
        invite(member, email="ANA@mail.example ", name="Somebody Else")
    assert refused.value.patient == known
    assert Patient.objects.get().name == "Ana Sousa"
    assert AuditEntry.objects.count() == 1


def test_it_gives_one_sign_in_to_a_person_of_two_clinics(member: Member) -> None:
    here = invite(member)
    there = invite(cast.make_member(cast.make_clinic("Birch"), name="Bo"))
    assert here.user == there.user
    assert here.pk != there.pk
    assert User.objects.filter(email="ana@mail.example").count() == 1


def test_it_keeps_the_password_of_a_person_who_works_somewhere(member: Member) -> None:
    patient = invite(member, email=member.user.email)
    assert patient.user == member.user
    assert patient.user.check_password(cast.PASSWORD)


def test_the_welcome_carries_a_link_of_24_hours(member: Member) -> None:
    patient = invite(member)
    link = welcome(patient)
    message = Message.objects.get()
    assert (message.kind, message.to_email, message.link) == ("welcome", "ana@mail.example", link)
    assert message.dedupe_key == f"welcome:patient-{patient.pk}:{link.pk}"
    assert link.expires_at - link.created_at == timedelta(hours=24)


def test_it_does_not_send_again_within_two_minutes(member: Member) -> None:
    patient = invite(member)
    welcome(patient)
    just_before = NOW + timedelta(seconds=119)
    assert not people.send_welcome(patient=patient, recovery=None, now=just_before)
    assert Message.objects.count() == SignInLink.objects.count() == 1
    assert people.send_welcome(patient=patient, recovery=None, now=NOW + timedelta(minutes=2))
    assert Message.objects.count() == 2


def test_the_wait_at_one_clinic_does_not_silence_another(member: Member) -> None:
    welcome(invite(member))
    there = invite(cast.make_member(cast.make_clinic("Birch"), name="Bo"))
    assert people.send_welcome(patient=there, recovery=None, now=NOW)
    assert set(Message.objects.values_list("clinic", flat=True)) == {member.clinic_id, there.clinic_id}


def test_a_link_signs_its_person_in_once(member: Member) -> None:
    patient = invite(member)
    token = people.sign_in_token(welcome(patient))
    assert people.use_link(token=token, now=NOW + timedelta(hours=1)) == patient.user
    with pytest.raises(people.LinkUsed):
        people.use_link(token=token, now=NOW + timedelta(hours=1))
    entry = AuditEntry.objects.get(verb="use_sign_in_link")
    assert (entry.clinic, entry.actor) == (member.clinic, patient.user)


def test_looking_at_a_link_does_not_spend_it(member: Member) -> None:
    link = welcome(invite(member))
    token = people.sign_in_token(link)
    for _ in range(5):
        assert people.link_of_token(token) == link
    assert people.use_link(token=token, now=NOW) == link.user


def test_a_link_runs_out_after_its_last_moment(member: Member) -> None:
    first = welcome(invite(member))
    at_the_end = first.expires_at
    with pytest.raises(people.LinkExpired):
        people.use_link(token=people.sign_in_token(first), now=at_the_end)
    assert people.use_link(token=people.sign_in_token(first), now=at_the_end - timedelta(seconds=1))


def test_a_used_link_stays_used_after_it_ran_out(member: Member) -> None:
    link = welcome(invite(member))
    token = people.sign_in_token(link)
    people.use_link(token=token, now=NOW)
    with pytest.raises(people.LinkUsed):
        people.use_link(token=token, now=NOW + timedelta(days=2))


@pytest.mark.parametrize("change", ["address", "password", "account closed"])
def test_a_link_dies_with_what_it_was_made_for(member: Member, change: str) -> None:
    link = welcome(invite(member))
    token, user = people.sign_in_token(link), link.user
    if change == "address":
        user.email = "new@mail.example"
    elif change == "password":
        user.set_password(cast.PASSWORD)
    else:
        user.is_active = False
    user.save()
    assert people.link_of_token(token) is None
    with pytest.raises(people.LinkUnknown):
        people.use_link(token=token, now=NOW)


def test_a_token_cannot_be_made_up_or_bent(member: Member) -> None:
    first = welcome(invite(member))
    second = welcome(invite(member, email="bea@mail.example"))
    good, other = people.sign_in_token(first), people.sign_in_token(second)
    payload, rest = good.split(":", 1)
    mixed = f"{other.split(':', 1)[0]}:{rest}"
    unsubscribe = unsubscribe_token(Patient.objects.get(user=first.user))
    for token in ("", "1", payload, good[:-1], mixed, unsubscribe):
        assert people.link_of_token(token) is None
