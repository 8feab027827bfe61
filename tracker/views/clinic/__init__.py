"""Patients, what is done to them, and the clinic itself."""

from tracker.views.clinic.cards import print_card
from tracker.views.clinic.patients import (
    invite_patient,
    patient,
    patients,
    resend_welcome,
    search_patients,
)
from tracker.views.clinic.rota import add_shift, remove_shift, rota, set_deputy
from tracker.views.clinic.team import team
from tracker.views.clinic.treating import record_treatment, screening, screening_decision

__all__ = [
    "add_shift",
    "invite_patient",
    "patient",
    "patients",
    "print_card",
    "record_treatment",
    "remove_shift",
    "resend_welcome",
    "rota",
    "screening",
    "screening_decision",
    "search_patients",
    "set_deputy",
    "team",
]
