"""What goes down one socket: in order, in one coroutine, and never more than the reader takes.

daphne buffers without bound for a client that does not read, and says nothing of it. So the page
is asked at times how far it is (`ping` with a mark, answered by `pong`), and no more than WINDOW
is ever under way beyond the last answer.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from conversations.chat.frames import encode, encode_news
from conversations.turns.news import News, Snapshot, Tail
from conversations.turns.pieces import weight

logger = logging.getLogger(__name__)

WINDOW = 256 * 1024
"""Characters under way beyond the last mark that was answered."""
MARK_EVERY = 64 * 1024
"""Characters after which a mark is sent along."""
WAITING_LIMIT = 500
WAITING_MOST = 4 * WINDOW
"""Frames, and characters of them, that may wait for a reader; with more, the socket is closed."""


Outgoing = dict[str, Any] | News | Snapshot


class Overflow(Exception):
    """The reader does not take what is sent."""


class Outbox:
    """The frames that wait for one socket.

    Args:
        send: sends one text.
        opened: called when the reader has caught up after it had not.
    """

    def __init__(self, send: Callable[[str], Awaitable[None]], opened: Callable[[], None]) -> None:
        self._send = send
        self._opened = opened
        self._frames: deque[str | News | Snapshot] = deque()
        self._pings: deque[str] = deque()
        self._queued = 0
        self._wake = asyncio.Event()
        self._marks: deque[tuple[int, int]] = deque()
        self._mark = self._sent = self._taken = self._marked = 0
        self.behind = False
        self.heard_at = self.marked_at = self._moved_at = time.monotonic()

    @property
    def full(self) -> bool:
        """Whether what waits and what is under way is as much as the reader may be behind."""
        return self._sent + self._queued - self._taken >= WINDOW

    def put(self, frame: Outgoing) -> None:
        """Queue a frame.

        Raises:
            Overflow: too many wait already.
        """
        if len(self._frames) >= WAITING_LIMIT or (self.behind and self._queued >= WAITING_MOST):
            raise Overflow
        waiting = encode(frame) if isinstance(frame, dict) else frame
        self._frames.append(waiting)
        self._queued += _weight(waiting)
        self._wake.set()

    def stuck_for(self, now: float) -> float:
        """Seconds for which the reader has been behind and has answered no mark."""
        return now - self._moved_at if self.behind else 0.0

    def mark(self) -> None:
        """Ask the page how far it is."""
        self._mark += 1
        self._marked, self.marked_at = self._sent, time.monotonic()
        self._marks.append((self._mark, self._sent))
        self._pings.append(encode({"type": "ping", "mark": self._mark}))
        self._wake.set()

    def answered(self, mark: int) -> bool:
        """Take the page's word for a mark; one that was never sent says nothing, and is False."""
        before = len(self._marks)
        while self._marks and self._marks[0][0] <= mark <= self._mark:
            self._taken = self._marks.popleft()[1]
            self._moved_at = time.monotonic()
        if self.behind and self._sent - self._taken < WINDOW:
            self.behind = False
            self._wake.set()
        if not self.full:
            self._opened()
        return len(self._marks) < before

    async def run(self) -> None:
        """Send until cancelled, or until the socket is gone."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._pings or (self._frames and not self.behind):
                await self._send_one()

    async def _send_one(self) -> None:
        """Send a ping, which always gets through, or else the next frame."""
        if self._pings:
            text = self._pings.popleft()
        else:
            frame = self._frames.popleft()
            self._queued -= _weight(frame)
            text = frame if isinstance(frame, str) else encode_news(frame)
        await self._send(text)
        self._sent += len(text)
        if self._sent - self._marked > MARK_EVERY:
            self.mark()
        was, self.behind = self.behind, self._sent - self._taken >= WINDOW
        if self.behind and not was:
            self._moved_at = time.monotonic()


def _weight(frame: str | News | Snapshot) -> int:
    """How many characters a frame will be, or about as many."""
    if isinstance(frame, str):
        return len(frame)
    return weight(frame.pieces) if isinstance(frame, Tail | Snapshot) else 0
