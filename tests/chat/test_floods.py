"""A page that sends more than it may: it is closed, and costs neither memory nor the others."""

import asyncio
import uuid
from collections.abc import Iterator

import psutil
import pytest
from pytest_django import DjangoDbBlocker
from websockets.exceptions import ConnectionClosed

from tests.serving import Process, Site, Socket

ABUSE = 4400
MOST_MEMORY = 40 * 1024 * 1024


@pytest.fixture(scope="module")
def process(django_db_blocker: DjangoDbBlocker) -> Iterator[Process]:
    with django_db_blocker.unblock(), Site() as site:
        yield site.start()


async def flood(socket: Socket, frame: str, times: int) -> None:
    for _ in range(times):
        await socket.send(frame)
    while True:
        await socket.receive()


@pytest.mark.parametrize(
    ("frame", "times"),
    [
        ('{"type":"list"}', 20_000),
        ("no frame at all", 20_000),
        ("x" * 1_000_000, 1_000),
    ],
    ids=["small", "malformed", "large"],
)
async def test_a_flood_ends_with_its_socket(process: Process, frame: str, times: int) -> None:
    """Sent as fast as the line takes it, without reading a single answer."""
    site = process.site
    noisy, quiet = (
        site.add_person(f"{name}-{uuid.uuid4().hex[:8]}") for name in ("noisy", "quiet")
    )
    program = psutil.Process(process.pid)
    async with process.socket(site.session(quiet)) as other:
        assert (await other.receive())["type"] == "welcome"
        before = program.memory_info().rss
        async with process.socket(site.session(noisy)) as socket:
            with pytest.raises(ConnectionClosed) as closed:
                async with asyncio.timeout(60):
                    await flood(socket, frame, times)
        # Who is still sending when the server has closed may see a reset instead of the code.
        assert closed.value.rcvd is None or closed.value.rcvd.code == ABUSE
        assert program.memory_info().rss - before < MOST_MEMORY
        await other.send({"type": "list", "ref": 1})
        await other.until(ref=1)
    assert "Traceback" not in process.output()
