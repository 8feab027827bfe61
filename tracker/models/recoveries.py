"""The follow-up of one treatment: the unit of concurrency, and what the sweeps read."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.healing.timelines import Timeline, as_learned, timeline
from tracker.healing.verdicts import Level
from tracker.models.clinics import Clinic
from tracker.models.people import Member, Patient
from tracker.models.protocols import ProtocolEdition
from tracker.models.treatments import Treatment

LEVELS = [(level.value, level.value) for level in Level]


class RecoveryQuerySet(models.QuerySet["Recovery"]):
    """Recoveries, by the page or sweep that asks."""

    def of_people(self) -> Self:
        """Without drills and the system's own proofs: what every statistic counts."""
        return self.filter(patient__is_synthetic=False)

    def going_on(self) -> Self:
        """Those that are logged daily."""
        return self.filter(state=Recovery.State.OPEN)

    def followed(self) -> Self:
        """Those that are logged daily or still have a late question to come."""
        return self.exclude(state=Recovery.State.ENDED)

    def reminder_due(self, now: datetime) -> Self:
        """Those whose next reminder has come."""
        return self.followed().filter(next_reminder_at__lte=now)

    def nudge_due(self, now: datetime) -> Self:
        """Those who were reminded hours ago and may be reminded once more today."""
        return self.going_on().filter(nudge_at__lte=now)

    def may_be_over(self, now: datetime) -> Self:
        """Those whose daily part or late questions are over, or of whom nobody knows when they will be."""
        return self.followed().filter(models.Q(over_at__lte=now) | models.Q(over_at__isnull=True))

    def fell_silent(self, now: datetime) -> Self:
        """Those of whom nothing was heard for as long as their protocol allows."""
        return self.going_on().filter(silent_at__lte=now)

    def calm_and_unread(self) -> Self:
        """Those that wrote, have no open flag, and whose entries were all judged and read by nobody."""
        told = self.filter(last_check_in_on__isnull=False, reviewed_at__isnull=True)
        flagged = models.Q(flags__state__in=["open", "acknowledged", "contacted"])
        here = Recovery.objects.filter(pk=models.OuterRef("pk"))
        unjudged = here.filter(check_ins__isnull=False, check_ins__assessed_at__isnull=True)
        return told.exclude(models.Exists(here.filter(flagged))).exclude(models.Exists(unjudged))

    def silence_unread(self, now: datetime) -> Self:
        """Those whose silence no sweep has read together with their last known state yet."""
        return self.fell_silent(now).filter(silence_read_at__isnull=True)

    def for_patient_pages(self) -> Self:
        """With whom and what the patient's own pages speak of."""
        return self.select_related("clinic", "patient", "edition", "treatment__screening")

    def for_recovery_page(self) -> Self:
        """With everything the clinician's header shows."""
        return self.select_related(
            "clinic",
            "patient__user",
            "patient__carer",
            "edition__protocol",
            "treatment__screening",
            "treatment__operator",
            "treatment__patient",
        ).prefetch_related("treatment__areas", "treatment__products")


class Recovery(models.Model):
    """One treatment being followed. `started_on` is day 0 in the patient's zone at the treatment.

    `next_reminder_at`, `silent_at`, `over_at` are instants: what is due is a comparison, not a computation.
    `over_at` is when the daily part, or the wait for a late answer, is over; NULL: to be reckoned (anew).
    `level` is the newest assessment's; "none" before the first. After the daily part comes the tail:
    single questions on the protocol's late days, the next one on `next_tail_on`.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        TAIL = "tail", _("Late questions to come")
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
    nudge_at = models.DateTimeField(null=True, blank=True)
    next_tail_on = models.DateField(null=True, blank=True)
    over_at = models.DateTimeField(null=True, blank=True)
    last_check_in_on = models.DateField(null=True, blank=True)
    level = models.CharField(max_length=10, choices=LEVELS, default=Level.NONE)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    tags = models.JSONField(default=list, blank=True)

    objects = RecoveryQuerySet.as_manager()

    class Meta:
        ordering = ["-started_on", "-pk"]
        indexes = [
            # queue_reminders, every minute
            models.Index(
                fields=["next_reminder_at"],
                name="recovery_reminder_due",
                condition=~models.Q(state="ended"),
            ),
            # the second mail of a day, every minute
            models.Index(
                fields=["nudge_at"],
                name="recovery_nudge_due",
                condition=models.Q(nudge_at__isnull=False),
            ),
            # watch_silence, every five minutes
            models.Index(
                fields=["silent_at"],
                name="recovery_silent",
                condition=models.Q(state="open", silence_read_at__isnull=True),
            ),
            # the same job: what is over
            models.Index(fields=["over_at"], name="recovery_over", condition=~models.Q(state="ended")),
            # triage's no-response lane and counts
            models.Index(fields=["clinic", "state", "silent_at"], name="recovery_by_clinic"),
        ]

    def __str__(self) -> str:
        return f"recovery {self.pk}"

    def day_on(self, local_date: date) -> int:
        """Days since the treatment; day 0 is the treatment day."""
        return (local_date - self.started_on).days

    def timeline(self) -> Timeline:
        """The expected course of this treatment, as its edition knows it."""
        return timeline(self.treatment.facts(), as_learned(self.edition.learned))


class Farewell(models.Model):
    """What the patient said at the end. `medicines` is the label that detection is judged by."""

    class Medicines(models.TextChoices):
        NONE = "none", _("No")
        ANTIBIOTIC = "antibiotic", _("Yes, an antibiotic")
        ANTIVIRAL = "antiviral", _("Yes, a medicine against cold sores")
        BOTH = "both", _("Yes, both")
        UNSURE = "unsure", _("Not sure")

    recovery = models.OneToOneField(Recovery, models.PROTECT, related_name="farewell")
    said_at = models.DateTimeField()
    medicines = models.CharField(max_length=10, choices=Medicines.choices)
    felt_looked_after = models.PositiveSmallIntegerField(null=True, blank=True)
    easy_to_use = models.PositiveSmallIntegerField(null=True, blank=True)
    knew_when_to_ring = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(**{f"{name}__isnull": True}) | models.Q(**{f"{name}__range": (1, 5)}),
                name=f"farewell_{name}_1_to_5",
            )
            for name in ("felt_looked_after", "easy_to_use", "knew_when_to_ring")
        ]

    def __str__(self) -> str:
        return f"farewell {self.recovery_id}"


class QualityCheck(models.Model):
    """An unflagged recovery drawn at random for a look: the honest way to learn what is missed."""

    class Finding(models.TextChoices):
        FINE = "fine", _("Healing as expected")
        MISSED = "missed", _("Should have been flagged")
        UNSURE = "unsure", _("Cannot tell")

    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="quality_checks")
    recovery = models.OneToOneField(Recovery, models.PROTECT, related_name="quality_check")
    week = models.DateField()
    drawn_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    finding = models.CharField(max_length=10, choices=Finding.choices, blank=True)
    note = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        ordering = ["-week", "pk"]
        indexes = [models.Index(fields=["clinic", "week"], name="quality_check_by_week")]

    def __str__(self) -> str:
        return f"quality check {self.pk}"
