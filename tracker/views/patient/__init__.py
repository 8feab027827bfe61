"""The patient's pages: today, the result, corrections, the whole course, reminders, when to seek help."""

from tracker.views.patient.asked import micro
from tracker.views.patient.checkins import amend, today
from tracker.views.patient.close import carer, forget_carer
from tracker.views.patient.course import my_recovery
from tracker.views.patient.expecting import expect, take_home, take_home_pdf
from tracker.views.patient.help import seek_help
from tracker.views.patient.late import farewell, tail
from tracker.views.patient.reminding import forget_device, reminders
from tracker.views.patient.results import result
from tracker.views.patient.writing import ask_call_back, thread

__all__ = [
    "amend",
    "ask_call_back",
    "carer",
    "expect",
    "farewell",
    "forget_carer",
    "forget_device",
    "micro",
    "my_recovery",
    "reminders",
    "result",
    "seek_help",
    "tail",
    "take_home",
    "take_home_pdf",
    "thread",
    "today",
]
