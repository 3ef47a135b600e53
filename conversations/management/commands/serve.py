"""`manage.py serve`: daphne with our way of ending. `start` prepares everything, then does this."""

import gc
import logging
import os
import socket
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from chatsite.listening import listen

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Serves until SIGTERM or SIGINT, then drains: see conversations.turns.live."""

    help = "Serve on HOST and PORT (nothing is migrated or collected: that is `start`)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--port", type=int, default=settings.PORT, help="0 for a free one")
        parser.add_argument(
            "--fd", type=int, help="a listening socket that the caller has opened, instead"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["fd"] is None:
            listener = listen(options["host"], options["port"])
        else:
            listener = socket.socket(fileno=options["fd"])
        host, port = listener.getsockname()[:2]
        # Imported late: daphne installs Twisted's reactor when it is imported.
        from chatsite.server import Server

        # A thread that comes back from the database waits for the interpreter until the loop
        # yields: by default 5 ms, several times for each commit.
        sys.setswitchinterval(0.0005)
        # What is imported stays for good, and what a chunk makes is gone with it: looking through
        # all of it for cycles every 700 objects would only cost.
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)
        shown = f"[{host}]" if ":" in host else host
        server = Server(
            listener, lambda: self.stdout.write(f"Thinkalong is at http://{shown}:{port}/")
        )
        server.run()
        if server.failure is not None:
            raise CommandError(f"The server did not start: {server.failure}") from server.failure
        # daphne leaves threads behind that would hold up the exit; all is stored and closed.
        logging.shutdown()
        self.stdout.flush()
        os._exit(0)
