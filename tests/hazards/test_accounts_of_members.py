"""The accounts of those who close flags: a second factor, and a word when anything changes."""

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client

from tests import cast
from tests.cast import PASSWORD
from tests.servers.mail import Sink
from tracker.models import Member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def member() -> Member:
    """Somebody of a clinic, with a password."""
    cache.clear()
    return cast.make_member(cast.make_clinic())


def signed_in(member: Member) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": member.user.email, "password": PASSWORD})
    return client


def with_second_factor(member: Member) -> str:
    """Set one up on its page; its secret."""
    client = signed_in(member)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200, page.headers.get("Location")
    secret = str(page.context["form"].secret)
    code = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    client.post("/accounts/2fa/totp/activate/", {"code": code})
    return secret


@pytest.mark.control("C-40")
def test_a_password_alone_opens_nothing_once_there_is_a_second_factor(member: Member, sink: Sink) -> None:
    assert "_auth_user_id" in signed_in(member).session
    with_second_factor(member)
    assert get_adapter().is_mfa_enabled(member.user)
    assert "_auth_user_id" not in signed_in(member).session


@pytest.mark.control("C-41")
def test_a_mail_says_that_something_about_the_account_changed(member: Member, sink: Sink) -> None:
    with_second_factor(member)
    assert len(sink.wait_for(1, member.user.email)) >= 1
    before = sink.count()
    client = Client()
    client.force_login(member.user)
    new = "another long and odd passphrase"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert "password" in sink.wait_for(before + 1, member.user.email)[-1].body().lower()
