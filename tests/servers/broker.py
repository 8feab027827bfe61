"""The broker the product embeds, under a test's control."""

from pathlib import Path

from django.conf import settings
from redis import Redis

from aftercare import onemachine
from tests.servers.processes import Process


class Broker(Process):
    """A private Valkey on the socket that the settings name, or on one in a folder of its own."""

    def __init__(self, folder: Path | None = None) -> None:
        self.socket = folder / "broker.sock" if folder else settings.BROKER_SOCKET
        super().__init__(onemachine.broker(self.socket, (folder or settings.VAR) / "broker"))

    @property
    def client(self) -> Redis:
        """For looking inside."""
        return Redis(unix_socket_path=str(self.socket))

    def waiting(self, queue: str) -> int:
        """Messages in a queue that no worker has taken."""
        return int(self.client.llen(f"aftercare:{queue}"))

    def forget_everything(self) -> None:
        """What a failover or an eviction may do."""
        self.client.flushall()
