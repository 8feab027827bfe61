"""Whether a mail is still wanted, asked again at the moment when it would be sent."""

from datetime import datetime

from tracker.models import Flag, Message
from tracker.models.problems import problems_at
from tracker.services import ask_back, cover_check, reminders


def why_not(message: Message, *, now: datetime) -> str:
    """Why the message must not go out any more; "" when it must."""
    if message.kind == Message.Kind.HAND_OVER:
        return _offer_over(message)
    if message.flag is not None:
        answered = message.flag.state != Flag.State.OPEN
        return "answered" if answered else ""
    if message.kind == Message.Kind.DIGEST:
        return "" if problems_at(message.clinic_id, now).count else "nothing waits"
    if message.kind == Message.Kind.UNCOVERED:
        return cover_check.why_not(message, now=now)
    if message.ask_back is not None:
        return ask_back.why_not(message.ask_back)
    if message.kind == Message.Kind.REMINDER:
        return reminders.why_not(message, now=now)
    if message.link is not None and message.link.used_at is not None:
        return "link used"
    return ""


def _offer_over(message: Message) -> str:
    """Accepted, declined or offered to somebody else: there is nothing to answer any more."""
    flag = message.flag
    offered = flag.offered_to if flag and flag.state != Flag.State.RESOLVED else None
    return "" if offered and offered.user_id == message.to_user_id else "offer over"
