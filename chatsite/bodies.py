"""Bodies in both directions: capped, handed on as they come, and held where nobody takes them."""

import asyncio
import contextvars
from typing import Any, cast

from daphne.http_protocol import HTTPFactory, WebRequest
from twisted.internet import reactor as installed_reactor

from conversations.chat.streams import STREAMED

reactor: Any = installed_reactor
BODY_LIMIT = 2 * 1024 * 1024
"""Bytes in the body of a request; the application limits an upload itself."""
UPLOADS = {(b"POST", path.encode()) for path in STREAMED}
HELD = 256 * 1024
"""Bytes of an upload that wait for the application before the line is held."""
PARTING = 5.0
"""Seconds for which somebody who is answered before the end may go on sending, to nobody."""
TRANSFER_TIME = 15 * 60.0
"""Seconds that a body may take, in either direction."""


class NoContent:
    """In the place of a body that is handed on as it comes: daphne hands on none that is closed."""

    closed = True

    def seek(self, *_where: int) -> None:
        """Nothing to go to."""

    def close(self) -> None:
        """Nothing to close."""


class CappedRequest(WebRequest):
    """Refuses a body by its declared length, before it is buffered, and an undeclared one as soon
    as it is too long.

    An upload is handed on as it comes: the application says at once whether it is wanted, and the
    line is held while it does not read. A response waits where the client does not read.
    """

    def __init__(self, *words: Any, **options: Any) -> None:
        super().__init__(*words, **options)
        self._is_upload = self._is_whole = False
        self._held = 0
        self._parting: Any = None
        # The loop calls back in the context in which it was asked to. What an application sets in
        # motion must not give the line's next request the threads of this one (asgiref).
        self._context = contextvars.copy_context()
        self.room = asyncio.Event()
        """Whether the client takes what is written."""
        self.room.set()

    def gotLength(self, length: int | None) -> None:  # Twisted's name
        channel, headers = self.channel, self.requestHeaders
        path = channel._path.partition(b"?")[0]
        if length and (channel._command, path) in UPLOADS and not headers.hasHeader(b"Upgrade"):
            self._is_upload, self.content = True, cast(Any, NoContent())
            self.method, self.uri, self.path = channel._command, channel._path, path
            self.clientproto = channel._version
            self.process()
            return
        super().gotLength(length)
        if length is not None and length > BODY_LIMIT:
            self._refuse()

    def handleContentChunk(self, data: bytes) -> None:  # Twisted's name
        if self._is_upload:
            self._hand_on(data)
        elif self.content.tell() + len(data) > BODY_LIMIT:
            self._refuse()
        else:
            super().handleContentChunk(data)

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:
        """The body is whole."""
        if not self._is_upload:
            super().requestReceived(command, path, version)
            return
        self._is_whole = True
        if self._parting is not None:
            self._part()
        elif self.application_queue is not None:
            self.application_queue.put_nowait({"type": "http.request", "more_body": False})

    def finish(self) -> None:
        """End the response. Where the client is still sending, it is let speak for a moment: a line
        that is closed on it is reset, and the answer with it."""
        if self._is_upload and not self._is_whole and not self._disconnected:
            if self._parting is None:
                self._parting = reactor.callLater(PARTING, self._part)
                self.taken(self._held)
            return
        self._unregister()
        self._context.run(super().finish)

    def connectionLost(self, reason: Any) -> None:  # Twisted's name
        if self._parting is not None and self._parting.active():
            self._parting.cancel()
        self.room.set()
        super().connectionLost(reason)

    def check_timeouts(self) -> None:  # daphne's name
        """Who has a body to send or to fetch has longer than who waits for an answer."""
        if self._is_upload or self._response_started:
            if self.duration() > TRANSFER_TIME and self.channel is not None:
                self.channel.loseConnection()
        else:
            super().check_timeouts()

    def handle_reply(self, message: Any) -> None:  # daphne's name
        more = message.get("type") == "http.response.body" and message.get("more_body")
        if more and self.producer is None and not self.finished and self.channel is not None:
            self.registerProducer(self, True)
        super().handle_reply(message)

    def pauseProducing(self) -> None:  # Twisted's names, all three
        self.room.clear()

    def resumeProducing(self) -> None:
        self.room.set()

    def stopProducing(self) -> None:
        self.room.set()

    def taken(self, size: int) -> None:
        """The application has read so many bytes of the upload."""
        self._held -= size
        if self._held < HELD and self.channel is not None:
            self._context.run(self.channel._networkProducer.resumeProducing)

    def _hand_on(self, data: bytes) -> None:
        if self._parting is not None or self.application_queue is None:
            return
        self.application_queue.put_nowait({"type": "http.request", "body": data, "more_body": True})
        self._held += len(data)
        if self._held >= HELD:
            self.channel._networkProducer.pauseProducing()

    def _part(self) -> None:
        """Close after an answer that came before the body's end."""
        if self._parting.active():
            self._parting.cancel()
        if not self._is_whole and self.channel is not None:
            self.channel.persistent = False
        self._is_whole = True
        self.finish()

    def _unregister(self) -> None:
        if self.producer is self:
            self.unregisterProducer()

    def _refuse(self) -> None:
        self.channel.transport.write(b"HTTP/1.1 413 Content Too Large\r\nConnection: close\r\n\r\n")
        self.channel.loseConnection()


class CappedFactory(HTTPFactory):
    """Makes capped requests."""

    def buildProtocol(self, addr: Any) -> Any:  # Twisted's name
        protocol = super().buildProtocol(addr)
        if protocol is not None:
            protocol.requestFactory = CappedRequest
        return protocol
