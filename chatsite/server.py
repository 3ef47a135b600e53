"""daphne, with what it lacks: a start, an end, and a cap on bodies.

daphne leaves 0.2 s after SIGTERM, and what runs detached dies without a word (measured). Here the
first signal drains: new turns are refused, running ones may end, the rest is stored as
interrupted, and the pages are told to come back.
"""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Callable
from typing import Any

from daphne.server import Server as Daphne
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import reactor as installed_reactor

from chatsite.asgi import application
from chatsite.bodies import CappedFactory, CappedRequest
from conversations.chat import sockets
from conversations.chat.streams import TAKEN
from conversations.turns.live import get_live

reactor: Any = installed_reactor
FRAME_LIMIT = 1024 * 1024
"""Bytes in a frame beyond which daphne closes; up to it the consumer answers."""
WAITING_FRAMES, WAITING_BYTES = 300, 4 * 1024 * 1024
"""Frames of one page, and bytes of them, that may wait for the consumer: many times what a page
sends when it comes back after a while. daphne itself would queue them without bound."""
ABUSE = 4400
GOODBYE = '{"type":"bye","after":%d}'


class ClosingProtocol(WebSocketProtocol):
    """Closes with any code, writes at once, and lets only so much wait for the consumer.

    autobahn's own sendClose refuses 1012, which is what a restart is.
    """

    _waiting = 0

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # autobahn's names
        queued = self.application_queue.qsize()
        self._waiting = len(payload) + (self._waiting if queued else 0)
        if queued >= WAITING_FRAMES or self._waiting > WAITING_BYTES:
            self.muted = True
            self.serverClose(ABUSE)
            return
        super().onMessage(payload, isBinary)

    def sendMessage(self, *words: Any, **options: Any) -> None:
        """Send a message of any length: autobahn's limit is for both directions, ours for one."""
        self.maxMessagePayloadSize = 0
        try:
            super().sendMessage(*words, **options)
        finally:
            self.maxMessagePayloadSize = FRAME_LIMIT

    def sendData(self, data: bytes, sync: bool = False, chopsize: int | None = None) -> None:
        """Write what fits into the kernel's buffer, where nothing is waiting before it.

        Twisted would ask epoll for the socket, come back in the next round, write, and ask epoll
        to forget it: two system calls and a callback for each frame, on sockets that are nearly
        always free. autobahn's own adds the cost of a log line that nobody reads.
        """
        transport = self.transport
        waiting = transport.dataBuffer or transport._tempDataBuffer or self.send_queue
        if sync or chopsize or waiting or not transport.connected:
            super().sendData(data, sync, chopsize)
            return
        sent = transport.writeSomeData(data)
        if not isinstance(sent, int):
            # The connection is gone; Twisted finds that out by itself and tells everybody.
            sent = 0
        if sent < len(data):
            transport.write(data[sent:])

    def serverClose(self, code: int | None = None) -> None:  # daphne's name
        self.sendCloseFrame(code=1000 if code is None else code, isReply=False)


class Server(Daphne):
    """daphne on a socket that is already open.

    Args:
        listener: the listening socket.
        ready: called when people can come in.
    """

    def __init__(self, listener: socket.socket, ready: Callable[[], None]) -> None:
        super().__init__(
            application,
            endpoints=["a socket that is open already"],
            signal_handlers=False,
            websocket_max_message_size=FRAME_LIMIT,
            websocket_max_frame_size=FRAME_LIMIT,
            websocket_timeout=-1,
            http_timeout=120,
            ready_callable=self._begin,
            server_name="thinkalong",
        )
        self.endpoints: list[str] = []
        self._listener = listener
        self._ready = ready
        self._ending: asyncio.Task[None] | None = None
        self.failure: Exception | None = None
        """What kept it from starting, after `run`."""

    def _begin(self) -> None:
        self.http_factory = CappedFactory(self)
        self.ws_factory.protocol = ClosingProtocol
        loop = asyncio.get_event_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError):
                loop.add_signal_handler(number, self._signalled)
        self._starting = loop.create_task(self._start())

    async def _start(self) -> None:
        try:
            await application.start()
        except Exception as error:
            self.failure = error
            reactor.stop()
            return
        self._listener.setblocking(False)
        reactor.adoptStreamPort(self._listener.fileno(), self._listener.family, self.http_factory)
        self._ready()

    def create_application(self, protocol: Any, scope: Any) -> Any:  # daphne's name
        if isinstance(protocol, CappedRequest):
            scope[TAKEN] = protocol.taken
        return super().create_application(protocol, scope)

    async def handle_reply(self, protocol: Any, message: Any) -> None:  # daphne's name
        await super().handle_reply(protocol, message)
        if isinstance(protocol, CappedRequest):
            await protocol.room.wait()

    def _signalled(self) -> None:
        """The first signal drains; a second one does not wait any longer."""
        if self._ending is not None:
            os._exit(1)
        self._ending = asyncio.get_running_loop().create_task(self._end())

    async def _end(self) -> None:
        try:
            await get_live().drain()
            await sockets.close_all(GOODBYE)
        finally:
            reactor.stop()
