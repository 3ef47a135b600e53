"""The line between pages and the server, in a test's hands: it keeps frames back, lets them go on
later, or answers them itself.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import BrowserContext, WebSocketRoute

from tests.browser.visit import PATIENCE, Chat
from tests.serving import Frame

_DRAWN = """async () => {
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
}"""


@dataclass(frozen=True)
class Kept:
    """A frame of a page that has not reached the server."""

    page: WebSocketRoute
    server: WebSocketRoute
    frame: Frame

    def go_on(self) -> None:
        self.server.send(json.dumps(self.frame))

    def refuse(self, code: str, message: str) -> None:
        """Answer in the server's place."""
        error = {"type": "error", "ref": self.frame["ref"], "code": code, "message": message}
        self.page.send(json.dumps(error))


@dataclass(frozen=True)
class Delayed:
    """A frame of the server that has not reached the page."""

    page: WebSocketRoute
    frame: Frame

    def go_on(self) -> None:
        self.page.send(json.dumps(self.frame))


class Wire:
    """All lines of a browser; pages must be opened after it is there."""

    def __init__(self, context: BrowserContext) -> None:
        self.keeps: set[str] = set()
        """The types of frames from pages that are kept back from now on."""
        self.kept: list[Kept] = []
        self.delays: set[str] = set()
        """The types of frames from the server that are kept back from now on."""
        self.delayed: list[Delayed] = []
        context.route_web_socket("**/ws/", self._open)

    def _open(self, page: WebSocketRoute) -> None:
        server = page.connect_to_server()

        def said(text: str | bytes) -> None:
            frame = json.loads(text)
            if frame["type"] in self.keeps:
                self.kept.append(Kept(page, server, frame))
            else:
                server.send(text)

        def told(text: str | bytes) -> None:
            frame = json.loads(text)
            if frame["type"] in self.delays:
                self.delayed.append(Delayed(page, frame))
            else:
                page.send(text)

        page.on_message(said)
        server.on_message(told)

    def has(self, chat: Chat, number: int = 1) -> list[Kept]:
        """Wait until so many frames of pages were kept back."""
        _wait(chat, lambda: len(self.kept) >= number)
        return self.kept

    def deliver(self, chat: Chat, last: Callable[[Frame], object] = bool) -> None:
        """Once a frame of the server like this was kept back, let all go on, and be drawn."""
        _wait(chat, lambda: any(last(kept.frame) for kept in self.delayed))
        while self.delayed:
            self.delayed.pop(0).go_on()
        chat.page.evaluate(_DRAWN)


def _wait(chat: Chat, met: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE / 1000
    while not met():
        assert time.monotonic() < until, "the frames that were waited for did not come"
        chat.page.wait_for_timeout(20)
