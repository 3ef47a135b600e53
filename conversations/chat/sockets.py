"""The open sockets of this process, for the day they must all be closed."""

import asyncio
import contextlib
import secrets
from typing import Protocol

RESTART = 1012
SPREAD_MS = 1_500
"""Over how long the pages come back, so that they do not all come at once."""


class Socket(Protocol):
    """What is needed of a consumer."""

    async def _send(self, text: str) -> None: ...

    async def close(self, code: int) -> None: ...


_open: set[Socket] = set()


def opened(socket: Socket) -> None:
    """A socket is to be closed with the others."""
    _open.add(socket)


def closed(socket: Socket) -> None:
    """A socket is gone."""
    _open.discard(socket)


async def close_all(say_goodbye: str) -> None:
    """Tell each page when to come back, and close it.

    Args:
        say_goodbye: a frame with %d for the milliseconds to wait.
    """
    for socket in tuple(_open):
        # One that is closing already refuses; the others must hear it all the same.
        with contextlib.suppress(Exception):
            await socket._send(say_goodbye % (200 + secrets.randbelow(SPREAD_MS)))
            await socket.close(RESTART)
    await asyncio.sleep(0.1)
