"""The line is open, and what is on show is asked for, before the page's modules are there."""

import json
import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route, WebSocket, expect

from tests.browser.visit import GONE, PATIENCE, Chat, Visitor

MODULE = re.compile(r"/js/chat\.\w+\.js$")


class Late:
    """A page whose first module is kept back, and all that its lines say meanwhile."""

    def __init__(self, visitor: Visitor, path: str) -> None:
        self.page: Page = visitor.context.new_page()
        self.chat = Chat(visitor, self.page)
        self.sent: list[dict[str, Any]] = []
        self.told: list[dict[str, Any]] = []
        self._kept: list[Route] = []
        self._late = True
        self.page.route(MODULE, self._keep)
        self.page.on("websocket", self._line)
        self.page.goto(path, wait_until="commit")

    def _keep(self, route: Route) -> None:
        if self._late:
            self._kept.append(route)
        else:
            route.continue_()

    def _line(self, line: WebSocket) -> None:
        line.on("framesent", lambda text: self.sent.append(json.loads(text)))
        line.on("framereceived", lambda text: self.told.append(json.loads(text)))

    def hears(self, kind: str) -> None:
        """Wait for a frame of the server."""
        self._wait(lambda: any(frame["type"] == kind for frame in self.told), kind)

    def _wait(self, met: Callable[[], object], what: str) -> None:
        until = time.monotonic() + PATIENCE / 1000
        while not met():
            assert time.monotonic() < until, f"no {what} came"
            self.page.wait_for_timeout(20)

    def go_on(self) -> Chat:
        self._wait(lambda: self._kept, "module")
        self._late = False
        for route in self._kept:
            route.continue_()
        self.chat.connected()
        return self.chat

    def asked(self, kind: str) -> int:
        return sum(frame["type"] == kind for frame in self.sent)


def test_what_is_on_show_is_asked_for_once_and_early(visitor: Visitor) -> None:
    first = visitor.open().ask("1+1?").ended()
    late = Late(visitor, first.page.url)
    late.hears("conversation")
    late.hears("conversations")
    expect(late.page.locator("chat-reply")).to_have_count(0)
    chat = late.go_on()
    expect(chat.questions).to_have_text(["1+1?"])
    expect(chat.page.locator(".list-row")).to_have_count(1)
    chat.ask("and 2+2?").ended()
    expect(first.questions).to_have_count(2)
    assert [late.asked("open"), late.asked("list")] == [1, 1]


def test_a_line_that_broke_meanwhile_is_made_anew(visitor: Visitor) -> None:
    visitor.forgive(GONE)
    first = visitor.open().ask("1+1?").ended()
    late = Late(visitor, first.page.url)
    late.hears("conversations")
    server = visitor.process.site.processes[-1]
    server.kill()
    server.again()
    chat = late.go_on()
    expect(chat.questions).to_have_text(["1+1?"])
    chat.ask("and 2+2?").ended()
    assert late.asked("open") >= 2
