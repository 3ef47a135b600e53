"""`manage.py bench`: what the product costs beside a bare relay. tests/bench/ does the work."""

import asyncio
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Starts its own servers on loopback; nothing of this installation is touched."""

    help = "Measure the product and a bare relay under the same load, and print a table."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seconds", type=float, default=20, help="of each load (20)")

    def handle(self, *args: Any, **options: Any) -> None:
        from dataclasses import replace

        from tests.bench.measure import STEADY, WIDE, measure

        loads = [replace(load, seconds=options["seconds"]) for load in (STEADY, WIDE)]
        asyncio.run(measure(loads))
