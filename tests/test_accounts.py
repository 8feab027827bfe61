"""Signing in by code over a real mail server."""

import re

import pytest
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.test import Client

from tests import cast
from tests.servers.mail import Sink
from tracker.accounts import CODE_SIGNS, AccountAdapter
from tracker.models import Member, Role, User

CODE = re.compile(rf"\b[{CODE_SIGNS}]{{4}}-[{CODE_SIGNS}]{{4}}\b")


@pytest.fixture(autouse=True)
def _fresh_limits(db: None) -> None:
    cache.clear()


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.create_user("ada@example.org")


def ask(client: Client, email: str) -> str:
    """Ask for a code; gives the address of the next page."""
    answer = client.post("/accounts/login/code/", {"email": email})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def enter(client: Client, code: str) -> bool:
    """Enter a code; True when that signed the client in."""
    client.post("/accounts/login/code/confirm/", {"code": code})
    return "_auth_user_id" in client.session


def code_sent(sink: Sink, to: str) -> str:
    """The code in the last mail to an address."""
    found = CODE.search(sink.wait_for(1, to)[-1].body())
    assert found
    return found.group()


def test_codes_have_forty_bits_and_no_look_alikes() -> None:
    codes = [AccountAdapter().generate_login_code() for _ in range(2000)]
    assert all(CODE.fullmatch(code) for code in codes)
    assert len(set(CODE_SIGNS)) == 32
    assert not set("ILOU") & set("".join(codes))
    assert len(set(codes)) == 2000


def test_a_mailed_code_signs_in_however_it_is_typed(client: Client, ada: User, sink: Sink) -> None:
    ask(client, "Ada@Example.org")
    code = code_sent(sink, ada.email)
    assert enter(client, f" {code.lower().replace('-', ' ')} ")


def test_five_wrong_codes_end_the_attempt(client: Client, ada: User, sink: Sink) -> None:
    ask(client, ada.email)
    code = code_sent(sink, ada.email)
    assert not any(enter(client, "0000-0000") for _ in range(5))
    assert not enter(client, code)


def test_a_code_works_only_where_it_was_asked_for(client: Client, ada: User, sink: Sink) -> None:
    ask(client, ada.email)
    assert not enter(Client(), code_sent(sink, ada.email))


def test_a_stranger_sees_the_same_as_a_patient(client: Client, ada: User, sink: Sink) -> None:
    assert ask(client, ada.email) == ask(Client(), "nobody@example.org")
    assert not CODE.search(sink.wait_for(1, "nobody@example.org")[0].body())


def test_asking_too_often_is_refused_and_sends_no_more_mail(ada: User, sink: Sink) -> None:
    answers = [Client().post("/accounts/login/code/", {"email": ada.email}) for _ in range(5)]
    assert [answer.status_code for answer in answers[:3]] == [302] * 3
    assert [answer.status_code for answer in answers[3:]] == [200] * 2
    assert "Too many" in answers[-1].content.decode()
    assert len(sink.messages(ada.email)) == 3


def test_the_mail_tells_nothing_about_health(client: Client, ada: User, sink: Sink) -> None:
    ask(client, ada.email)
    (mail,) = sink.wait_for(1, ada.email)
    words = f"{mail.subject} {mail.body()} {mail.body('html')}".lower()
    assert "clinic" not in mail.subject.lower()
    for word in ("treatment", "skin", "healing", "infection", "needling", "check-in"):
        assert word not in words


def test_a_silent_mail_server_is_said_on_the_page(client: Client, ada: User, sink: Sink) -> None:
    sink.stop()
    answer = client.post("/accounts/login/code/", {"email": ada.email})
    assert answer.status_code == 302
    assert "We could not send" in " ".join(str(one) for one in get_messages(answer.wsgi_request))


def test_nobody_signs_up(client: Client, db: None) -> None:
    client.post("/accounts/signup/", {"email": "new@example.org"})
    assert not User.objects.exists()


def test_links_lead_to_our_own_address_whatever_host_was_asked_for(
    client: Client, ada: User, sink: Sink
) -> None:
    ada.set_password("a long enough password")
    ada.save()
    client.post("/accounts/password/reset/", {"email": ada.email}, headers={"host": "localhost"})
    body = sink.wait_for(1, ada.email)[0].body()
    link = re.search(r"http\S+", body)
    assert link
    assert link.group().startswith("http://127.0.0.1:8000/accounts/password/reset/key/")
    assert client.get(link.group(), follow=True).status_code == 200


def test_whoever_is_hired_while_signed_in_is_of_the_team_from_the_next_page_on(client: Client) -> None:
    clinic = cast.make_clinic()
    person = cast.make_patient(clinic).user
    client.force_login(person)
    assert client.get("/clinic/").status_code == 404
    member = Member.objects.create(user=person, clinic=clinic, role=Role.CLINICIAN, name="Ana")
    assert client.get("/clinic/").status_code == 200
    member.is_active = False
    member.save()
    assert client.get("/clinic/").status_code == 404


def test_a_patient_is_offered_a_passkey_and_nothing_of_the_teams_ways(client: Client) -> None:
    clinic = cast.make_clinic()
    client.force_login(cast.make_patient(clinic).user)
    page = client.get("/accounts/2fa/").content.decode()
    assert "Add a passkey" in page
    assert "your patients" not in page
    assert "Authenticator app" not in page
    client.force_login(cast.make_member(clinic).user)
    page = client.get("/accounts/2fa/").content.decode()
    assert "your patients' answers" in page
    assert "Authenticator app" in page
