"""What several services are tried with."""

import pytest
from django.core.mail import EmailMultiAlternatives

from tracker import emails
from tracker.models import Message


@pytest.fixture
def plain_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a mail says is shown elsewhere; here it only has to travel."""

    def build(message: Message) -> EmailMultiAlternatives:
        return EmailMultiAlternatives(
            "Hello", "text", to=[message.to_email], headers={"Message-ID": message.message_id}
        )

    monkeypatch.setattr(emails, "build", build)
