"""An endpoint that does as it is told: raw bytes on a loopback socket, one script for each request.

    async with Scripted(Script([event, 0.1, event]), default=Script([CUT])) as server:
        ... server.url ... server.requests

By itself, for trying things by hand: python -m tests.endpoint.scripted --port 8901 --events 100
"""

import argparse
import asyncio
import contextlib
import json
import socket
import struct
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal, Self


class Act(Enum):
    """What a script can do besides sending bytes and waiting."""

    CUT = "close the connection, whatever was announced"
    RESET = "close it with a reset"
    HANG = "send nothing further until the client leaves"


CUT, RESET, HANG = Act.CUT, Act.RESET, Act.HANG
Step = bytes | float | Act | asyncio.Event


@dataclass(frozen=True)
class Script:
    """One answer. Steps are bytes of the body, seconds to wait, an event to wait for, or an act.

    `chunked` frames each step's bytes as an HTTP chunk, so that an end before the last chunk is
    known to be none; `close` ends the body by closing. With status None nothing is sent before the
    steps, and their bytes are the whole answer.
    """

    steps: Sequence[Step] = ()
    status: int | None = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/event-stream"),)
    framing: Literal["chunked", "close"] = "chunked"


@dataclass
class Recorded:
    """One request as it arrived."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    at: float
    left: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the client closed the connection before the script was done."""

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def json(self) -> Any:
        return json.loads(self.body)


Answer = Script | Callable[[Recorded], Script]


class Scripted:
    """Serves its scripts in the order of the requests, then `default` for ever."""

    def __init__(self, *scripts: Answer, default: Answer | None = None) -> None:
        self.scripts = list(scripts)
        self.default = default
        self.requests: list[Recorded] = []
        self.connections = 0
        self.asked = asyncio.Event()
        """Set by the first request."""
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", port)

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            while await self._serve(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()
            self._tasks.discard(task)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request; whether the connection can take another."""
        recorded = await _read_request(reader)
        self.requests.append(recorded)
        self.asked.set()
        answer = self.scripts.pop(0) if self.scripts else self.default
        if answer is None:
            raise AssertionError("the client asked once more than the scripts foresee")
        script = answer(recorded) if callable(answer) else answer
        if script.status is not None:
            writer.write(_head(script))
        performance = asyncio.create_task(_perform(script, writer))
        departure = asyncio.create_task(reader.read(1))
        try:
            await asyncio.wait({performance, departure}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            departure.cancel()
            performance.cancel()
            done, _ = await asyncio.gather(performance, departure, return_exceptions=True)
        if isinstance(done, BaseException):
            recorded.left.set()
        return done is True and script.framing == "chunked" and script.status is not None


async def _read_request(reader: asyncio.StreamReader) -> Recorded:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, target, _ = first.split(" ")
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
    return Recorded(method, target, headers, await reader.readexactly(length), time.monotonic())


def _head(script: Script) -> bytes:
    framing = {"chunked": "Transfer-Encoding: chunked", "close": "Connection: close"}
    lines = [f"HTTP/1.1 {script.status} Scripted", framing[script.framing]]
    lines += [f"{name}: {value}" for name, value in script.headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


async def _perform(script: Script, writer: asyncio.StreamWriter) -> bool:
    """Whether it came to its end."""
    chunked = script.framing == "chunked" and script.status is not None
    for step in script.steps:
        match step:
            case bytes():
                if step:
                    writer.write(b"%x\r\n%s\r\n" % (len(step), step) if chunked else step)
                await writer.drain()
            case Act.CUT:
                return False
            case Act.RESET:
                _reset(writer)
                return False
            case Act.HANG:
                await asyncio.Event().wait()
            case asyncio.Event():
                await step.wait()
            case _:
                await asyncio.sleep(step)
    if chunked:
        writer.write(b"0\r\n\r\n")
        await writer.drain()
    return True


def _reset(writer: asyncio.StreamWriter) -> None:
    sock: socket.socket = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def counting(events: int, every: float) -> Script:
    """A stream that counts, for trying things by hand."""
    steps: list[Step] = []
    for number in range(events):
        last = {"finishReason": "STOP"} if number == events - 1 else {}
        candidate = {"content": {"role": "model", "parts": [{"text": f"{number} "}]}, **last}
        steps += [b"data: %s\r\n\r\n" % json.dumps({"candidates": [candidate]}).encode(), every]
    return Script(steps)


async def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--events", type=int, default=50)
    parser.add_argument("--every", type=float, default=0.05)
    options = parser.parse_args()
    server = Scripted(default=counting(options.events, options.every))
    await server.start(options.port)
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main())
