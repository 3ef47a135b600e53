"""The body of a rehearsed answer: beats played in time, and stopped at once when closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import httpx

from conversations.endpoint.rehearsal.encode import Beat, Then


def read_limit(request: httpx.Request) -> float | None:
    """The request's read timeout: a transport that is not httpcore has to keep it itself."""
    timeout = request.extensions.get("timeout") or {}
    limit = timeout.get("read")
    return float(limit) if limit is not None else None


class RehearsalStream(httpx.AsyncByteStream):
    """Plays each beat when it is due; a slow reader delays what follows and loses nothing."""

    def __init__(self, beats: Iterator[Beat], pace: float, limit: float | None) -> None:
        self._beats = beats
        self._pace = pace
        self._limit = limit
        self._due = asyncio.get_running_loop().time()
        self._waiting: asyncio.Future[None] | None = None
        self._closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for beat in self._beats:
            await self._until_due(beat.wait * self._pace)
            if beat.data:
                yield beat.data
            if beat.then is Then.HANG:
                await self._rest(None)
            if beat.then is Then.BREAK:
                raise httpx.ReadError("The connection was closed by the endpoint")

    async def aclose(self) -> None:
        self._closed = True
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    async def _until_due(self, wait: float) -> None:
        # Counted from when the last beat was due, so that a rate asked for is kept however
        # late each timer fires; a reader that lags behind is not made up for.
        now = asyncio.get_running_loop().time()
        self._due = max(self._due + wait, now)
        await self._rest(self._due - now)

    async def _rest(self, seconds: float | None) -> None:
        if seconds == 0:
            await asyncio.sleep(0)
        elif self._limit is not None and (seconds is None or seconds > self._limit):
            await self._pause(self._limit)
            if not self._closed:
                raise httpx.ReadTimeout("Nothing was heard from the endpoint")
        else:
            await self._pause(seconds)
        if self._closed:
            raise httpx.ReadError("The response was closed")

    async def _pause(self, seconds: float | None) -> None:
        """A sleep that aclose ends."""
        if self._closed:
            return
        loop = asyncio.get_running_loop()
        self._waiting = loop.create_future()
        timer = loop.call_later(seconds, self._wake) if seconds is not None else None
        try:
            await self._waiting
        finally:
            if timer is not None:
                timer.cancel()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
