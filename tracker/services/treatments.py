"""Before and after a treatment: the screening, a decision when it says stop, the record, the start."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from tracker.healing import screening as healing
from tracker.healing.symptoms import Answer
from tracker.models import Member, Patient, Product, Recovery, Role, Screening, TreatedArea, Treatment
from tracker.services import audit, people, protocols, recoveries

MAY_DECIDE = frozenset({Role.OWNER, Role.CLINICIAN})


class TreatmentProblem(Exception):
    """The act is refused; nothing was changed."""


class NeedsDecision(TreatmentProblem):
    """The screening speaks against treating, and no clinician has decided to go on."""


class NotAClinician(TreatmentProblem):
    """Only owners and clinicians decide about a screening and record treatments."""


class AlreadyDecided(TreatmentProblem):
    """A decision stands as it was made; whoever changes their mind screens again."""


class NoProtocol(TreatmentProblem):
    """The clinic has no published protocol to follow a recovery with."""


@dataclass(frozen=True, slots=True)
class ProductUsed:
    """A serum, topical or cream, with what a recall would ask for."""

    name: str
    lot: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Details:
    """The session as performed, in the words of `models.Treatment`; "" and None mean not recorded."""

    treated_at: datetime
    device: str
    passes: int | None = None
    end_point: str = ""
    duration_minutes: int | None = None
    numbing_cream: str = ""
    with_prp: bool = False
    with_acid: bool = False
    room: str = ""
    note: str = ""


def record_screening(
    *, patient: Patient, member: Member, answers: Mapping[str, str], note: str = "", now: datetime
) -> Screening:
    """Keep the answers as given; a question nobody asked stays missing.

    `answers` maps question keys to yes, no or unsure. Raises KeyError for an unknown question,
    ValueError for an unknown answer.
    """
    given = {key: Answer(answer) for key, answer in answers.items() if answer}
    healing.findings(given)  # refuses unknown questions
    with transaction.atomic():
        screening = Screening.objects.create(
            clinic_id=patient.clinic_id,
            patient=patient,
            answers=given,
            note=note,
            asked_at=now,
            asked_by=member,
        )
        _audit("record_screening", screening, member, now)
    return screening


def decide_screening(
    *, screening: Screening, member: Member, decision: str, reason: str, now: datetime
) -> Screening:
    """Record what a clinician decided about a screening, and why.

    `decision` is a Screening.Decision. Raises NotAClinician, AlreadyDecided, or ValueError without
    a reason.
    """
    if member.role not in MAY_DECIDE:
        raise NotAClinician(member.role)
    if not reason.strip():
        raise ValueError("a decision needs a reason")
    with transaction.atomic():
        undecided = Screening.objects.filter(pk=screening.pk, decision="", treatment__isnull=True)
        decided = undecided.update(
            decision=Screening.Decision(decision),
            decision_reason=reason.strip(),
            decided_by=member,
            decided_at=now,
        )
        if not decided:
            raise AlreadyDecided(screening.pk)
        _audit("decide_screening", screening, member, now, decision=decision)
    screening.refresh_from_db()
    return screening


def needs_decision(screening: Screening) -> bool:
    """Whether a clinician must still decide to go on before this patient is treated."""
    if screening.decision:
        return screening.decision != Screening.Decision.GO_ON
    return healing.needs_decision(screening.answers)


def record_treatment(
    *,
    screening: Screening,
    member: Member,
    details: Details,
    areas: Mapping[str, Decimal],
    products: Sequence[ProductUsed] = (),
    now: datetime,
) -> Recovery:
    """Keep the session, start following it and tell the patient, all or nothing.

    `areas` maps each treated area to its needle depth in mm. The member is the operator. A screening
    leads to one treatment: a repeated call returns the recovery it started. Raises NeedsDecision,
    NotAClinician, NoProtocol, or ValueError without an area or for a session in the future.
    """
    if member.role not in MAY_DECIDE:
        raise NotAClinician(member.role)
    if not areas or details.treated_at > now:
        raise ValueError("a session has at least one area, and is over when it is recorded")
    with transaction.atomic():
        screening = _locked(screening.pk)
        known = Recovery.objects.filter(treatment__screening=screening).first()
        if known is not None:
            return known
        if needs_decision(screening):
            raise NeedsDecision(screening.pk)
        treatment = _written(screening, member, details, areas, products, now)
        recovery = _followed(treatment, now)
        _audit("record_treatment", treatment, member, now, recovery=recovery.pk)
        people.send_welcome(patient=screening.patient, recovery=recovery, now=now, actor=member.user)
    return recovery


def _locked(screening_id: int) -> Screening:
    """The screening as it stands, its patient held: two sessions never get the same number."""
    rows = Screening.objects.filter(pk=screening_id)
    patient = Patient.objects.select_for_update().get(pk=rows.values_list("patient_id", flat=True).get())
    screening = rows.get()
    screening.patient = patient
    return screening


def _written(
    screening: Screening,
    member: Member,
    details: Details,
    areas: Mapping[str, Decimal],
    products: Sequence[ProductUsed],
    now: datetime,
) -> Treatment:
    patient = screening.patient
    treatment = Treatment.objects.create(
        clinic_id=patient.clinic_id,
        patient=patient,
        screening=screening,
        operator=member,
        session_number=patient.treatments.count() + 1,
        created_at=now,
        **asdict(details),
    )
    TreatedArea.objects.bulk_create(
        TreatedArea(treatment=treatment, area=area, depth_mm=depth) for area, depth in areas.items()
    )
    Product.objects.bulk_create(Product(treatment=treatment, **asdict(product)) for product in products)
    return treatment


def _followed(treatment: Treatment, now: datetime) -> Recovery:
    edition = protocols.current_edition(clinic_id=treatment.clinic_id)
    if edition is None:
        raise NoProtocol(treatment.clinic_id)
    return recoveries.start(treatment=treatment, patient=treatment.patient, edition=edition, now=now)


def last_used(member: Member) -> dict[str, Any]:
    """What the member recorded last, as defaults for the next session; {} before the first.

    Keys: the fields of Details without `treated_at` and `note`, `areas` ({area: depth in mm}), and
    `products` (list of ProductUsed).
    """
    last = (
        Treatment.objects.filter(clinic=member.clinic_id, operator=member)
        .prefetch_related("areas", "products")
        .first()
    )
    if last is None:
        return {}
    names = [name for name in Details.__dataclass_fields__ if name not in ("treated_at", "note")]
    return {name: getattr(last, name) for name in names} | {
        "areas": {area.area: area.depth_mm for area in last.areas.all()},
        "products": [ProductUsed(p.name, p.lot, p.expires_on) for p in last.products.all()],
    }


def _audit(verb: str, subject: Screening | Treatment, member: Member, now: datetime, **detail: Any) -> None:
    audit.record(clinic=subject.clinic_id, actor=member.user, verb=verb, subject=subject, now=now, **detail)
