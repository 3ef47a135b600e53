"""The same news to other processes, through the channel layer: one message for each commit.

The bus only makes things faster. What it loses is found in the database by `live`'s looking
around, 2 s later at most.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from channels.layers import get_channel_layer

from conversations.turns.news import (
    Changed,
    Drafted,
    Folders,
    Gone,
    News,
    PresetsChanged,
    Started,
    Tail,
    TurnEnd,
    TurnState,
)

logger = logging.getLogger(__name__)

GROUP = "news"
KINDS: dict[str, type[News]] = {
    kind.__name__: kind
    for kind in (Tail, TurnState, TurnEnd, Changed, Started, PresetsChanged, Gone, Folders, Drafted)
}
QUEUE_LIMIT = 1_000
"""Commits that may wait for the bus; with more, the oldest are dropped and found by looking."""
BACK_OFF = 1.0


class Bus:
    """One channel of this process in one group of all.

    Args:
        owner: this process's name, so that it does not hear itself.
        hear: called with the news from other processes.
        stop: called with the id of a turn that another process wants stopped.
    """

    def __init__(
        self,
        owner: str,
        hear: Callable[[Sequence[News]], None],
        stop: Callable[[str], None],
    ) -> None:
        self.owner = owner
        self._hear = hear
        self._stop = stop
        self._layer = get_channel_layer()
        self._outgoing: asyncio.Queue[dict[str, Any]] = asyncio.Queue(QUEUE_LIMIT)
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Join the others, if there is a layer to join them through."""
        if self._layer is not None:
            loop = asyncio.get_running_loop()
            self._tasks = [loop.create_task(self._send()), loop.create_task(self._receive())]

    def close(self) -> None:
        for task in self._tasks:
            task.cancel()

    def publish(self, news: Sequence[News]) -> None:
        """Tell the other processes, if there is a way to."""
        if news and self._tasks:
            self._put({"news": [[type(item).__name__, asdict(item)] for item in news]})

    def request_stop(self, turn_id: str) -> None:
        """Tell whoever runs this turn to look at its stop flag now."""
        self._put({"stop": turn_id})

    def _put(self, message: dict[str, Any]) -> None:
        if not self._tasks:
            return
        if self._outgoing.full():
            self._outgoing.get_nowait()
        self._outgoing.put_nowait({"type": "news", "from": self.owner, **message})

    async def _send(self) -> None:
        assert self._layer is not None
        while True:
            message = await self._outgoing.get()
            try:
                await self._layer.group_send(GROUP, message)
            except Exception as error:
                # Whatever the layer's store raises: the news are in the database all the same.
                logger.warning("The bus did not take a message (%s)", type(error).__name__)
                await asyncio.sleep(BACK_OFF)

    async def _receive(self) -> None:
        assert self._layer is not None
        while True:
            try:
                channel = await self._layer.new_channel()
                await self._layer.group_add(GROUP, channel)
                while True:
                    self._take(await self._layer.receive(channel))
            except Exception as error:
                logger.warning("The bus is not heard (%s), joining again", type(error).__name__)
                # The layer would go on filling the queue of the channel that is left.
                with contextlib.suppress(Exception):
                    await self._layer.flush()
                await asyncio.sleep(BACK_OFF)

    def _take(self, message: dict[str, Any]) -> None:
        if message["from"] == self.owner:
            return
        if "stop" in message:
            self._stop(message["stop"])
        try:
            news = [KINDS[name](**fields) for name, fields in message.get("news", ())]
        except (KeyError, TypeError):
            # From a process of another version, during an upgrade: it is in the database too.
            logger.warning("The bus brought news of an unknown form")
        else:
            self._hear(news)
