"""`manage.py up`: the whole product on one machine, until Ctrl-C."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from aftercare import onemachine
from aftercare.environment import env


class Command(BaseCommand):
    """Start broker, mail catcher, web server, worker and beat in order; stop them in order."""

    help = "Runs the whole product on this machine until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The address to listen on; PORT and HOST in the environment do the same."""
        parser.add_argument("--port", type=int, default=env.int("PORT", 8000))
        parser.add_argument("--host", default=env.str("HOST", "127.0.0.1"))

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        """Run until stopped. A start that cannot succeed says why and exits with code 1."""
        try:
            lived_well = onemachine.run(host, port, settings.VAR, self.say)
        except onemachine.CannotStart as problem:
            raise CommandError(str(problem)) from problem
        if not lived_well:
            raise CommandError("Stopped, because a part kept dying. Its last words are above.")

    def say(self, text: str) -> None:
        """Print at once, so that the address is seen where output is piped."""
        self.stdout.write(text)
        self.stdout.flush()
