"""The same client for the product and for the bare relay: many sockets, one question each."""

import asyncio
import json
import re
import time
import uuid
from dataclasses import dataclass, field

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from tests.bench.upstream import question

SENT = re.compile(r"\[(\d+\.\d+)\]")
TAKEN = re.compile(r"<(\d+\.\d+)>")


@dataclass
class Seen:
    """What the clients of one run saw: milliseconds, chunks, and streams that ended."""

    added: list[float] = field(default_factory=list)
    asked: list[float] = field(default_factory=list)
    chunks: int = 0
    ended: int = 0
    text: dict[str, str] = field(default_factory=dict)

    def take(self, text: str) -> None:
        now = time.monotonic()
        for sent in SENT.findall(text):
            self.added.append((now - float(sent)) * 1000)
            self.chunks += 1
        self.asked += [float(taken) * 1000 for taken in TAKEN.findall(text)]


@dataclass(frozen=True)
class Load:
    """So many streams, each of so many chunks at so many a second."""

    streams: int
    rate: float
    seconds: float

    @property
    def chunks(self) -> int:
        return round(self.rate * self.seconds)

    def __str__(self) -> str:
        return f"{self.streams} x {self.rate:g}/s, {self.seconds:g} s"


async def relay_stream(address: str, load: Load, seen: Seen) -> None:
    async with connect(address, max_size=None, ping_interval=None) as socket:
        await socket.send(question(load.chunks, load.rate))
        async for message in socket:
            frame = json.loads(message)
            if "end" in frame:
                seen.ended += 1
                return
            seen.take(frame["text"])


async def product_stream(address: str, cookie: str, load: Load, seen: Seen) -> None:
    headers = {"Cookie": cookie}
    origin = Origin(address.replace("ws:", "http:").removesuffix("/ws/"))
    async with connect(
        address, origin=origin, additional_headers=headers, max_size=None, ping_interval=None
    ) as socket:
        await socket.recv()
        asked = {"type": "send", "id": str(uuid.uuid4()), "text": question(load.chunks, load.rate)}
        await socket.send(json.dumps(asked))
        await product_frames(socket, seen)


async def product_frames(socket: ClientConnection, seen: Seen) -> None:
    text: list[str] = []
    async for message in socket:
        frame = json.loads(message)
        kind = frame["type"]
        if kind in ("tail", "snapshot"):
            for _kind, content in frame["pieces"]:
                seen.take(content)
                text.append(content)
        elif kind == "accepted":
            turn = frame["turn"]["id"]
            await socket.send(json.dumps({"type": "join", "turn": turn, "at": 0}))
        elif kind == "ping":
            await socket.send(json.dumps({"type": "pong", "mark": frame["mark"]}))
        elif kind == "end":
            seen.ended += frame["turn"]["outcome"]["name"] == "complete"
            seen.text[frame["turn"]["id"]] = "".join(text)
            return
        elif kind == "error":
            raise RuntimeError(frame["message"])


async def spread(streams: list[asyncio.Task[None]], limit: float) -> None:
    """Wait for all streams, but not for ever; those that failed are counted as not ended."""
    done, late = await asyncio.wait(streams, timeout=limit)
    for task in late:
        task.cancel()
    failures = [task.exception() for task in done if task.exception() is not None]
    if failures:
        print(f"  {len(failures)} streams failed, the first with: {failures[0]!r}")
