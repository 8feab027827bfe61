"""The outbox: one row per e-mail that must go out once."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.models.clinics import Clinic
from tracker.models.flags import Flag
from tracker.models.people import SignInLink, User
from tracker.models.recoveries import Recovery
from tracker.models.story import AskBack


class MessageQuerySet(models.QuerySet["Message"]):
    """Messages, by the sweep or strip that asks."""

    def due(self, now: datetime) -> Self:
        """Wanted, not claimed, and their time has come. Urgent ones first."""
        return self.filter(
            models.Q(claimed_until__isnull=True) | models.Q(claimed_until__lte=now),
            state=Message.State.PENDING,
            due_at__lte=now,
        ).order_by("-is_urgent", "due_at", "pk")


class Message(models.Model):
    """One e-mail to one address. `dedupe_key` is what makes it go out once.

    Only ids are kept: the text is built when it is sent, from what is true then. `claimed_until` is a
    lease: a dead worker's claim runs out by itself.
    """

    class Kind(models.TextChoices):
        WELCOME = "welcome", _("Welcome and sign-in link")
        REMINDER = "reminder", _("Reminder")
        FLAG_ALERT = "flag_alert", _("Flag alert")
        ESCALATION = "escalation", _("Escalation step")
        NOTE = "note", _("The clinic has written")
        ASK_BACK = "ask_back", _("A question to the patient")
        HAND_OVER = "hand_over", _("Asked to take a flag over")
        DIGEST = "digest", _("Morning digest")
        UNCOVERED = "uncovered", _("Opening hours that nobody covers")

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        SENT = "sent", _("Accepted by the mail server")
        DROPPED = "dropped", _("No longer wanted")
        DEAD = "dead", _("Given up")
        HELD = "held", _("Held after a restore, until a person has looked")

    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    dedupe_key = models.CharField(max_length=200, unique=True)
    to_email = models.EmailField()
    to_user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="messages")
    recovery = models.ForeignKey(Recovery, models.PROTECT, null=True, blank=True, related_name="messages")
    flag = models.ForeignKey(Flag, models.PROTECT, null=True, blank=True, related_name="messages")
    ask_back = models.ForeignKey(AskBack, models.PROTECT, null=True, blank=True, related_name="messages")
    link = models.ForeignKey(SignInLink, models.PROTECT, null=True, blank=True, related_name="messages")
    local_day = models.DateField(null=True, blank=True)
    is_urgent = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    reason = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claim = models.UUIDField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [
            # deliver_messages reads what is due and nothing else
            models.Index(
                fields=["-is_urgent", "due_at"],
                name="message_due",
                condition=models.Q(state="pending"),
            ),
            # alerts given up, on every clinician's page: few, and read only as long as nobody answered
            models.Index(
                fields=["flag"],
                name="message_alert_given_up",
                condition=models.Q(state="dead", is_urgent=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def message_id(self) -> str:
        """The same for every try, so that a repeat is recognisable."""
        return f"<message-{self.pk}.{self.created_at:%Y%m%d%H%M%S}@aftercare>"


class DeliveryAttempt(models.Model):
    """One try to hand a message to the mail server. Append-only."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="delivery_attempts")
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    accepted = models.BooleanField()
    code = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["number", "pk"]

    def __str__(self) -> str:
        return f"attempt {self.number}"

    @classmethod
    def of(cls, message: Message, started: datetime, ended: datetime, **said: Any) -> Self:
        """The try that `message` has just had, not saved yet; `said`: accepted (False), code, error."""
        number = message.attempts
        return cls(
            message=message, number=number, started_at=started, ended_at=ended, **{"accepted": False} | said
        )
