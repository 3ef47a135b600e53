"""A time limit on each of many short waits."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from conversations.endpoint.errors import StalledError

_T = TypeVar("_T")


class Patience:
    """Lets each wait take so many seconds, then ends it with a StalledError.

    What `asyncio.timeout` does, with one timer for all the waits: it is set once and looks, when it
    goes off, how long the current wait has lasted. A timer for each read took half as much time as
    decoding what was read. The waits follow each other; `end` after the last.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._timer: asyncio.TimerHandle | None = None
        self._waiting: asyncio.Task[object] | None = None
        self._until = 0.0
        self._expired = False

    async def wait(self, step: Awaitable[_T]) -> _T:
        loop = asyncio.get_running_loop()
        self._waiting = task = asyncio.current_task()
        self._until = loop.time() + self._seconds
        if self._timer is None:
            self._timer = loop.call_at(self._until, self._look, loop)
        cancelled_before = task.cancelling() if task is not None else 0
        try:
            return await step
        except asyncio.CancelledError:
            # Whoever else cancelled this task meanwhile must still be heard.
            if self._expired and task is not None and task.uncancel() <= cancelled_before:
                raise StalledError(f"nothing came for {self._seconds:g} s") from None
            raise
        finally:
            self._waiting = None

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        if self._waiting is None:
            return
        if loop.time() < self._until:
            self._timer = loop.call_at(self._until, self._look, loop)
            return
        self._expired = True
        self._waiting.cancel()
