"""`manage.py faults`: a seeded campaign of faults against real servers; see tests/faults."""

import asyncio
import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Runs for as long as it is told, and prints one line of figures for each layout."""

    help = "Break everything that can be broken while people chat, and count what was lost."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seconds", type=float, default=60, help="for each layout")
        parser.add_argument("--seed", type=int, help="a campaign's number; a random one if not set")
        parser.add_argument(
            "--layout",
            choices=("sqlite", "postgres", "busless", "both", "all"),
            default="both",
            help="both: sqlite and postgres; busless: postgres without Redis",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # Here and not above: it is part of the tests, which an installation need not have.
        from tests.faults.campaign import LAYOUTS_OF, campaign
        from tests.faults.site import Ground, folder

        seed = secrets.randbelow(1_000_000) if options["seed"] is None else options["seed"]
        sound = True
        for layout in LAYOUTS_OF[options["layout"]]:
            with folder() as place:
                ground = Ground(Path(place))
                figures = asyncio.run(campaign(ground, layout, options["seconds"], seed))
                ground.close()
            for note in figures.notes:
                self.stderr.write(note)
            self.stdout.write(str(figures))
            sound = sound and figures.sound
        if not sound:
            raise CommandError("Something was lost, doubled, stuck, differing or asked twice.")
