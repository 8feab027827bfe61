"""Flags: "please look at this recovery", from opened to resolved, with everyone who touched it."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.healing.verdicts import Cause
from tracker.models.checkins import CheckIn
from tracker.models.clinics import Clinic
from tracker.models.people import Member
from tracker.models.recoveries import Recovery

CAUSE_LABELS = {
    Cause.INFECTION: _("Possible infection"),
    Cause.COLD_SORE: _("Possible cold sore"),
    Cause.CONTACT_REACTION: _("Possible reaction to a product"),
    Cause.LATE_LUMP: _("New lump"),
    Cause.PIGMENT_CHANGE: _("Change of skin colour"),
    Cause.BURN: _("Possible burn"),
    Cause.SLOW_HEALING: _("Healing slower than expected"),
    Cause.SILENCE: _("Silent after a worrying day"),
    Cause.UNCLEAR: _("Unclear, please look"),
}


class FlagQuerySet(models.QuerySet["Flag"]):
    """Flags, by the page or sweep that asks."""

    def open(self) -> Self:
        """Everything that still waits for an outcome."""
        return self.exclude(state=Flag.State.RESOLVED)

    def one_per_recovery(self, wanted: models.Q | None = None) -> Self:
        """Open ones that `wanted` chooses, and of several about one recovery only the worst."""
        chosen = self.open().filter(wanted or models.Q())
        same = Flag.objects.open().filter(wanted or models.Q(), recovery=models.OuterRef("recovery"))
        graver = models.Q(rank__gt=models.OuterRef("rank"))
        older = models.Q(rank=models.OuterRef("rank"), pk__lt=models.OuterRef("pk"))
        return chosen.filter(~models.Exists(same.filter(graver | older)))

    def in_working_order(self, *, now: datetime, today: date) -> Self:
        """Most urgent first; among those who waits for somebody, then the taken, then the resting.

        `turn` is 0 for what nobody has or whose next try is due by `today`, 2 for what is snoozed or to
        be tried on a later day, else 1. Within a turn comes first what was promised soonest.
        """
        resting = models.Q(snoozed_until__gt=now) | (
            models.Q(next_try_on__gt=today) & ~models.Q(state="open")
        )
        waits = models.Q(state="open") | models.Q(next_try_on__lte=today)
        turn = models.Case(models.When(resting, then=2), models.When(waits, then=0), default=1)
        return self.annotate(turn=turn).order_by("-rank", "turn", "promised_by", "pk")

    def for_triage(self) -> Self:
        """With what a row shows; `open_here` counts the open flags of the same recovery."""
        same = Flag.objects.open().filter(recovery=models.OuterRef("recovery")).order_by()
        number = same.values("recovery").annotate(number=models.Count("pk")).values("number")
        return self.select_related(
            "recovery__patient", "recovery__treatment", "recovery__edition", "owner"
        ).annotate(open_here=models.Subquery(number))

    def step_due(self, now: datetime) -> Self:
        """Those nobody answered in time: the next person is to be told."""
        return self.filter(state=Flag.State.OPEN, next_step_at__lte=now)

    def unfinished(self, now: datetime) -> Self:
        """Those somebody answered and nobody finished in time: they are to be open again."""
        return self.filter(comes_back_at__lte=now)


class Flag(models.Model):
    """One open flag per recovery and cause; a worse day raises it.

    `rank` is the level as a number (3 urgent, 2 review, 1 watch) so that the database can sort.
    `next_step` and `next_step_at` are the escalation's clock; NULL once a person has answered.
    `comes_back_at` is when an answered flag is open again unless it was closed. `offered_to` has been
    asked to take it over and has not accepted yet. `disagreed` is why a clinician thinks that it should
    not have been raised. `reasons`, `against`, `clears` come from the newest
    assessment that touched it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        CONTACTED = "contacted", _("Contacted")
        RESOLVED = "resolved", _("Resolved")

    class Outcome(models.TextChoices):
        SETTLED = "settled", _("Looked at: healing as expected")
        ADVISED = "advised", _("Advice given, patient to report back")
        SEEN = "seen", _("Seen at the clinic")
        TREATED = "treated", _("Treatment started (antibiotic or antiviral)")
        REFERRED = "referred", _("Referred elsewhere")
        MISTAKE = "mistake", _("Answered by mistake")
        UNREACHABLE = "unreachable", _("Could not be reached, other steps taken")

    class Disagreement(models.TextChoices):
        EXPECTED = "expected", _("Healing is as expected")
        KNOWN = "known", _("Cause is known and harmless")
        MISREAD = "misread", _("The question was misunderstood")
        SENSITIVE = "sensitive", _("The rule is too sensitive")

    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="flags")
    recovery = models.ForeignKey(Recovery, models.PROTECT, related_name="flags")
    cause = models.CharField(max_length=20, choices=[(c.value, CAUSE_LABELS[c]) for c in Cause])
    rank = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=14, choices=State.choices, default=State.OPEN)
    edition = models.CharField(max_length=40)
    reasons = models.JSONField(default=list)
    against = models.JSONField(default=list)
    clears = models.JSONField(default=list)
    likelier = models.CharField(max_length=120, blank=True)
    newest_check_in = models.ForeignKey(
        CheckIn, models.PROTECT, null=True, blank=True, related_name="raised_flags"
    )
    opened_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    promised_by = models.DateTimeField()
    owner = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="flags")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    contacted_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    outcome_note = models.CharField(max_length=500, blank=True)
    disagreed = models.CharField(max_length=12, choices=Disagreement.choices, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    snooze_reason = models.CharField(max_length=200, blank=True)
    offered_to = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="offered_flags"
    )
    offered_at = models.DateTimeField(null=True, blank=True)
    next_try_on = models.DateField(null=True, blank=True)
    comes_back_at = models.DateTimeField(null=True, blank=True)
    next_step = models.PositiveSmallIntegerField(default=0)
    next_step_at = models.DateTimeField(null=True, blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recovery", "cause"],
                condition=~models.Q(state="resolved"),
                name="flag_one_open_per_cause",
            ),
            models.CheckConstraint(condition=models.Q(rank__range=(1, 3)), name="flag_rank_1_to_3"),
            models.CheckConstraint(
                condition=~models.Q(state="resolved")
                | (~models.Q(outcome="") & models.Q(resolved_at__isnull=False)),
                name="flag_resolved_has_outcome",
            ),
        ]
        indexes = [
            # triage: one clinic's open flags in working order
            models.Index(
                fields=["clinic", "-rank", "promised_by"],
                name="flag_triage",
                condition=~models.Q(state="resolved"),
            ),
            # escalate_flags, every half minute
            models.Index(fields=["next_step_at"], name="flag_step_due", condition=models.Q(state="open")),
            # the same sweep: answered, and not finished
            models.Index(
                fields=["comes_back_at"],
                name="flag_unfinished",
                condition=models.Q(comes_back_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"flag {self.pk}: {self.cause}"

    @property
    def level(self) -> str:
        """The level's name for badges."""
        return ("none", "watch", "review", "urgent")[self.rank]

    @property
    def is_urgent(self) -> bool:
        """Whether closing it needs a recorded contact and its alert climbs."""
        return self.rank == 3
