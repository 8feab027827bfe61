"""What a clinic records about harm, for itself and for a regulator."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.models.clinics import Clinic
from tracker.models.flags import Flag
from tracker.models.people import Member
from tracker.models.recoveries import Recovery


class AdverseEvent(models.Model):
    """What a clinic records about harm, with the facts of the treatment as they stood."""

    class Severity(models.TextChoices):
        MILD = "mild", _("Mild")
        MODERATE = "moderate", _("Moderate")
        SEVERE = "severe", _("Severe")

    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="adverse_events")
    recovery = models.ForeignKey(Recovery, models.PROTECT, related_name="adverse_events")
    flag = models.OneToOneField(Flag, models.PROTECT, null=True, blank=True, related_name="adverse_event")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    began_on = models.DateField(_("began on"))
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices)
    description = models.CharField(_("what happened"), max_length=1000)
    action = models.CharField(_("what was done"), max_length=1000, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-recorded_at"]

    def __str__(self) -> str:
        return f"adverse event {self.pk}"
