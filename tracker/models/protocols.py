"""Protocols: what a recovery runs on. Published editions never change."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.models.clinics import Clinic


def default_escalation() -> list[dict[str, object]]:
    """Minutes after the flag opened, and who is told: who treated, every clinician, the shared inbox."""
    return [
        {"after_minutes": 0, "to": "operator"},
        {"after_minutes": 30, "to": "clinicians"},
        {"after_minutes": 60, "to": "inbox"},
    ]


def default_tail_days() -> list[int]:
    """Days of the single question about new lumps or dark patches."""
    return [28, 60]


class Protocol(models.Model):
    """A named way of following a treatment up; its editions hold the content."""

    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="protocols")
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clinic", "name"], name="protocol_name_once")]

    def __str__(self) -> str:
        return self.name


class ProtocolEdition(models.Model):
    """One edition: the rules, the days, the clocks. Draft until published, then frozen.

    `rules` names an edition in `healing.infection.EDITIONS`. Times are minutes. `escalation` is a
    list of steps; after the last one it repeats every `escalation_repeat_minutes` until a person acts.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    protocol = models.ForeignKey(Protocol, models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    rules = models.CharField(max_length=40)
    policy = models.JSONField(default=dict, blank=True)
    monitoring_days = models.PositiveSmallIntegerField(default=14)
    tail_days = models.JSONField(default=default_tail_days)
    silence_days = models.PositiveSmallIntegerField(default=2)
    urgent_minutes = models.PositiveSmallIntegerField(default=60)
    review_minutes = models.PositiveSmallIntegerField(default=480)
    watch_minutes = models.PositiveSmallIntegerField(default=960)
    escalation = models.JSONField(default=default_escalation)
    escalation_repeat_minutes = models.PositiveSmallIntegerField(default=60)
    signed_off_by = models.CharField(_("clinical sign-off"), max_length=120, blank=True)

    class Meta:
        ordering = ["protocol", "number"]
        constraints = [models.UniqueConstraint(fields=["protocol", "number"], name="protocol_edition_once")]

    def __str__(self) -> str:
        return f"{self.protocol.name} {self.number}"
