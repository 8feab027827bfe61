"""Who signs in: users, and what they are at a clinic (member or patient)."""

from datetime import time
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower, Upper
from django.utils.translation import gettext_lazy as _

from tracker.models import search
from tracker.models.clinics import Clinic


class UserManager(BaseUserManager["User"]):
    """Creates users by e-mail address, as Django's own commands and allauth expect."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user with a lower-cased address; without a password only a code or link signs in."""
        user = self.model(email=email.strip().lower(), **{"proven_email": ""} | fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user who may enter the framework admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Addresses are compared without regard to case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an e-mail address. What they may do is said by Member and Patient."""

    email = models.EmailField(_("e-mail"), max_length=254)
    # the address that a code or a link from it last signed in with; None: from before this was kept
    proven_email = models.EmailField(max_length=254, null=True, blank=True, editable=False)  # noqa: DJ001
    language = models.CharField(_("language"), max_length=10, default="en")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]
        # signing in and inviting: Django compares without regard to case in capitals
        indexes = [models.Index(Upper("email"), name="user_by_email")]

    def __str__(self) -> str:
        return self.email

    @property
    def address_is_proven(self) -> bool:
        """Whether the person has shown that mail to the present address reaches them, however it changed.

        Who signed in before this was kept did it with a code or a link.
        """
        if self.proven_email is None:
            return self.last_login is not None
        return self.proven_email.lower() == self.email.lower()


class Role(models.TextChoices):
    """What a member may do. The rights themselves are in `access.py`."""

    OWNER = "owner", _("Owner")
    CLINICIAN = "clinician", _("Clinician")
    FRONT_DESK = "front_desk", _("Front desk")
    READ_ONLY = "read_only", _("Read only")


class Member(models.Model):
    """A person who works for a clinic. Never deleted: a leaver is made inactive."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="members")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(_("active"), default=True)
    deputy = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="deputises_for")
    wants_digest = models.BooleanField(_("morning digest by e-mail"), default=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "clinic"], name="member_once_per_clinic")]

    def __str__(self) -> str:
        return self.name


class Shift(models.Model):
    """Who covers urgent flags, per weekday (0 Monday … 6 Sunday), on the clinic's wall clock."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="shifts")
    member = models.ForeignKey(Member, models.CASCADE, related_name="shifts")
    weekday = models.PositiveSmallIntegerField(_("weekday"))
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))

    class Meta:
        ordering = ["weekday", "starts"]
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="shift_weekday"),
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("starts")), name="shift_ends_after"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.starts:%H:%M}–{self.ends:%H:%M}"


def every_day() -> list[int]:
    """All weekdays, 0 Monday … 6 Sunday."""
    return list(range(7))


class Patient(models.Model):
    """The person who heals, at one clinic. Reminder choices are the person's own.

    A synthetic one is nobody: the system proves with it that alerts get through. No statistic counts it.
    """

    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="patients")
    user = models.ForeignKey(User, models.PROTECT, related_name="patients")
    name = models.CharField(_("name"), max_length=120)
    phone = models.CharField(_("phone"), max_length=40)
    birth_year = models.PositiveSmallIntegerField(_("birth year"))
    skin_type = models.PositiveSmallIntegerField(_("skin type"), null=True, blank=True)
    timezone = models.CharField(_("time zone"), max_length=64)
    reminders_on = models.BooleanField(_("reminders by e-mail"), default=True)
    reminder_at = models.TimeField(_("reminder time"), default=time(18, 0))
    reminder_days = models.JSONField(_("days of the week"), default=every_day)
    reminders_paused_until = models.DateField(_("paused until"), null=True, blank=True)
    email_broken_at = models.DateTimeField(null=True, blank=True)
    is_synthetic = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField()

    newest_recovery: Any = None
    """The newest Recovery, where `access.patient_of` brought it along; no column."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "user"], name="patient_once_per_clinic"),
            models.CheckConstraint(
                condition=models.Q(skin_type__isnull=True) | models.Q(skin_type__range=(1, 6)),
                name="patient_skin_type_1_to_6",
            ),
            models.CheckConstraint(
                condition=models.Q(birth_year__range=(1900, 2100)), name="patient_birth_year_plausible"
            ),
        ]
        # the patients page lists one clinic by name, and finds by beginnings and by year
        indexes = [
            models.Index(fields=["clinic", "name"], name="patient_by_name"),
            models.Index(fields=["clinic", "birth_year", "name"], name="patient_by_year"),
            *search.indexes(),
            # the drills and the proof look for their own, several times a minute
            models.Index(fields=["id"], name="patient_synthetic", condition=models.Q(is_synthetic=True)),
        ]

    def __str__(self) -> str:
        return self.name


class Carer(models.Model):
    """Someone close to the patient, whom the clinic may ring when the patient cannot be reached.

    The row is the patient's agreement. This person signs in nowhere and gets no mail.
    """

    patient = models.OneToOneField(Patient, models.CASCADE, related_name="carer")
    name = models.CharField(_("name"), max_length=120)
    phone = models.CharField(_("phone"), max_length=40)
    agreed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class SignInLink(models.Model):
    """A link in a welcome e-mail. The token is the signed id; the row says whether it still counts."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_in_links")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"link {self.pk}"


class RememberedDevice(models.Model):
    """A browser that may add a check-in without a fresh sign-in. It may read nothing.

    The cookie holds a random token; only its hash is kept.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="devices")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"device {self.pk}"
