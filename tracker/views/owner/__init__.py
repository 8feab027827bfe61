"""What a clinic's recoveries run on, and what its flags were worth."""

from tracker.views.owner.drafting import draft_edition, edition, protocols
from tracker.views.owner.insight import insight, quality_check
from tracker.views.owner.notices import set_digest
from tracker.views.owner.publishing import ask_replay, publish, replay
from tracker.views.owner.signing import discard_draft, sign_off, withdraw_sign_off

__all__ = [
    "ask_replay",
    "discard_draft",
    "draft_edition",
    "edition",
    "insight",
    "protocols",
    "publish",
    "quality_check",
    "replay",
    "set_digest",
    "sign_off",
    "withdraw_sign_off",
]
