"""The mail server of the tests: what arrived, and what it shall answer."""

import base64
import email
import email.policy
import json
import sys
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from aftercare.supervisor import Part, answers
from tests.servers.ports import free_port
from tests.servers.processes import Process, wait_until

SCRIPT = Path(__file__).with_name("sink.py")


@dataclass(frozen=True)
class Received:
    """One message as the server accepted it. `at` is seconds since the epoch."""

    at: float
    mail_from: str
    to: tuple[str, ...]
    message: EmailMessage

    @property
    def subject(self) -> str:
        """The subject, decoded."""
        return str(self.message["Subject"])

    @property
    def message_id(self) -> str:
        """What makes a repeat recognisable."""
        return str(self.message["Message-ID"])

    def body(self, kind: str = "plain") -> str:
        """The text of one part, `plain` or `html`; empty when the part is missing."""
        part = self.message.get_body((kind,))
        return "" if part is None else str(part.get_content())


class Sink(Process):
    """A real SMTP server in its own process. Stopped, it refuses connections; its log stays."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = free_port()
        super().__init__(
            Part(
                "sink",
                [sys.executable, str(SCRIPT), str(self.port), str(folder)],
                ready=lambda: answers(("127.0.0.1", self.port), b"NOOP\r\n"),
                stop_within=2,
            )
        )

    @property
    def url(self) -> str:
        """For `EMAIL_URL`."""
        return f"smtp://127.0.0.1:{self.port}"

    def messages(self, to: str | None = None) -> list[Received]:
        """Everything accepted so far in order of arrival, or what one address got."""
        log = self.folder / "log.jsonl"
        lines = log.read_text().splitlines() if log.exists() else []
        received = [_received(json.loads(line)) for line in lines]
        return [one for one in received if to is None or to in one.to]

    def wait_for(self, count: int, to: str | None = None, seconds: float = 20.0) -> list[Received]:
        """Wait until at least `count` messages arrived and return them. Raises TimeoutError."""
        wait_until(
            lambda: len(self.messages(to)) >= count,
            seconds,
            f"{count} messages{f' to {to}' if to else ''} at the mail server",
        )
        return self.messages(to)

    def count(self) -> int:
        """How many messages were accepted so far, repeats too."""
        log = self.folder / "log.jsonl"
        return log.read_bytes().count(b"\n") if log.exists() else 0

    def answer(self, reply: str = "", at: str = "data", times: int | None = None) -> None:
        """Reply so at `rcpt` or `data`, `drop` the connection or `hang` after taking a message, or refuse
        the password at `auth`.

        `times` None means until told otherwise.
        """
        self.answer_by_chance((at, reply, 1.0), times=times)

    def answer_by_chance(self, *orders: tuple[str, str, float], times: int | None = None) -> None:
        """Several such orders at once: (stage, reply, share of the occasions)."""
        kept = [{"at": at, "reply": reply, "times": times, "share": share} for at, reply, share in orders]
        # whole or not at all: the server may be reading
        draft = self.folder / "answer.draft"
        draft.write_text(json.dumps(kept))
        draft.replace(self.folder / "answer.json")

    def accept(self) -> None:
        """Accept everything again."""
        (self.folder / "answer.json").unlink(missing_ok=True)

    def clear(self) -> None:
        """Forget messages and orders."""
        self.accept()
        (self.folder / "log.jsonl").unlink(missing_ok=True)


def _received(line: dict[str, object]) -> Received:
    message = email.message_from_bytes(base64.b64decode(str(line["raw"])), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    to = line["to"]
    assert isinstance(to, list)
    return Received(float(str(line["at"])), str(line["from"]), tuple(to), message)
