"""How people sign in, where our rules differ from django-allauth's."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)

# 32 signs, none taken for another: no I, L, O, U. Eight of them are 40 bits
CODE_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up: clinics invite. Links lead to our own address, whatever host was asked for."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts come from invitations."""
        return False

    def generate_login_code(self) -> str:
        """A code like `7KQ2-X9MA`, 40 random bits. Case, spaces and the dash do not matter on entry."""
        code = get_random_string(8, CODE_SIGNS)
        return f"{code[:4]}-{code[4:]}"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The address in the mail, never built from the request's host."""
        uidb36, _dash, secret = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uidb36, "key": secret})
        return f"{settings.SITE_URL}{path}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send now, because a person is waiting; tell that person when the mail server does not answer."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException):
            # the address stays out of the log
            logger.exception("a sign-in mail was not accepted by the mail server")
            request = context["request"]
            messages.error(
                request, _("We could not send the e-mail just now. Please try again in a few minutes.")
            )
