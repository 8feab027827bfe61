"""What a clinic must know after a backup was put back."""

from django.db import models

from tracker.models.clinics import Clinic
from tracker.models.people import Member


class Restore(models.Model):
    """A backup was put back: what a clinic did after `taken_at` is missing. One row per clinic.

    Every page of the clinic says so until one of its people has taken note.
    """

    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="restores")
    taken_at = models.DateTimeField()
    restored_at = models.DateTimeField()
    noted_at = models.DateTimeField(null=True, blank=True)
    noted_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-restored_at", "-pk"]

    def __str__(self) -> str:
        return f"restore {self.pk}, as of {self.taken_at:%Y-%m-%d %H:%M}"
