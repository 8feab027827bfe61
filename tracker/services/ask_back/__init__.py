"""Asking a patient back about a flag until it is clear or a person has it."""

from tracker.services.ask_back.answering import NotWaiting, level_of, record_micro
from tracker.services.ask_back.asking import (
    NotAskable,
    ask_extra,
    ask_micro,
    askable,
    is_open,
    note_answer,
    note_missed,
    why_not,
)

__all__ = [
    "NotAskable",
    "NotWaiting",
    "ask_extra",
    "ask_micro",
    "askable",
    "is_open",
    "level_of",
    "note_answer",
    "note_missed",
    "record_micro",
    "why_not",
]
