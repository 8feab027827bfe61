"""A flag's life: raised, answered, handed over, put aside, resolved; and its climb until a person acts."""

from tracker.services.flags.acting import (
    AlreadyTaken,
    ContactNeeded,
    FlagProblem,
    SomethingNewer,
    WrongState,
)
from tracker.services.flags.amending import note_amendment
from tracker.services.flags.answering import acknowledge, record_contact, reopen, resolve
from tracker.services.flags.climbing import escalate_due
from tracker.services.flags.handing import accept_hand_over, decline_hand_over, hand_over
from tracker.services.flags.leaving import pass_on_due
from tracker.services.flags.raising import lapse, raise_flag, say_again
from tracker.services.flags.returning import come_back_due
from tracker.services.flags.snoozing import AnswerFirst, NoSuchEnd, snooze
from tracker.services.flags.undoing import undo, undoable

__all__ = [
    "AlreadyTaken",
    "AnswerFirst",
    "ContactNeeded",
    "FlagProblem",
    "NoSuchEnd",
    "SomethingNewer",
    "WrongState",
    "accept_hand_over",
    "acknowledge",
    "come_back_due",
    "decline_hand_over",
    "escalate_due",
    "hand_over",
    "lapse",
    "note_amendment",
    "pass_on_due",
    "raise_flag",
    "record_contact",
    "reopen",
    "resolve",
    "say_again",
    "snooze",
    "undo",
    "undoable",
]
