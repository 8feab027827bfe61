"""What patients said, and how it was judged. Nothing here is ever overwritten."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker import days
from tracker.healing import symptoms
from tracker.models.clinics import Clinic
from tracker.models.recoveries import LEVELS, Recovery

MAX_ATTEMPTS = 8
"""After so many tries a job is given up and shown to a person."""


ROWS = 2**40
"""More than there are check-ins: a second of writing outweighs the order of arrival."""


class SignAnswer(models.TextChoices):
    """The answers of `healing.symptoms.Answer`, with the words shown."""

    NO = "no", _("No")
    YES = "yes", _("Yes")
    UNSURE = "unsure", _("Not sure")


class DischargeColour(models.TextChoices):
    """First half of the two-part rule."""

    NONE = "none", _("Nothing comes out")
    CLEAR = "clear", _("Clear")
    PINK = "pink", _("Pink or a little blood")
    YELLOW = "yellow", _("Yellow")
    GREEN = "green", _("Green")
    UNSURE = "unsure", _("Not sure")


class DischargeTexture(models.TextChoices):
    """Second half of the two-part rule."""

    THIN = "thin", _("Thin, like water")
    THICK = "thick", _("Thick, milky or creamy")
    UNSURE = "unsure", _("Not sure")


def written(prefix: str = "") -> models.Case:
    """When an entry was written, for ordering: `CheckIn.written_at` in the words of the database.

    `prefix` leads to the check-ins from another table, as in "check_ins__".
    """
    captured, recorded = f"{prefix}captured_at", models.F(f"{prefix}recorded_at")
    believed = {f"{captured}__lte": recorded, f"{captured}__gte": recorded - days.KEPT_OFFLINE}
    return models.Case(models.When(**believed, then=models.F(captured)), default=recorded)


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    """Check-ins, by the page or sweep that asks."""

    def unassessed(self, now: datetime) -> Self:
        """Those that no job has judged, and that nobody is judging now."""
        return self.filter(assessed_at__isnull=True, assess_after__lte=now)

    def in_order(self) -> Self:
        """By day, and within a day as written: what waited on a device may arrive after newer ones."""
        return self.order_by("day", written(), "pk")


def _score() -> "models.PositiveSmallIntegerField[int | None, int | None]":
    return models.PositiveSmallIntegerField(null=True, blank=True)


def _sign() -> "models.CharField[str, str]":
    return models.CharField(max_length=6, choices=SignAnswer.choices, blank=True, default="")


class CheckIn(models.Model):
    """One moment, one day. A correction is another check-in that `amends` this one.

    `kind` is daily, or tail for the single late question, or micro for one question about a flagged
    sign. Scores are 0–4 or NULL (not answered); signs are "" when not answered. `local_date` and `zone`
    are the patient's when it was written; `recorded_at` is the server's clock, `captured_at` the
    device's for entries made offline. `assess_after` is the lease and back-off of the assessment.
    """

    class Kind(models.TextChoices):
        DAILY = "daily", _("Daily")
        TAIL = "tail", _("Late question")
        MICRO = "micro", _("One question")

    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="check_ins")
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.DAILY)
    recovery = models.ForeignKey(Recovery, models.PROTECT, related_name="check_ins")
    submission_key = models.UUIDField()
    amends = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="amendments")
    day = models.SmallIntegerField()
    local_date = models.DateField()
    zone = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    captured_at = models.DateTimeField(null=True, blank=True)
    is_late = models.BooleanField(default=False)
    is_quick = models.BooleanField(default=False)
    seconds_taken = models.PositiveSmallIntegerField(null=True, blank=True)

    redness = _score()
    swelling = _score()
    warmth = _score()
    pain = _score()
    itching = _score()
    tightness = _score()
    flaking = _score()
    dryness = _score()
    bruising = _score()
    bleeding = _score()

    spreading = _sign()
    red_streaks = _sign()
    blisters = _sign()
    new_lump = _sign()
    swollen_glands = _sign()
    eye_symptoms = _sign()
    unwell = _sign()
    dark_patches = _sign()
    discharge_colour = models.CharField(max_length=6, choices=DischargeColour.choices, blank=True, default="")
    discharge_texture = models.CharField(
        max_length=6, choices=DischargeTexture.choices, blank=True, default=""
    )
    temperature_c = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    note = models.CharField(max_length=500, blank=True, default="")

    assessed_at = models.DateTimeField(null=True, blank=True)
    assess_after = models.DateTimeField()
    assess_attempts = models.PositiveSmallIntegerField(default=0)

    objects = CheckInQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recovery", "submission_key"], name="check_in_once_per_key"),
            *(
                models.CheckConstraint(
                    condition=models.Q(**{f"{name}__isnull": True}) | models.Q(**{f"{name}__lte": 4}),
                    name=f"check_in_{name}_0_to_4",
                )
                for name in symptoms.SYMPTOMS
            ),
            models.CheckConstraint(
                condition=models.Q(temperature_c__isnull=True) | models.Q(temperature_c__range=(30, 45)),
                name="check_in_temperature_plausible",
            ),
            models.CheckConstraint(condition=models.Q(day__gte=0), name="check_in_day_from_0"),
        ]
        indexes = [
            # assess_check_ins sweeps what no job has judged
            models.Index(
                fields=["assess_after"],
                name="check_in_unassessed",
                condition=models.Q(assessed_at__isnull=True),
            ),
            # a whole course, in order
            models.Index(fields=["recovery", "day", "id"], name="check_in_course"),
        ]

    def __str__(self) -> str:
        return f"check-in {self.pk}, day {self.day}"

    @property
    def written_at(self) -> datetime:
        """The device's moment for an entry that waited on it, if it can be believed; else the arrival."""
        return days.written_at(self.captured_at, now=self.recorded_at)

    def report(self) -> symptoms.Report:
        """The same answers as the rules read them; of one day, what was written last stands."""
        return symptoms.Report(
            day=self.day,
            scores={name: getattr(self, name) for name in symptoms.SYMPTOMS},
            signs={
                name: symptoms.Answer(getattr(self, name)) if getattr(self, name) else None
                for name in symptoms.SIGNS
            },
            discharge=symptoms.classify_discharge(
                self.discharge_colour or None, self.discharge_texture or None
            ),
            temperature_c=None if self.temperature_c is None else float(self.temperature_c),
            late=self.is_late,
            quick=self.is_quick,
            order=int(self.written_at.timestamp()) * ROWS + (self.pk or 0),
        )


class Assessment(models.Model):
    """One check-in judged by one edition of the rules. Old ones stay beside new ones.

    `reasons`, `against` and `clears` are lists of `healing.verdicts.Reason.as_dict`. When the rules
    themselves failed, `could_not_assess` is set and a person is asked to look.
    """

    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="assessments")
    check_in = models.ForeignKey(CheckIn, models.PROTECT, related_name="assessments")
    edition = models.CharField(max_length=40)
    level = models.CharField(max_length=10, choices=LEVELS)
    cause = models.CharField(max_length=20)
    probability = models.FloatField()
    floor = models.BooleanField(default=False)
    reasons = models.JSONField(default=list)
    against = models.JSONField(default=list)
    clears = models.JSONField(default=list)
    likelier = models.CharField(max_length=120, blank=True)
    could_not_assess = models.BooleanField(default=False)
    assessed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["check_in", "edition"], name="assessment_once_per_edition"),
            models.CheckConstraint(
                condition=models.Q(probability__range=(0, 1)), name="assessment_probability_0_to_1"
            ),
        ]

    def __str__(self) -> str:
        return f"assessment {self.pk}: {self.level}"
