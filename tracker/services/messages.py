"""The outbox: rows that must go out once. `services.delivery` carries them to the mail server."""

from datetime import date, datetime

from tracker.models import Flag, Message, Recovery, SignInLink, User


def post(
    *,
    clinic_id: int,
    kind: str,
    key: str,
    to_email: str,
    now: datetime,
    to_user: User | None = None,
    recovery: Recovery | None = None,
    flag: Flag | None = None,
    link: SignInLink | None = None,
    local_day: date | None = None,
    is_urgent: bool = False,
) -> bool:
    """Put one e-mail into the outbox. False when `key` is there already: it is wanted once.

    Runs inside the caller's transaction; the dedupe key is unique in the database.
    """
    _, created = Message.objects.get_or_create(
        dedupe_key=key,
        defaults={
            "clinic_id": clinic_id,
            "kind": kind,
            "to_email": to_email,
            "to_user": to_user,
            "recovery": recovery,
            "flag": flag,
            "link": link,
            "local_day": local_day,
            "is_urgent": is_urgent,
            "created_at": now,
            "due_at": now,
        },
    )
    return created


def drop_for_flag(*, flag: Flag, reason: str) -> None:
    """Take back what was not sent yet: a person has acted. A try under way may still go out."""
    pending = Message.objects.filter(flag=flag, state=Message.State.PENDING)
    pending.update(state=Message.State.DROPPED, reason=reason)
