"""Who did what, and which parts of the system are alive. Both written by services only."""

from django.db import models

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


class Heartbeat(models.Model):
    """When a part of the system last showed that it works."""

    component = models.CharField(max_length=20, unique=True)
    at = models.DateTimeField()
    detail = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.component} {self.at:%H:%M:%S}"
