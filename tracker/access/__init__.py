"""Who may see what. Every view gets its rows here: a queryset, a row, or a 404.

A stranger's row and a missing row are the same 404. A right that a role lacks is a 403, whatever the
row, so that neither answer says whether the row exists.
"""

from tracker.access.cases import Case, case_for
from tracker.access.clinic import (
    call_back_for,
    flag_for,
    flags_for,
    patient_for,
    patients_for,
    recoveries_for,
    recovery_for,
    screening_for,
    silent_for,
    tagged,
    team_of,
    waiting_for,
)
from tracker.access.held import held_for, held_one_for
from tracker.access.own import (
    DEVICE_COOKIE,
    by_device,
    device_word,
    has_late_question,
    own_check_in,
    own_device,
    own_devices,
    own_late_recovery,
    own_recoveries,
    own_recovery,
)
from tracker.access.people import (
    RIGHTS,
    Right,
    asked_once,
    has_right,
    member,
    membership_of,
    patient,
    patient_of,
)
from tracker.access.protocols import (
    edition_for,
    editions_for,
    protocol_for,
    protocols_for,
    quality_check_for,
    quality_checks_for,
    replay_for,
    replays_for,
)

__all__ = [
    "DEVICE_COOKIE",
    "RIGHTS",
    "Case",
    "Right",
    "asked_once",
    "by_device",
    "call_back_for",
    "case_for",
    "device_word",
    "edition_for",
    "editions_for",
    "flag_for",
    "flags_for",
    "has_late_question",
    "has_right",
    "held_for",
    "held_one_for",
    "member",
    "membership_of",
    "own_check_in",
    "own_device",
    "own_devices",
    "own_late_recovery",
    "own_recoveries",
    "own_recovery",
    "patient",
    "patient_for",
    "patient_of",
    "patients_for",
    "protocol_for",
    "protocols_for",
    "quality_check_for",
    "quality_checks_for",
    "recoveries_for",
    "recovery_for",
    "replay_for",
    "replays_for",
    "screening_for",
    "silent_for",
    "tagged",
    "team_of",
    "waiting_for",
]
