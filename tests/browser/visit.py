"""A person at a browser: signed in, with one or several pages open, and with an eye on what the
browser complains of and whom it asks.
"""

import itertools
import re
from collections.abc import Callable
from typing import Any, Self
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    WebSocket,
    expect,
)

from conversations.models import Message, Turn
from tests.serving import Person, Process

PATIENCE = 60_000.0
WIDE = (1280, 860)
PHONE = (390, 844)
GONE = re.compile(r"ERR_CONNECTION_REFUSED|WebSocket connection|ERR_CONNECTION_RESET")
"""What the browser itself writes while a server is not there."""
_VIOLATIONS = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));"""
_UNTIL = f"""globalThis.until = async (met) => {{
  const last = performance.now() + {PATIENCE};
  while (!(await met())) {{
    if (performance.now() > last) throw new Error(`not met: ${{met}}`);
    await new Promise(requestAnimationFrame);
  }}
}};"""
"""For scripts of tests: waits, frame by frame and not for ever, until a function says yes."""
_LAST_TURN = """() =>
  [...document.querySelectorAll("chat-reply")].at(-1)?.dataset.turn ?? null"""
SETTLED = """(patience) => new Promise((done, failed) => {
  const log = document.querySelector(".rows") ?? document.body;
  const clocks = ".thoughts-line, .wait, .end-text";
  const until = performance.now() + patience;
  let quiet = 0;
  let last = "nothing";
  const observer = new MutationObserver((records) => {
    for (const { target } of records) {
      const node = target instanceof Element ? target : target.parentElement;
      if (!node || node.closest(clocks)) continue;
      quiet = 0;
      last = node.outerHTML.slice(0, 200);
    }
  });
  observer.observe(log, { childList: true, subtree: true, characterData: true });
  const ended = (tell, word) => (observer.disconnect(), tell(word));
  const step = () => {
    const bare = log.querySelector("code.math");
    if (++quiet > 10 && !bare) return ended(done);
    if (performance.now() > until)
      return ended(failed, new Error(`not settled: ${bare?.outerHTML ?? last}`));
    requestAnimationFrame(step);
  };
  step();
})"""
_numbers = itertools.count(1)

expect.set_options(timeout=PATIENCE)


class Visitor:
    """One person, in as many browsers (contexts) and pages as wanted.

    Args:
        person: whom to sign in; somebody new without it.
        options: those of a playwright context, for the first browser and the later ones.
    """

    def __init__(
        self, browser: Browser, process: Process, person: Person | None = None, **options: Any
    ) -> None:
        self.browser, self.process, self.options = browser, process, options
        self.person = person or process.site.add_person(f"visitor-{next(_numbers)}")
        self.complaints: list[str] = []
        self.requested: list[str] = []
        self.forgiven: list[re.Pattern[str]] = []
        self.contexts: list[BrowserContext] = []

    def __enter__(self) -> Self:
        self.context = self.device()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        for context in self.contexts:
            context.close()
        if kind is None:
            self.check()

    def check(self) -> None:
        """Nothing was complained of, and nobody asked but the own server."""
        complaints, self.complaints[:] = self.complaints[:], []
        unforgiven = [
            said for said in complaints if not any(word.search(said) for word in self.forgiven)
        ]
        assert unforgiven == [], unforgiven
        assert [address for address in self.requested if not self._own(address)] == []

    def device(self, size: tuple[int, int] = WIDE, signed_in: bool = True, **more: Any) -> Any:
        """One more browser of the same person."""
        options = {"viewport": {"width": size[0], "height": size[1]}, **self.options, **more}
        context = self.browser.new_context(base_url=self.process.origin, **options)
        context.set_default_timeout(PATIENCE)
        for script in (_VIOLATIONS, _UNTIL):
            context.add_init_script(script)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("request", self._request)
        context.on("page", lambda page: page.on("websocket", self._socket))
        context.on("dialog", lambda dialog: self._dialog(dialog.message, dialog.dismiss))
        if signed_in:
            name, _equals, value = self.process.site.session(self.person).partition("=")
            context.add_cookies([{"name": name, "value": value, "url": self.process.origin}])
        self.contexts.append(context)
        return context

    def open(self, path: str = "/", context: BrowserContext | None = None) -> "Chat":
        """A page of the chat, connected."""
        page = (context or self.context).new_page()
        page.goto(path)
        chat = Chat(self, page)
        chat.connected()
        return chat

    def forgive(self, what: re.Pattern[str]) -> None:
        """Not to complain of what a test brings about on purpose."""
        self.forgiven.append(what)

    def _own(self, address: str) -> bool:
        own = urlsplit(self.process.origin).netloc
        return urlsplit(address).netloc == own or address.startswith(("data:", "blob:", "about:"))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            where = message.location.get("url", "")
            self.complaints.append(f"{message.text} ({where})")

    def _request(self, request: Request) -> None:
        self.requested.append(request.url)

    def _socket(self, socket: WebSocket) -> None:
        self.requested.append(socket.url)

    def _dialog(self, message: str, dismiss: Callable[[], None]) -> None:
        self.complaints.append(f"a dialog: {message}")
        dismiss()


class Chat:
    """One page of the chat, and the words for what a person does with it."""

    def __init__(self, visitor: Visitor, page: Page) -> None:
        self.visitor, self.page = visitor, page
        self.field = page.locator("#message")
        self.send = page.locator("button.send")
        self.stop = page.locator("button.stop")
        self.notice = page.locator("chat-composer .notice")
        self.questions = page.locator(".ask-text")
        self.reply = page.locator("chat-reply").last
        self.thoughts = self.reply.locator("chat-thoughts")
        self.title = self.reply.locator(".thoughts-title").first
        self.answer = self.reply.locator("chat-answer")
        self.end = self.reply.locator("chat-end")
        self.newest = page.locator("#newest")

    def connected(self) -> None:
        """Wait until the server's welcome was drawn: then the models are there to choose from."""
        expect(self.page.locator("#settings-open")).to_be_visible()

    def fresh(self) -> "Chat":
        """Turn to a new conversation."""
        self.page.locator("a.new").evaluate("(link) => link.click()")
        expect(self.page.locator("#welcome")).to_be_visible()
        return self

    def ask(self, text: str) -> "Chat":
        """Type, press Enter, and wait until the server has the question and gave it an address."""
        self.field.fill(text)
        self.another(lambda: self.field.press("Enter"))
        self.page.wait_for_url("**/c/*")
        return self

    def another(self, begin: Callable[[], object]) -> "Chat":
        """Do what begins a turn, and wait until the page's last reply is that turn's.

        Until then "the last reply" is still the one before, which has long ended.
        """
        before = self.page.evaluate(_LAST_TURN)
        begin()
        self.page.wait_for_function(f"(before) => ({_LAST_TURN})() !== before", arg=before)
        return self

    def thinking(self, least: int = 1) -> "Chat":
        """Wait until it thinks, and so much of that is to be seen."""
        expect(self.reply.locator(".answer-now")).to_be_visible()
        return self._longer("chat-reply:last-of-type .thoughts-text", least)

    def answering(self, least: int = 1) -> "Chat":
        """Wait until so many characters of the answer are to be seen, with more to come."""
        self._longer("chat-reply:last-of-type chat-answer", least)
        expect(self.stop).to_be_visible()
        return self

    def ended(self) -> "Chat":
        """Wait until the reply is over and all of it is drawn."""
        expect(self.reply.locator(":scope > .tools")).to_be_visible()
        self.settled()
        return self

    def settled(self) -> None:
        """Wait until nothing changes in the log for ten frames and all formulas are set.

        What tells the time changes for ever, and is no change.
        """
        self.page.evaluate(SETTLED, PATIENCE)

    def whole_list(self, many: int) -> None:
        """Scroll down the list until so many rows are there."""
        self.page.locator("chat-list").evaluate(
            """(list, many) => until(() => {
              list.scrollTo(0, list.scrollHeight);
              return list.querySelectorAll(".list-row").length >= many;
            })""",
            many,
        )

    def _longer(self, selector: str, least: int) -> "Chat":
        self.page.wait_for_function(
            """([selector, least]) => [...document.querySelectorAll(selector)]
              .some((node) => node.textContent.length >= least)""",
            arg=[selector, least],
            polling=50,
        )
        return self

    def open_thoughts(self) -> str:
        """All the thoughts, as drawn."""
        button = self.reply.locator(".thoughts-open").first
        if button.get_attribute("aria-expanded") == "false":
            button.click()
        self.settled()
        return self.thoughts.locator(".thoughts-text").first.inner_text()

    def shown(self) -> dict[str, list[str]]:
        """What is on the page, word for word: questions, thoughts (opened) and answers."""
        closed = ".thoughts-open[aria-expanded=false]"
        self.page.eval_on_selector_all(closed, "(nodes) => nodes.forEach((node) => node.click())")
        self.settled()
        texts = """(nodes) => nodes.map((node) => node.textContent)"""
        return {
            "questions": self.questions.all_text_contents(),
            "thoughts": self.page.eval_on_selector_all(".thoughts-text", texts),
            "answers": self.page.eval_on_selector_all("chat-answer", texts),
        }

    def drawn(self, text: str) -> str:
        """The text that the page's own drawing makes of a markdown text, drawn in one go."""
        return str(
            self.page.evaluate(
                """async (text) => {
                  const link = document.querySelector('link[href*="/js/draw/drawer."]');
                  const { Drawer } = await import(link.href);
                  const node = document.createElement("div");
                  const drawer = new Drawer(node, () => {});
                  drawer.write(text);
                  drawer.finish();
                  drawer.flush(Infinity);
                  return node.textContent;
                }""",
                text,
            )
        )

    @property
    def conversation(self) -> str:
        return urlsplit(self.page.url).path.removeprefix("/c/").rstrip("/")

    def stored(self) -> Turn:
        """The newest turn of the conversation, as the database has it."""

        def newest(alias: str) -> Turn:
            turns = Turn.objects.using(alias).filter(conversation_id=self.conversation)
            return turns.select_related("reply", "question").latest("accepted_at")

        return self.visitor.process.site.ask(newest)

    def messages(self) -> list[Message]:
        """All of the conversation's messages, as the database has them."""
        return self.visitor.process.site.ask(
            lambda alias: list(
                Message.objects.using(alias).filter(conversation_id=self.conversation)
            )
        )

    def turns(self) -> list[Turn]:
        """All of the person's turns."""
        person = self.visitor.person.id
        return self.visitor.process.site.ask(
            lambda alias: list(Turn.objects.using(alias).filter(person_id=person))
        )

    def copied(self) -> str:
        """The answer as its button copies it: the markdown itself."""
        self.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        button = self.reply.locator(":scope > .tools > .copy")
        button.click()
        expect(button).to_contain_text("Copied")
        return str(self.page.evaluate("navigator.clipboard.readText()"))

    def same_as_stored(self) -> None:
        """What is on the page is what the database has: nothing missing, nothing twice."""
        turn = self.stored()
        assert turn.reply is not None
        shown = self.shown()
        texts = turn.reply.answer_text, turn.reply.thought_text
        for name, text in zip(("answers", "thoughts"), texts, strict=True):
            if text:
                same(shown[name][-1], self.drawn(text))


def same(shown: str, expected: str) -> None:
    """Equal but for white space, which between blocks says nothing."""
    shown, expected = "".join(shown.split()), "".join(expected.split())
    pairs = enumerate(zip(shown, expected, strict=False))
    part = next((at for at, (one, other) in pairs if one != other), min(len(shown), len(expected)))
    around = slice(max(part - 60, 0), part + 60)
    assert shown == expected, f"at {part}: {shown[around]!r} is not {expected[around]!r}"
