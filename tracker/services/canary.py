"""The proof from end to end: every ten minutes a synthetic entry must become a mail, or somebody hears of it.

It lives at a clinic of its own that nobody works for, so that no list, statistic or alert load of a real
clinic can know of it.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min, QuerySet

from tracker.healing import infection
from tracker.models import (
    Assessment,
    CheckIn,
    Clinic,
    DeliveryAttempt,
    EscalationStep,
    Flag,
    FlagEvent,
    Member,
    Message,
    Patient,
    Protocol,
    ProtocolEdition,
    Recovery,
    Role,
    Screening,
    Treatment,
)
from tracker.services import health, sweep, synthetic

EVERY = timedelta(minutes=10)
KEPT = timedelta(days=1)
"""How long what was proven is kept, to show how long it took."""

CLINIC, ADDRESS = "Canary (not a clinic)", "canary@aftercare.invalid"


def fly_due(*, now: datetime) -> CheckIn | None:
    """Record the next synthetic entry when the last one is EVERY old; None when it is not time.

    Without CANARY_EMAIL there is nowhere to send its alert, and no proof.
    """
    if not settings.CANARY_EMAIL:
        return None
    with transaction.atomic():
        patient = _patient(now)
        # two workers at once: the second sees the first one's entry
        Patient.objects.select_for_update().get(pk=patient.pk)
        last = CheckIn.objects.filter(recovery__patient=patient).aggregate(at=Max("recorded_at"))["at"]
        if last is not None and last > now - EVERY:
            return None
        operator = Member.objects.get(clinic=patient.clinic)
        edition = ProtocolEdition.objects.get(protocol__clinic=patient.clinic)
        return synthetic.enter(patient=patient, operator=operator, edition=edition, now=now)


def prove(*, now: datetime) -> int:
    """Note each entry that was judged and whose alert the mail server took; returns how many.

    Proven ones are closed by the system. One that is not proven stays open and shows as late.
    """
    return sweep.each("proof", list(_under_way().values_list("pk", flat=True)), lambda pk: _prove(pk, now))


def _under_way() -> QuerySet[Recovery]:
    return Recovery.objects.going_on().filter(patient__in=_itself()).order_by("pk")


def _itself() -> QuerySet[Patient]:
    """Nobody but the synthetic are looked through for the address."""
    return Patient.objects.filter(is_synthetic=True, user__email=ADDRESS)


def _prove(recovery_id: int, now: datetime) -> bool:
    recovery = Recovery.objects.get(pk=recovery_id)
    check_in = recovery.check_ins.filter(assessed_at__isnull=False, assessments__level="urgent").first()
    sent = Message.objects.filter(flag__recovery=recovery, state=Message.State.SENT)
    sent_at = sent.aggregate(at=Min("sent_at"))["at"]
    if check_in is None or sent_at is None:
        return False
    proven_at = max(sent_at, check_in.assessed_at or sent_at)
    took = (proven_at - check_in.recorded_at).total_seconds()
    with transaction.atomic():
        synthetic.finish(recovery=recovery, now=now)
        health.beat(component=health.PROOF, now=proven_at, detail=f"{took:.1f}")
    return True


def _patient(now: datetime) -> Patient:
    """The canary with its clinic, protocol and one inactive member, made on the first flight."""
    known = _itself().select_related("clinic", "user").first()
    if known is None:
        clinic = Clinic.objects.create(
            name=CLINIC, phone="-", inbox_email=settings.CANARY_EMAIL, timezone="UTC", created_at=now
        )
        known = synthetic.patient(clinic=clinic, name="Canary", email=ADDRESS, now=now)
        Member.objects.create(
            user=known.user, clinic=clinic, role=Role.READ_ONLY, name="Canary", is_active=False
        )
        ProtocolEdition.objects.create(
            protocol=Protocol.objects.create(clinic=clinic, name="Canary"),
            number=1,
            status=ProtocolEdition.Status.PUBLISHED,
            published_at=now,
            rules=infection.CURRENT,
            # one alert, to the canary's own address; it does not climb while it is not proven
            escalation=[{"after_minutes": 0, "to": "inbox"}],
            escalation_repeat_minutes=24 * 60,
        )
    elif known.clinic.inbox_email != settings.CANARY_EMAIL:
        Clinic.objects.filter(pk=known.clinic_id).update(inbox_email=settings.CANARY_EMAIL)
    return known


def flights(*, now: datetime) -> tuple[int, int]:
    """How many entries of the kept time were begun, and how many of them are proven."""
    mine = Recovery.objects.filter(patient__in=_itself(), check_ins__recorded_at__gt=now - KEPT)
    return mine.count(), mine.filter(state=Recovery.State.ENDED).count()


def prune(*, now: datetime) -> int:
    """Remove proven entries older than KEPT, with all that came of them: they are about nobody.

    Returns how many. What stands in the audit stays.
    """
    old = Recovery.objects.filter(patient__in=_itself(), ended_at__lt=now - KEPT)
    ids = list(old.values_list("pk", flat=True)[:200])
    with transaction.atomic():
        treatments = list(Recovery.objects.filter(pk__in=ids).values_list("treatment", flat=True))
        screenings = list(Treatment.objects.filter(pk__in=treatments).values_list("screening", flat=True))
        DeliveryAttempt.objects.filter(message__flag__recovery__in=ids).delete()
        Message.objects.filter(flag__recovery__in=ids).delete()
        for model in (EscalationStep, FlagEvent):
            model._default_manager.filter(flag__recovery__in=ids).delete()
        Flag.objects.filter(recovery__in=ids).delete()
        Assessment.objects.filter(check_in__recovery__in=ids).delete()
        CheckIn.objects.filter(recovery__in=ids).delete()
        Recovery.objects.filter(pk__in=ids).delete()
        Treatment.objects.filter(pk__in=treatments).delete()
        Screening.objects.filter(pk__in=screenings).delete()
    return len(ids)
