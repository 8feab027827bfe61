"""A flag's life: raised, answered, resolved; and its climb until a person acts."""

from tracker.services.flags.answering import (
    AlreadyTaken,
    ContactNeeded,
    FlagProblem,
    SomethingNewer,
    WrongState,
    acknowledge,
    record_contact,
    reopen,
    resolve,
)
from tracker.services.flags.climbing import escalate_due
from tracker.services.flags.raising import lapse, raise_flag

__all__ = [
    "AlreadyTaken",
    "ContactNeeded",
    "FlagProblem",
    "SomethingNewer",
    "WrongState",
    "acknowledge",
    "escalate_due",
    "lapse",
    "raise_flag",
    "record_contact",
    "reopen",
    "resolve",
]
