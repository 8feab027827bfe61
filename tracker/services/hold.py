"""Holding a recovery: the unit of concurrency. Whoever writes about one holds it first."""

from tracker.models import Recovery
from tracker.models.prepared import Prepared


def recovery(recovery_id: int) -> Recovery:
    """The recovery with its people and rules, held until the caller's transaction ends."""
    # of=self: the joined rows are only read, and a lock on the clinic would serialise its patients
    rows = Recovery.objects.select_for_update(of=("self",))
    people_and_rules = ("patient", "clinic", "edition", "treatment__screening", "treatment__patient")
    return rows.select_related(*people_and_rules).get(pk=recovery_id)


def again(known: Recovery) -> Recovery:
    """The recovery as it is now, held; its clinic, rules and treatment, which do not change, as known."""
    held = _AGAIN.rows(pk=known.pk)[0]
    for name in ("clinic", "edition", "treatment"):
        if getattr(held, f"{name}_id") == getattr(known, f"{name}_id"):
            setattr(held, name, getattr(known, name))
    held.patient.clinic = held.clinic
    return held


_AGAIN = Prepared(
    lambda pk: Recovery.objects.select_for_update(of=("self",)).select_related("patient").filter(pk=pk)
)
