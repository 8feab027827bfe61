"""The broker the product embeds, under a test's control."""

from django.conf import settings
from redis import Redis

from aftercare import onemachine
from tests.servers.processes import Process


class Broker(Process):
    """A private Valkey on the socket that the settings name."""

    def __init__(self) -> None:
        super().__init__(onemachine.broker(settings.BROKER_SOCKET, settings.VAR / "broker"))

    @property
    def client(self) -> Redis:
        """For looking inside."""
        return Redis(unix_socket_path=str(settings.BROKER_SOCKET))

    def waiting(self, queue: str) -> int:
        """Messages in a queue that no worker has taken."""
        return int(self.client.llen(f"aftercare:{queue}"))

    def forget_everything(self) -> None:
        """What a failover or an eviction may do."""
        self.client.flushall()
