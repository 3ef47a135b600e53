"""Bodies that are read as they come.

Django takes a request up when all of its body is here. An upload must be judged before: by who
sends it, and by its declared size. So at some paths Django is shown an empty body, and the view
reads the true one from here (`uploads.py`).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

Receive = Callable[[], Awaitable[dict[str, Any]]]
Application = Callable[[Any, Any, Any], Awaitable[None]]
UPLOADS = "/files/"
"""Where uploads are posted to."""
STREAMED = frozenset({UPLOADS, "/import"})
"""Where bodies are posted to that are read as they come."""
BODY, TAKEN = "thinkalong.body", "thinkalong.taken"
"""Keys of the scope: the stream, and whom the server wants told of each piece that was read."""


class Body:
    """The body of one request, to be read once."""

    def __init__(self, receive: Receive, taken: Callable[[int], None]) -> None:
        self._receive, self._taken = receive, taken
        self._shown = False
        self._over = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Its pieces, up to its end or to where the line broke."""
        more = True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                return
            data = message.get("body", b"")
            self._taken(len(data))
            if data:
                yield data
            more = message.get("more_body", False)
        self._over.set()

    async def receive(self) -> dict[str, Any]:
        """What Django is told: an empty body, and that the client left, once the body is over.

        Not before: whoever reads the body notices by its length, and cleans up undisturbed.
        """
        if not self._shown:
            self._shown = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._over.wait()
        return await self._receive()


def streaming(application: Application) -> Application:
    """An application that reads uploads as they come."""

    async def streamed(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] in STREAMED and scope["method"] == "POST":
            body = Body(receive, scope.pop(TAKEN, lambda _size: None))
            scope, receive = {**scope, BODY: body}, body.receive
        await application(scope, receive, send)

    return streamed
