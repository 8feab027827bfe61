"""What patient and clinic write to each other about one recovery, and wishes to be called back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.models.clinics import Clinic
from tracker.models.people import Member, User
from tracker.models.recoveries import Recovery


class Note(models.Model):
    """One message of the thread. Not read in real time, and every page says so.

    `promised_by` is by when the clinic reads what the patient wrote; NULL on what the clinic wrote.
    """

    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="notes")
    recovery = models.ForeignKey(Recovery, models.PROTECT, related_name="notes")
    written_at = models.DateTimeField()
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    from_patient = models.BooleanField()
    text = models.CharField(_("message"), max_length=1000)
    promised_by = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["written_at", "pk"]
        indexes = [
            # the clinic's list counts what nobody has read
            models.Index(
                fields=["clinic", "recovery"],
                name="note_unread",
                condition=models.Q(from_patient=True, read_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"note {self.pk}"


class CallBack(models.Model):
    """Somebody must ring the patient, and by when. One open at a time per recovery.

    Mostly because the patient asked; also because mail does not arrive, or because the patient said at the
    end that they were given a medicine though nothing was flagged.
    """

    class Why(models.TextChoices):
        ASKED = "asked", _("Asked to be called.")
        BOUNCED = "bounced", _("Mail does not reach this address: please phone.")
        MEDICINE = "medicine", _("Was given a medicine, and nothing was flagged: please phone.")

    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="call_backs")
    recovery = models.ForeignKey(Recovery, models.PROTECT, related_name="call_backs")
    why = models.CharField(max_length=8, choices=Why.choices, default=Why.ASKED, db_default=Why.ASKED)
    asked_at = models.DateTimeField()
    promised_by = models.DateTimeField()
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["recovery"],
                condition=models.Q(handled_at__isnull=True),
                name="call_back_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"call back {self.pk}"
