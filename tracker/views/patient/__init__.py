"""The patient's pages: today, the result, corrections, the whole course, reminders, when to seek help."""

from tracker.views.patient.checkins import amend, today
from tracker.views.patient.course import my_recovery
from tracker.views.patient.help import seek_help
from tracker.views.patient.reminding import reminders
from tracker.views.patient.results import result

__all__ = ["amend", "my_recovery", "reminders", "result", "seek_help", "today"]
