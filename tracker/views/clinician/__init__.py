"""Pages about recoveries and their flags, for the people of a clinic."""

from tracker.views.clinician.adverse import (
    adverse_event,
    adverse_events,
    adverse_events_csv,
    record_adverse_event,
)
from tracker.views.clinician.delivery import delivery_trail, delivery_trails
from tracker.views.clinician.handing import (
    accept_hand_over,
    ask_back,
    decline_hand_over,
    hand_over,
    snooze,
    undo,
)
from tracker.views.clinician.held import decide_held, held, note_restore
from tracker.views.clinician.lists import recoveries
from tracker.views.clinician.marking import review, tag, undo_review, untag
from tracker.views.clinician.page import recovery
from tracker.views.clinician.report import course_report
from tracker.views.clinician.verbs import acknowledge, contact, reopen, resolve
from tracker.views.clinician.worklist import triage
from tracker.views.clinician.writing import answer_note, handle_call_back, read_notes

__all__ = [
    "accept_hand_over",
    "acknowledge",
    "adverse_event",
    "adverse_events",
    "adverse_events_csv",
    "answer_note",
    "ask_back",
    "contact",
    "course_report",
    "decide_held",
    "decline_hand_over",
    "delivery_trail",
    "delivery_trails",
    "hand_over",
    "handle_call_back",
    "held",
    "note_restore",
    "read_notes",
    "record_adverse_event",
    "recoveries",
    "recovery",
    "reopen",
    "resolve",
    "review",
    "snooze",
    "tag",
    "triage",
    "undo",
    "undo_review",
    "untag",
]
