"""The ASGI application: files outside of Django, pages in Django, the socket in Channels."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any

from django.core.asgi import get_asgi_application

Application = Callable[[Any, Any, Any], Awaitable[None]]


class Started:
    """Starts this process's part in the turns with the first request, if `serve` has not.

    daphne knows no lifespan events, so an ASGI server that is not our own command gets it this way.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._starting: asyncio.Task[None] | None = None
        self._is_up = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if not self._is_up:
            await self.start()
        await self._application(scope, receive, send)

    async def start(self) -> None:
        """Start once; everybody waits for the same start. One that failed is tried again."""
        from conversations.library import chores
        from conversations.turns.live import get_live

        if self._starting is None:
            chores.attach(get_live())
        if self._starting is None or self._starting.done():
            self._starting = asyncio.create_task(get_live().start())
        await asyncio.shield(self._starting)
        self._is_up = True


def only_at(path: str, application: Application) -> Application:
    """An application at one path. Channels' router would raise, and log, at every other one."""

    async def routed(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == path:
            await application(scope, receive, send)
        else:
            await send({"type": "websocket.close"})

    return routed


def build() -> Started:
    """Put the application together; Django must be up before the rest can be imported."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    pages = get_asgi_application()

    from channels.routing import ProtocolTypeRouter
    from django.conf import settings
    from servestatic import ServeStaticASGI

    from conversations.chat.consumer import PageConsumer
    from conversations.chat.streams import streaming

    return Started(
        ServeStaticASGI(
            ProtocolTypeRouter(
                {"http": streaming(pages), "websocket": only_at("/ws/", PageConsumer.as_asgi())}
            ),
            root=settings.STATIC_ROOT,
            prefix=settings.STATIC_URL,
            immutable_file_test=r"^.+\.[0-9a-f]{12}\..+$",
        )
    )


application = build()
