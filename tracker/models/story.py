"""A flag's story, row by row: what happened, who was rung, which steps were opened, what was asked back."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.models.checkins import CheckIn
from tracker.models.flags import Flag
from tracker.models.people import Member


class FlagEvent(models.Model):
    """What happened to a flag: by whom, when. Written with the change, never edited."""

    flag = models.ForeignKey(Flag, models.PROTECT, related_name="events")
    at = models.DateTimeField()
    verb = models.CharField(max_length=20)
    actor = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    check_in = models.ForeignKey(CheckIn, models.PROTECT, null=True, blank=True, related_name="+")
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.verb} {self.at:%Y-%m-%d %H:%M}"


class ContactAttempt(models.Model):
    """A try to reach the patient about a flag, and what came of it. One taken back counts as none."""

    class Result(models.TextChoices):
        NO_ANSWER = "no_answer", _("No answer")
        SPOKE = "spoke", _("Spoke")
        BOOKED = "booked", _("Booked an appointment")
        ADVISED = "advised", _("Gave advice")
        REFERRED = "referred", _("Referred")

    flag = models.ForeignKey(Flag, models.PROTECT, related_name="contact_attempts")
    at = models.DateTimeField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    result = models.CharField(_("result"), max_length=10, choices=Result.choices)
    note = models.CharField(_("note"), max_length=500, blank=True)
    next_try_on = models.DateField(_("next try"), null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.result} {self.at:%Y-%m-%d %H:%M}"


class EscalationStep(models.Model):
    """One step of a flag's climb, opened once."""

    flag = models.ForeignKey(Flag, models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    to = models.CharField(max_length=12)
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["flag", "number"], name="escalation_step_once")]

    def __str__(self) -> str:
        return f"step {self.number}"


class AskBackQuerySet(models.QuerySet["AskBack"]):
    """Questions to patients, by the page or sweep that asks."""

    def waiting(self) -> Self:
        """Those that an answer is still wanted to."""
        return self.filter(answer__isnull=True, missed_at__isnull=True).exclude(
            flag__state=Flag.State.RESOLVED
        )

    def overdue(self, now: datetime) -> Self:
        """Those whose time is over without an answer, and of which nobody was told yet."""
        return self.waiting().filter(due_at__lte=now)


class AskBack(models.Model):
    """A question put to the patient about a flag: an extra check-in, or one question about one sign.

    It is mailed at `opens_at` and answered by `due_at`, else `missed_at` says when that was noticed.
    """

    flag = models.ForeignKey(Flag, models.PROTECT, related_name="ask_backs")
    sign = models.CharField(max_length=20, blank=True, help_text=_("Empty for a whole extra check-in."))
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    missed_at = models.DateTimeField(null=True, blank=True)
    answer = models.ForeignKey(CheckIn, models.PROTECT, null=True, blank=True, related_name="answers_to")

    objects = AskBackQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["flag", "sign"],
                condition=models.Q(answer__isnull=True, missed_at__isnull=True),
                name="ask_back_one_waiting",
            ),
            models.CheckConstraint(
                condition=models.Q(due_at__gt=models.F("opens_at")), name="ask_back_due_after_opening"
            ),
        ]
        indexes = [
            # watch_questions, every five minutes
            models.Index(
                fields=["due_at"],
                name="ask_back_overdue",
                condition=models.Q(answer__isnull=True, missed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"ask back {self.pk}"
