"""Protocols: what a recovery runs on. Published editions never change."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.models.clinics import Clinic
from tracker.models.people import Member


def default_escalation() -> list[dict[str, object]]:
    """Minutes after the flag opened, and who is told: who treated, their deputy, the shared inbox."""
    return [
        {"after_minutes": 0, "to": "operator"},
        {"after_minutes": 30, "to": "deputy"},
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

    `rules` names an edition in `healing.infection.EDITIONS`. `policy` overrides its table of levels
    ({"watch" | "review" | "urgent": least probability}); empty means the published table. `learned`
    holds a clinic-learned course ({symptom: [[typical, p90, p97.5, share with any] per day]}) and
    `learned_from` how much of it is local (counts); empty means the published course. Times are minutes.
    `escalation` is a list of steps, each told to the operator, their deputy, the clinicians or the inbox;
    after the last one it repeats every `escalation_repeat_minutes` until a person acts. What was answered
    and not finished in `unfinished_minutes` is open again. `signed_off_by` names the clinical lead who signed
    the published edition off; "" while that is awaited.
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
    learned = models.JSONField(default=dict, blank=True)
    learned_from = models.JSONField(default=dict, blank=True)
    created_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    published_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    monitoring_days = models.PositiveSmallIntegerField(default=14)
    tail_days = models.JSONField(default=default_tail_days)
    silence_days = models.PositiveSmallIntegerField(default=2)
    urgent_minutes = models.PositiveSmallIntegerField(default=60)
    review_minutes = models.PositiveSmallIntegerField(default=480)
    watch_minutes = models.PositiveSmallIntegerField(default=960)
    escalation = models.JSONField(default=default_escalation)
    unfinished_minutes = models.PositiveSmallIntegerField(default=240)
    escalation_repeat_minutes = models.PositiveSmallIntegerField(default=60)
    signed_off_by = models.CharField(_("clinical sign-off"), max_length=120, blank=True)
    signed_off_at = models.DateTimeField(null=True, blank=True)
    sign_off_entered_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["protocol", "number"]
        constraints = [models.UniqueConstraint(fields=["protocol", "number"], name="protocol_edition_once")]

    def __str__(self) -> str:
        return f"{self.protocol.name} {self.number}"


class ReplayRun(models.Model):
    """A draft edition judged over the clinic's own past recoveries beside the edition in force.

    `result` holds counts and recovery ids: flags gained and lost, confirmed cases earlier, later or
    missed, extra reviews a week. Kept, so that publishing can name what was looked at. `draft_mark` says
    which state of the draft was replayed. It is worked off in parts; `claimed_until` and `attempts` are
    the lease and the failed tries of cutting it into them, `recoveries` counts those done so far.
    """

    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="replay_runs")
    draft = models.ForeignKey(ProtocolEdition, models.CASCADE, related_name="replays")
    against = models.ForeignKey(ProtocolEdition, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    draft_mark = models.CharField(max_length=64)
    started_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    failed = models.CharField(max_length=200, blank=True)
    recoveries = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)

    class Meta:
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return f"replay {self.pk}"


class ReplayPart(models.Model):
    """A range of recoveries of one replay: `first` to `last`, both included. Gone when the replay is done.

    Any worker may do any part: `claimed_until` is the lease of the one that does, `attempts` its tries,
    `result` what it counted.
    """

    run = models.ForeignKey(ReplayRun, models.CASCADE, related_name="parts")
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict)

    class Meta:
        ordering = ["first"]
        constraints = [models.UniqueConstraint(fields=["run", "first"], name="replay_part_once")]

    def __str__(self) -> str:
        return f"{self.run}, recoveries {self.first} to {self.last}"
