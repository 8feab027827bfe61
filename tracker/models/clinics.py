"""The tenant: a clinic, when it is open, and how fast it promises to answer."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.days import Hours
from tracker.models.prepared import Prepared


class Clinic(models.Model):
    """One clinic. Every row that concerns a patient belongs to exactly one.

    `next_digest_at` is the first morning at which it has not been looked at for a digest; NULL: any.
    """

    name = models.CharField(_("name"), max_length=120)
    phone = models.CharField(_("phone"), max_length=40)
    emergency_number = models.CharField(_("emergency number"), max_length=20, default="112")
    inbox_email = models.EmailField(_("shared inbox"), help_text=_("The last step of every escalation."))
    timezone = models.CharField(_("time zone"), max_length=64, default="Europe/London")
    is_demo = models.BooleanField(_("demonstration"), default=False)
    created_at = models.DateTimeField()
    next_digest_at = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return self.name

    def hours(self) -> Hours:
        """Opening hours and closures as plain values, in the clinic's own zone."""
        spans, closed = _SPANS.rows(clinic=self.pk), frozenset(_CLOSED.rows(clinic=self.pk))
        return Hours(zone=self.timezone, spans=tuple(sorted(spans)), closed=closed)


class OpeningHours(models.Model):
    """One span on one weekday (0 Monday … 6 Sunday). A day may have several; none means closed."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"))
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="opening_hours_weekday"),
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens")), name="opening_hours_close_after_open"
            ),
            models.UniqueConstraint(fields=["clinic", "weekday", "opens"], name="opening_hours_once"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}–{self.closes:%H:%M}"


class Closure(models.Model):
    """A whole day on which the clinic is closed whatever the weekday says."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="closures")
    day = models.DateField(_("day"))
    reason = models.CharField(_("reason"), max_length=120, blank=True)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["clinic", "day"], name="closure_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.reason}"


_SPANS = Prepared(
    lambda clinic: OpeningHours.objects.filter(clinic=clinic).values_list("weekday", "opens", "closes")
)
_CLOSED = Prepared(lambda clinic: Closure.objects.filter(clinic=clinic).values_list("day", flat=True))
