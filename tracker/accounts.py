"""How people sign in, where our rules differ from django-allauth's."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from tracker import access
from tracker.models import Member, User
from tracker.models.prepared import Prepared
from tracker.services import bounces, devices

logger = logging.getLogger(__name__)

# 32 signs, none taken for another: no I, L, O, U. Eight of them are 40 bits
CODE_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


_WORKS = Exists(Member.objects.filter(user=OuterRef("pk"), is_active=True))
_WITH_WORK = Prepared(lambda user: User.objects.annotate(works=_WORKS).filter(pk=user))


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """django-allauth's; it also says whether the person works for a clinic: a patient's page need not ask."""

    def get_user(self, user_id: int) -> User | None:
        """The active person with `works`; None when there is none."""
        user = _WITH_WORK.first(user=user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up: clinics invite. Links lead to our own address, whatever host was asked for."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts come from invitations."""
        return False

    def generate_login_code(self) -> str:
        """A code like `7KQ2-X9MA`, 40 random bits. Case, spaces and the dash do not matter on entry."""
        code = get_random_string(8, CODE_SIGNS)
        return f"{code[:4]}-{code[4:]}"

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """A patient's browser is remembered: it may add check-ins when the session has run out."""
        access.start_again(request)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        codes = (one for one in get_authentication_records(request, user) if one["method"] == "code")
        # where the code went to, which need not be the address of this moment any more
        if user.email.lower() in {str(one.get("email")).lower() for one in codes}:
            bounces.address_works(user=user)
        return remembered(request, response, user)

    def logout(self, request: HttpRequest) -> None:
        """Signing out also forgets the device."""
        word = access.device_word(request)
        super().logout(request)
        if word:
            devices.forget_word(word=word, now=timezone.now())

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The address in the mail, never built from the request's host."""
        uidb36, _dash, secret = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uidb36, "key": secret})
        return f"{settings.SITE_URL}{path}"

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell the person what changed, at the one address we know.

        Left alone it looks for a row of its own that our people do not have, and tells nobody.
        """
        super().send_notification_mail(template_prefix, user, context, email or user.email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send now, because a person is waiting; tell that person when the mail server does not answer."""
        if "code" in context:
            context["code_url"] = f"{settings.SITE_URL}{reverse('code', args=[context['code']])}"
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException):
            # the address stays out of the log
            logger.exception("a sign-in mail was not accepted by the mail server")
            request = context["request"]
            messages.error(
                request, _("We could not send the e-mail just now. Please try again in a few minutes.")
            )


def remembered(request: HttpRequest, response: HttpResponse, user: User) -> HttpResponse:
    """Give a patient's browser the cookie of a remembered device, unless it has one. Members get none."""
    now = timezone.now()
    known = access.by_device(request, now)
    if access.patient_of(user) is None or access.membership_of(user) is not None:
        return response
    if known is None or known.user_id != user.pk:
        response.set_cookie(
            access.DEVICE_COOKIE,
            devices.remember(user=user, now=now),
            max_age=devices.DEVICE_LASTS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
