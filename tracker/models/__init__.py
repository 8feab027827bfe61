"""Facts and promises: every model of the app."""

from tracker.models.audit import AuditEntry, AuditSeal, Heartbeat, Repair
from tracker.models.checkins import (
    MAX_ATTEMPTS,
    Assessment,
    CheckIn,
    DischargeColour,
    DischargeTexture,
    SignAnswer,
)
from tracker.models.clinics import Clinic, Closure, OpeningHours
from tracker.models.flags import CAUSE_LABELS, Flag
from tracker.models.harm import AdverseEvent
from tracker.models.messages import DeliveryAttempt, Message
from tracker.models.people import Carer, Member, Patient, RememberedDevice, Role, Shift, SignInLink, User
from tracker.models.protocols import Protocol, ProtocolEdition, ReplayPart, ReplayRun
from tracker.models.recoveries import Farewell, QualityCheck, Recovery
from tracker.models.restores import Restore
from tracker.models.story import AskBack, ContactAttempt, EscalationStep, FlagEvent
from tracker.models.threads import CallBack, Note
from tracker.models.treatments import Product, Screening, TreatedArea, Treatment

__all__ = [
    "CAUSE_LABELS",
    "MAX_ATTEMPTS",
    "AdverseEvent",
    "AskBack",
    "Assessment",
    "AuditEntry",
    "AuditSeal",
    "CallBack",
    "Carer",
    "CheckIn",
    "Clinic",
    "Closure",
    "ContactAttempt",
    "DeliveryAttempt",
    "DischargeColour",
    "DischargeTexture",
    "EscalationStep",
    "Farewell",
    "Flag",
    "FlagEvent",
    "Heartbeat",
    "Member",
    "Message",
    "Note",
    "OpeningHours",
    "Patient",
    "Product",
    "Protocol",
    "ProtocolEdition",
    "QualityCheck",
    "Recovery",
    "RememberedDevice",
    "Repair",
    "ReplayPart",
    "ReplayRun",
    "Restore",
    "Role",
    "Screening",
    "Shift",
    "SignAnswer",
    "SignInLink",
    "TreatedArea",
    "Treatment",
    "User",
]
