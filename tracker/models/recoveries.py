"""The follow-up of one treatment: the unit of concurrency, and what the sweeps read."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.healing.verdicts import Level
from tracker.models.clinics import Clinic
from tracker.models.people import Patient
from tracker.models.protocols import ProtocolEdition
from tracker.models.treatments import Treatment

LEVELS = [(level.value, level.value) for level in Level]


class RecoveryQuerySet(models.QuerySet["Recovery"]):
    """Recoveries, by the page or sweep that asks."""

    def going_on(self) -> Self:
        """Those that are still followed."""
        return self.filter(state=Recovery.State.OPEN)

    def reminder_due(self, now: datetime) -> Self:
        """Those whose next reminder has come."""
        return self.going_on().filter(next_reminder_at__lte=now)

    def fell_silent(self, now: datetime) -> Self:
        """Those of whom nothing was heard for as long as their protocol allows."""
        return self.going_on().filter(silent_at__lte=now)

    def silence_unread(self, now: datetime) -> Self:
        """Those whose silence no sweep has read together with their last known state yet."""
        return self.fell_silent(now).filter(silence_read_at__isnull=True)

    def for_recovery_page(self) -> Self:
        """With everything the clinician's header shows."""
        return self.select_related(
            "clinic", "patient__user", "edition__protocol", "treatment__screening", "treatment__operator"
        ).prefetch_related("treatment__areas", "treatment__products")


class Recovery(models.Model):
    """One treatment being followed. `started_on` is day 0 in the patient's zone at the treatment.

    `next_reminder_at` and `silent_at` are instants: what is due is a comparison, not a computation.
    `level` is the newest assessment's; "none" before the first.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ENDED = "ended", _("Ended")

    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="recoveries")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="recoveries")
    treatment = models.OneToOneField(Treatment, models.PROTECT, related_name="recovery")
    edition = models.ForeignKey(ProtocolEdition, models.PROTECT, related_name="recoveries")
    started_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=40, blank=True)
    next_reminder_at = models.DateTimeField(null=True, blank=True)
    silent_at = models.DateTimeField(null=True, blank=True)
    silence_read_at = models.DateTimeField(null=True, blank=True)
    last_check_in_on = models.DateField(null=True, blank=True)
    level = models.CharField(max_length=10, choices=LEVELS, default=Level.NONE)

    objects = RecoveryQuerySet.as_manager()

    class Meta:
        ordering = ["-started_on", "-pk"]
        indexes = [
            # queue_reminders, every minute
            models.Index(
                fields=["next_reminder_at"],
                name="recovery_reminder_due",
                condition=models.Q(state="open", next_reminder_at__isnull=False),
            ),
            # watch_silence, every five minutes
            models.Index(
                fields=["silent_at"],
                name="recovery_silent",
                condition=models.Q(state="open", silence_read_at__isnull=True),
            ),
            # triage's no-response lane and counts
            models.Index(fields=["clinic", "state", "silent_at"], name="recovery_by_clinic"),
        ]

    def __str__(self) -> str:
        return f"recovery {self.pk}"

    def day_on(self, local_date: date) -> int:
        """Days since the treatment; day 0 is the treatment day."""
        return (local_date - self.started_on).days
