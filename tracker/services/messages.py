"""The outbox: rows that must go out once. `services.delivery` carries them to the mail server."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from tracker.models import AskBack, Flag, Message, Recovery, SignInLink, User

ALERTS = (Message.Kind.FLAG_ALERT, Message.Kind.ESCALATION)
"""What tells the team about a flag until somebody answers it."""


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
    ask_back: AskBack | None = None,
    link: SignInLink | None = None,
    local_day: date | None = None,
    is_urgent: bool = False,
    due_at: datetime | None = None,
) -> bool:
    """Put one e-mail into the outbox. False when `key` is there already: it is wanted once.

    It goes out at `due_at`, without one at once. Runs inside the caller's transaction; the dedupe key is
    unique in the database.
    """
    message = Message(
        dedupe_key=key,
        clinic_id=clinic_id,
        kind=kind,
        to_email=to_email,
        to_user=to_user,
        recovery=recovery,
        flag=flag,
        ask_back=ask_back,
        link=link,
        local_day=local_day,
        is_urgent=is_urgent,
        created_at=now,
        due_at=due_at or now,
    )
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        if not Message.objects.filter(dedupe_key=key).exists():
            raise
        return False
    return True


def post_many(found: Sequence[Message]) -> int:
    """Put e-mails that are not saved yet into the outbox; returns how many. A key that is there is left out.

    Runs inside the caller's transaction. Raises IntegrityError when somebody posts one of them meanwhile.
    """
    keys = [message.dedupe_key for message in found]
    known = set(Message.objects.filter(dedupe_key__in=keys).values_list("dedupe_key", flat=True))
    return len(Message.objects.bulk_create(one for one in found if one.dedupe_key not in known))


def drop_for_flag(*, flag: Flag, reason: str) -> None:
    """Take back the alerts not sent yet: a person has acted. A try under way may still go out."""
    pending = Message.objects.filter(flag=flag, kind__in=ALERTS, state=Message.State.PENDING)
    pending.update(state=Message.State.DROPPED, reason=reason)


def want_again(*, flag: Flag, step: int) -> None:
    """Put back the alerts of one step that were dropped because of an answer: it was taken back."""
    dropped = Message.objects.filter(flag=flag, kind__in=ALERTS, state=Message.State.DROPPED)
    of_step = dropped.filter(dedupe_key__startswith=f"flag:{flag.pk}:step:{step}:")
    of_step.update(state=Message.State.PENDING, reason="", claimed_until=None)
