"""A mail server that keeps what it accepts: `python sink.py PORT FOLDER`.

A process of its own, so that it is a witness that no test can influence by accident. Each accepted
message is a line in FOLDER/log.jsonl. FOLDER/answer.json, where it exists, is a list of orders to answer
otherwise: `{"at": "rcpt" | "data" | "drop" | "hang" | "auth", "reply": "451 later", "times": 1 or null,
"share": 1.0}`. "drop" takes the message and closes the connection before saying so, "hang" takes it and
never answers, "auth" refuses the password. A share below 1 is drawn by chance, with the seed in SINK_SEED.
"""

import asyncio
import base64
import json
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


class Keeper:
    """aiosmtpd's handler: what to answer, and what to keep."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.chance = random.Random(os.environ.get("SINK_SEED", "1"))

    def _order(self, at: str) -> str | None:
        """The reply that was ordered for this stage, counting it down; None when there is none."""
        path = self.folder / "answer.json"
        orders: list[dict[str, Any]] = json.loads(path.read_text()) if path.exists() else []
        order = next((order for order in orders if order["at"] == at), None)
        if order is None or self.chance.random() >= order["share"]:
            return None
        if order["times"] is not None:
            order["times"] -= 1
            left = [order for order in orders if order["times"] != 0]
            path.write_text(json.dumps(left)) if left else path.unlink()
        return str(order["reply"])

    def authenticate(self, *_: object) -> AuthResult:
        """Any password will do, unless told to refuse."""
        refused = self._order("auth") is not None
        return AuthResult(success=not refused, handled=False)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept a recipient, or give the ordered refusal."""
        if reply := self._order("rcpt"):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the message, or give the ordered refusal."""
        if reply := self._order("data"):
            return reply
        content = envelope.content or b""
        raw = content.encode() if isinstance(content, str) else content
        line = {
            "at": time.time(),
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "raw": base64.b64encode(raw).decode(),
        }
        with (self.folder / "log.jsonl").open("a") as log:
            log.write(json.dumps(line) + "\n")
        if self._order("hang") is not None:
            await asyncio.sleep(3600)
        if self._order("drop") is not None and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        return "250 OK"


async def serve(port: int, folder: Path) -> None:
    """Listen until killed."""
    keeper = Keeper(folder)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(keeper, enable_SMTPUTF8=True, authenticator=keeper.authenticate, auth_require_tls=False),
        "127.0.0.1",
        port,
    )
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
