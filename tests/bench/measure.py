"""`manage.py bench`: both sides under the same load in one run, and a table of what it cost."""

import asyncio
import contextlib
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.bench.drive import Load, Seen, product_stream, relay_stream, spread

ROOT = Path(__file__).resolve().parents[2]
Stream = Callable[[int, Load, Seen], Awaitable[None]]
"""Drives one of a load's streams, by its number."""

STEADY = Load(50, 20, 20)
WIDE = Load(200, 5, 20)
WARM_UP = Load(5, 20, 2)
STARTS_A_SECOND = 20
"""How fast the streams of a load begin: people do not all press Enter at once."""


@dataclass(frozen=True)
class Figures:
    """One side under one load."""

    side: str
    load: Load
    seen: Seen
    cpu_us: float
    memory_mb: float

    def row(self) -> str:
        added = statistics.quantiles(self.seen.added, n=100) if self.seen.added else [0.0] * 99
        asked = statistics.median(self.seen.asked) if self.seen.asked else 0.0
        return (
            f"{self.side:<11}{self.load!s:<19}{self.seen.ended:>5}{self.seen.chunks:>8}"
            f"{self.cpu_us:>9.0f}{added[49]:>8.1f}{added[94]:>8.1f}{added[98]:>8.1f}"
            f"{asked:>9.1f}{self.memory_mb:>8.0f}"
        )


HEADING = (
    f"{'side':<11}{'load':<19}{'ended':>5}{'chunks':>8}{'us/chunk':>9}{'p50 ms':>8}{'p95 ms':>8}"
    f"{'p99 ms':>8}{'ask ms':>9}{'MB':>8}"
)


@contextlib.contextmanager
def program(command: list[str], env: dict[str, str]) -> Iterator[tuple[psutil.Process, str]]:
    """A process of ours, and the last word of the first line that it prints."""
    with subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env={**os.environ, **env},
        stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line:
                raise RuntimeError(f"{' '.join(command)} did not start")
            yield psutil.Process(process.pid), line.split()[-1]
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


async def under_load(side: str, load: Load, process: psutil.Process, stream: Stream) -> Figures:
    """Run a load and take the process's CPU time and memory for it."""
    seen = Seen()

    async def one(number: int) -> None:
        await asyncio.sleep(number / STARTS_A_SECOND)
        await stream(number, load, seen)

    before = process.cpu_times()
    tasks = [asyncio.create_task(one(number)) for number in range(load.streams)]
    await spread(tasks, load.seconds + load.streams / STARTS_A_SECOND + 30)
    after = process.cpu_times()
    spent = after.user + after.system - before.user - before.system
    memory = process.memory_info().rss / 2**20
    return Figures(side, load, seen, spent * 1e6 / max(seen.chunks, 1), memory)


async def measure_relay(endpoint: str, loads: list[Load]) -> list[Figures]:
    found: list[Figures] = []
    with program(["-m", "tests.bench.relay", endpoint], {}) as (process, port):
        address = f"ws://127.0.0.1:{port}"

        async def stream(_number: int, load: Load, seen: Seen) -> None:
            await relay_stream(address, load, seen)

        await under_load("", WARM_UP, process, stream)
        for load in loads:
            found += [await under_load("bare relay", load, process, stream)]
    return found


async def measure_product(endpoint: str, loads: list[Load], folder: Path) -> list[Figures]:
    env = {
        "DATA_DIR": str(folder),
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "GEMINI_BASE_URL": endpoint,
        "GEMINI_API_KEY": "bench",
        "LOG_LEVEL": "WARNING",
    }
    prepare = [sys.executable, "-m", "tests.bench.people", str(max(load.streams for load in loads))]
    made = await asyncio.to_thread(
        subprocess.run, prepare, cwd=ROOT, env={**os.environ, **env}, check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    cookies = made.stdout.split()
    found: list[Figures] = []
    with program(["manage.py", "serve", "--port", "0"], env) as (process, url):
        address = f"{url.replace('http:', 'ws:')}ws/"
        await asyncio.sleep(1)
        print(f"product, idle: {process.memory_info().rss / 2**20:.0f} MB")

        async def stream(number: int, load: Load, seen: Seen) -> None:
            await product_stream(address, cookies[number], load, seen)

        await under_load("", WARM_UP, process, stream)
        for load in loads:
            run = await under_load("product", load, process, stream)
            found.append(run)
            print(f"product, {load}: {stored_as_shown(folder, run.seen)}")
    return found


def stored_as_shown(folder: Path, seen: Seen) -> str:
    """Whether each text that a client was shown is in the database, to the letter."""
    with contextlib.closing(sqlite3.connect(folder / "thinkalong.sqlite3")) as database:
        rows = database.execute(
            "SELECT t.id, m.answer_text FROM conversations_turn t"
            " JOIN conversations_message m ON m.id = t.reply_id"
        )
        stored = {row[0]: row[1] for row in rows}
    wrong = sum(stored.get(turn.replace("-", "")) != text for turn, text in seen.text.items())
    return f"{len(seen.text)} texts shown, {wrong} of them not stored as they were shown"


async def measure(loads: list[Load]) -> None:
    """Measure both sides and print the table."""
    with program(["-m", "tests.bench.upstream"], {}) as (_process, port):
        endpoint = f"http://127.0.0.1:{port}"
        rows = await measure_relay(endpoint, loads)
        with tempfile.TemporaryDirectory(prefix="thinkalong-bench-") as folder:
            rows += await measure_product(endpoint, loads, Path(folder))
    print(HEADING)
    for row in rows:
        print(row.row())
    print(
        "us/chunk: CPU of the serving process for each chunk. ms: from the endpoint's write to\n"
        "the client. ask: from the client's send to the request at the endpoint, median.\n"
        f"Streams begin at {STARTS_A_SECOND} a second."
    )
