"""What a clinic's own recoveries have to teach: which of them count, and what comes out."""

from collections.abc import Iterable

from django.db.models import QuerySet

from tracker.healing import learning, symptoms
from tracker.models import CheckIn, Farewell, Recovery

MEDICINES = (Farewell.Medicines.ANTIBIOTIC, Farewell.Medicines.ANTIVIRAL, Farewell.Medicines.BOTH)
"""The answers that confirm that something was treated."""


def complication_free(*, clinic_id: int) -> QuerySet[Recovery]:
    """Recoveries whose daily part is over and that nobody and nothing ever called unusual.

    Any flag, adverse event, missed quality check or medicine at the end takes one out; so does a patient
    who is not sure about medicines.
    """
    said = [*MEDICINES, Farewell.Medicines.UNSURE]
    return (
        Recovery.objects.of_people()
        .filter(clinic=clinic_id, flags=None, adverse_events=None)
        .exclude(state=Recovery.State.OPEN)
        .exclude(farewell__medicines__in=said)
        .exclude(quality_check__finding="missed")
        .select_related("treatment__screening", "treatment__patient")
        .prefetch_related("treatment__areas")
        .order_by("pk")
    )


def learn(*, clinic_id: int) -> learning.Lesson:
    """The published course pulled toward the clinic's complication-free recoveries, as they stand now."""
    found = complication_free(clinic_id=clinic_id)
    daily = CheckIn.objects.filter(recovery__in=found.values("pk"), kind=CheckIn.Kind.DAILY)
    answers = daily.in_order().values_list("recovery_id", "day", *symptoms.SYMPTOMS)
    scores = _standing(answers)
    return learning.learned_course(
        [learning.Recovered(r.treatment.facts(), scores[r.pk]) for r in found if r.pk in scores]
    )


def _standing(answers: Iterable[tuple[int | None, ...]]) -> dict[int, dict[str, dict[int, int]]]:
    """Per recovery, symptom and day the answer that stands: the last one given."""
    found: dict[int, dict[str, dict[int, int]]] = {}
    for recovery_id, day, *given in answers:
        mine = found.setdefault(recovery_id or 0, {})
        for symptom, score in zip(symptoms.SYMPTOMS, given, strict=True):
            if score is not None:
                mine.setdefault(symptom, {})[day or 0] = score
    return found
