"""What a clinic records about harm, for itself and for a regulator."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.models.clinics import Clinic
from tracker.models.flags import Flag
from tracker.models.people import Member
from tracker.models.recoveries import Recovery


class AdverseEvent(models.Model):
    """What a clinic records about harm. `facts` are those of the treatment as they stood at the time.

    A record is completed as more is known; `earlier` keeps what each change replaced: [{"at", "by", "was":
    {field: value}}], oldest first. Until a person says otherwise it is open whether it must be reported.
    """

    class Severity(models.TextChoices):
        MILD = "mild", _("Mild")
        MODERATE = "moderate", _("Moderate")
        SEVERE = "severe", _("Severe")

    class Outcome(models.TextChoices):
        GOING_ON = "going_on", _("Still going on")
        RECOVERED = "recovered", _("Recovered")
        LASTING = "lasting", _("Recovered with lasting marks")
        NOT_RECOVERED = "not_recovered", _("Not recovered")
        UNKNOWN = "unknown", _("Not known")

    class Reportable(models.TextChoices):
        OPEN = "open", _("Not decided yet")
        NO = "no", _("No")
        YES = "yes", _("Yes, not reported yet")
        REPORTED = "reported", _("Yes, and reported")

    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="adverse_events")
    recovery = models.ForeignKey(Recovery, models.PROTECT, related_name="adverse_events")
    flag = models.OneToOneField(Flag, models.PROTECT, null=True, blank=True, related_name="adverse_event")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    began_on = models.DateField(_("began on"))
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices)
    description = models.CharField(_("what happened"), max_length=1000)
    action = models.CharField(_("what was done"), max_length=1000, blank=True)
    outcome = models.CharField(
        _("outcome"),
        max_length=14,
        choices=Outcome.choices,
        default=Outcome.GOING_ON,
        db_default=Outcome.GOING_ON,
    )
    device_model = models.CharField(
        _("device, make and model"), max_length=120, blank=True, default="", db_default=""
    )
    device_lot = models.CharField(
        _("lot of the needle cartridge"), max_length=60, blank=True, default="", db_default=""
    )
    reportable = models.CharField(
        _("to be reported to a regulator?"),
        max_length=8,
        choices=Reportable.choices,
        default=Reportable.OPEN,
        db_default=Reportable.OPEN,
    )
    facts = models.JSONField(default=dict)
    earlier = models.JSONField(default=list, db_default=models.Value([], models.JSONField()), blank=True)

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        # the clinic's list, newest first
        indexes = [models.Index(fields=["clinic", "-recorded_at"], name="adverse_event_by_clinic")]

    def __str__(self) -> str:
        return f"adverse event {self.pk}"
