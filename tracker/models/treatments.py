"""The treatment as performed, and the questions asked before it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.healing import treatments as healing
from tracker.models.bundles import fill
from tracker.models.clinics import Clinic
from tracker.models.people import Member, Patient
from tracker.models.prepared import Prepared


class Screening(models.Model):
    """Suitability answers before a treatment: {question key: yes, no or unsure}; a missing key was not asked.

    When an answer speaks against treatment, going on needs a clinician's recorded decision.
    """

    class Decision(models.TextChoices):
        GO_ON = "go_on", _("Treat all the same")
        POSTPONE = "postpone", _("Do not treat now")

    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="screenings")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="screenings")
    answers = models.JSONField(default=dict)
    note = models.CharField(_("note"), max_length=500, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    decision = models.CharField(_("decision"), max_length=10, choices=Decision.choices, blank=True)
    decision_reason = models.CharField(_("reason"), max_length=500, blank=True)
    decided_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decision="")
                | (~models.Q(decision_reason="") & models.Q(decided_by__isnull=False)),
                name="screening_decision_has_reason_and_person",
            )
        ]

    def __str__(self) -> str:
        return f"screening {self.pk}"


class Treatment(models.Model):
    """One microneedling session. Depths per area and products with lots stand in their own rows."""

    class Device(models.TextChoices):
        PEN = "pen", _("Pen")
        ROLLER = "roller", _("Derma roller")
        RF = "rf", _("Radiofrequency")

    class EndPoint(models.TextChoices):
        PINK = "pink", _("Even colour change")
        PINPOINT = "pinpoint", _("Pinpoint bleeding")
        BLEEDING = "bleeding", _("Marked bleeding")

    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="treatments")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="treatments")
    screening = models.OneToOneField(Screening, models.PROTECT, related_name="treatment")
    treated_at = models.DateTimeField(_("treated at"))
    device = models.CharField(_("device"), max_length=10, choices=Device.choices)
    passes = models.PositiveSmallIntegerField(_("passes"), null=True, blank=True)
    end_point = models.CharField(_("end point"), max_length=10, choices=EndPoint.choices, blank=True)
    duration_minutes = models.PositiveSmallIntegerField(_("duration in minutes"), null=True, blank=True)
    numbing_cream = models.CharField(_("numbing cream"), max_length=120, blank=True)
    with_prp = models.BooleanField(_("with PRP"), default=False)
    with_acid = models.BooleanField(_("with vitamin C or acid"), default=False)
    operator = models.ForeignKey(Member, models.PROTECT, related_name="treatments")
    room = models.CharField(_("room"), max_length=40, blank=True)
    session_number = models.PositiveSmallIntegerField(_("session number"), default=1)
    note = models.CharField(_("note"), max_length=500, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-treated_at"]
        # last-used defaults for the operator's next record
        indexes = [models.Index(fields=["clinic", "operator", "-treated_at"], name="treatment_last_used")]

    def __str__(self) -> str:
        return f"treatment {self.pk}"

    def facts(self) -> healing.Facts:
        """What changes the expected healing, from this record, its screening and the patient."""
        if "areas" not in getattr(self, "_prefetched_objects_cache", {}):  # a page asks several times
            fill(self, "areas", _AREAS.rows(treatment=self.pk))
        answered = {"yes": True, "no": False}
        asked = self.screening.answers
        adjuncts = {"prp": self.with_prp, "vitamin_c_or_acid": self.with_acid}
        return healing.Facts(
            device=self.device,
            areas=tuple(healing.Area(a.area, float(a.depth_mm)) for a in self.areas.all()),
            skin_type=self.patient.skin_type,
            session_number=self.session_number,
            adjuncts=frozenset(name for name, used in adjuncts.items() if used),
            blood_thinners=answered.get(asked.get("anticoagulants", "")),
            cold_sores=answered.get(asked.get("herpes_history", "")),
            immunosuppressed=answered.get(asked.get("immunosuppression", "")),
            age=self.treated_at.year - self.patient.birth_year,
        )


class TreatedArea(models.Model):
    """One area and its needle depth in millimetres."""

    class AreaName(models.TextChoices):
        FACE = "face", _("Face")
        PERIORBITAL = "periorbital", _("Around the eyes")
        FOREHEAD = "forehead", _("Forehead")
        NECK = "neck", _("Neck")
        SCALP = "scalp", _("Scalp")
        BODY = "body", _("Body")

    treatment = models.ForeignKey(Treatment, models.CASCADE, related_name="areas")
    area = models.CharField(_("area"), max_length=20, choices=AreaName.choices)
    depth_mm = models.DecimalField(
        _("needle depth in mm"),
        max_digits=3,
        decimal_places=2,
        validators=[MinValueValidator(0.1), MaxValueValidator(4)],
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["treatment", "area"], name="treated_area_once"),
            models.CheckConstraint(
                condition=models.Q(depth_mm__gt=0, depth_mm__lte=4), name="treated_area_depth_plausible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_area_display()} {self.depth_mm} mm"


class Product(models.Model):
    """A serum, topical or numbing cream used in the session, with what a recall would ask for."""

    treatment = models.ForeignKey(Treatment, models.CASCADE, related_name="products")
    name = models.CharField(_("product"), max_length=120)
    lot = models.CharField(_("lot"), max_length=60, blank=True)
    expires_on = models.DateField(_("expires"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


_AREAS = Prepared(lambda treatment: TreatedArea.objects.filter(treatment=treatment))
