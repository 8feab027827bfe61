"""Pages about recoveries and their flags, for the people of a clinic."""

from tracker.views.clinician.lists import recoveries
from tracker.views.clinician.page import recovery
from tracker.views.clinician.threads import answer_note, handle_call_back, read_notes
from tracker.views.clinician.verbs import acknowledge, contact, reopen, resolve
from tracker.views.clinician.worklist import triage

__all__ = [
    "acknowledge",
    "answer_note",
    "contact",
    "handle_call_back",
    "read_notes",
    "recoveries",
    "recovery",
    "reopen",
    "resolve",
    "triage",
]
