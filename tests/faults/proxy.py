"""A TCP proxy on loopback that does to a line what networks do to lines.

It always reads, and so never slows a sender down: a slow reader has to be one itself.
"""

import asyncio
import contextlib
import socket
import struct
from typing import Self

PIECE = 65_536


class Line:
    """One connection through the proxy, two directions."""

    def __init__(self, near: asyncio.StreamWriter, far: asyncio.StreamWriter) -> None:
        self.near, self.far = near, far
        self.ended = asyncio.Event()
        self.ended_by = ""

    def cut(self) -> None:
        """Close both ends, as a proxy that is restarted does."""
        self.near.close()
        self.far.close()

    def reset(self) -> None:
        """Close both ends with a reset, whatever is under way."""
        for writer in (self.near, self.far):
            raw: socket.socket = writer.get_extra_info("socket")
            with contextlib.suppress(OSError):
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()


class Proxy:
    """Forwards to `port`. The fields may be changed at any time, for lines that exist as well.

    Attributes:
        delay: seconds that each piece waits.
        slices: bytes in a piece.
        dark: forwards nothing in either direction, closes nothing: a line gone silently.
        mute: forwards nothing back to the client.
        refusing: takes no new connection.
    """

    def __init__(self, port: int) -> None:
        self.target = port
        self.delay = 0.0
        self.slices = PIECE
        self.refusing = False
        self.lines: set[Line] = set()
        self._dark, self._mute = False, False
        self._light = asyncio.Event()
        self._light.set()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def dark(self) -> bool:
        return self._dark

    @dark.setter
    def dark(self, dark: bool) -> None:
        self._dark = dark
        self._changed()

    @property
    def mute(self) -> bool:
        return self._mute

    @mute.setter
    def mute(self, mute: bool) -> None:
        self._mute = mute
        self._changed()

    def cut(self) -> None:
        for line in tuple(self.lines):
            line.cut()

    def reset(self) -> None:
        for line in tuple(self.lines):
            line.reset()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def _changed(self) -> None:
        """Wake whoever waits for light, so that it looks again."""
        self._light.set()
        self._light = asyncio.Event()

    async def _accept(self, near: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._join(near, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            self._tasks.discard(task)

    async def _join(self, near: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refusing:
            return
        far, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        line = Line(writer, far_writer)
        self.lines.add(line)
        there, back = Held(), Held()
        pumps = {
            asyncio.create_task(take(near, there), name="the client"),
            asyncio.create_task(take(far, back), name="the server"),
            asyncio.create_task(self._give(there, far_writer, back=False), name="the client"),
            asyncio.create_task(self._give(back, writer, back=True), name="the server"),
        }
        try:
            done, _ = await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            line.ended_by = done.pop().get_name()
        finally:
            line.ended.set()
            self.lines.discard(line)
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            far_writer.close()

    async def _give(self, held: "Held", writer: asyncio.StreamWriter, *, back: bool) -> None:
        while True:
            data = await held.get()
            for at in range(0, len(data), self.slices):
                while self._dark or (back and self._mute):
                    await self._light.wait()
                if self.delay:
                    await asyncio.sleep(self.delay)
                writer.write(data[at : at + self.slices])
                await writer.drain()


class Held:
    """Bytes under way in one direction; a line that is dark holds as many as come."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._came = asyncio.Event()

    def put(self, data: bytes) -> None:
        self._pieces.append(data)
        self._came.set()

    async def get(self) -> bytes:
        await self._came.wait()
        self._came.clear()
        data, self._pieces = b"".join(self._pieces), []
        return data


async def take(reader: asyncio.StreamReader, held: Held) -> None:
    """Read until the end, also while nothing is forwarded, so that an end is always noticed."""
    while data := await reader.read(PIECE):
        held.put(data)
