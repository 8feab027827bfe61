"""Who did what, and which parts of the system are alive. Both written by services only."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.models.clinics import Clinic
from tracker.models.people import User


class AuditEntry(models.Model):
    """One act of one person, written in the transaction of the act. Never changed, never deleted.

    `subject` names a row ("flag:12"). `detail` holds ids and codes, no answers and no free text.
    """

    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="audit_entries")
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    verb = models.CharField(max_length=40)
    subject = models.CharField(max_length=60)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["clinic", "-at"], name="audit_by_clinic"),
            models.Index(fields=["subject", "at"], name="audit_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.subject}"


class AuditSeal(models.Model):
    """The hash over a stretch of the audit, and over the seal before it: a chain that shows any change.

    Stretches follow each other without a gap: `first` is one more than the `last` before it. `digest` is what
    `tracker.services.sealing` makes of all of this and the entries themselves, as hexadecimal SHA-256.
    """

    first = models.BigIntegerField()
    last = models.BigIntegerField()
    count = models.PositiveIntegerField()
    sealed_at = models.DateTimeField()
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        # two sealers at once: only one can be the next, so the chain has no fork
        constraints = [models.UniqueConstraint(fields=["previous"], name="audit_seal_one_next")]

    def __str__(self) -> str:
        return f"{self.last} {self.digest[:12]}"


class Repair(models.Model):
    """Work that a sweep found late and did: something that should have done it earlier had failed.

    Kept only when there was any, so that an empty table is the normal state. About nobody.
    """

    class Kind(models.TextChoices):
        ASSESSMENT = "assessment", _("Entries assessed late")
        DELIVERY = "delivery", _("Mails sent late")
        STEP = "step", _("Alert steps opened late")
        CLIMB = "climb", _("Stopped alerts set going again")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    number = models.PositiveIntegerField()

    class Meta:
        # the last day's repairs, on every reading of the figures
        indexes = [models.Index(fields=["at"], name="repair_by_time")]

    def __str__(self) -> str:
        return f"{self.number} × {self.kind}"


class Heartbeat(models.Model):
    """When a part of the system last showed that it works."""

    component = models.CharField(max_length=20, unique=True)
    at = models.DateTimeField()
    detail = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.component} {self.at:%H:%M:%S}"
