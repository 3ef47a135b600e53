"""The first question of all, in a real browser: live, through reloads, to the last character."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visit import PHONE, WIDE, Chat, Visitor
from tests.serving import PASSWORD, Process

PACE = "10"
"""So slow that a reload has come to its end well before the thoughts (10 s) or the answer (7 s)."""
SERIES = "1+2+3+4+5+....+999?"
PICTURES = Path(__file__).parent / "pictures"
LOOKS = {
    "wide-light": (WIDE, "light"),
    "wide-dark": (WIDE, "dark"),
    "phone-light": (PHONE, "light"),
    "phone-dark": (PHONE, "dark"),
}
THINKING = """() => {
  window.thought = 0;
  new MutationObserver(() => {
    const live = [...document.querySelectorAll(".answer-now")].some((button) => !button.hidden);
    const text = document.querySelector(".thoughts-text")?.textContent ?? "";
    if (live) window.thought = Math.max(window.thought, text.length);
  }).observe(document.querySelector(".rows"),
    { subtree: true, childList: true, characterData: true });
}"""


def test_from_sign_in_through_two_reloads_to_the_end(visitor: Visitor) -> None:
    page = visitor.device(signed_in=False).new_page()
    page.goto("/")
    page.fill("[name=login]", visitor.person.name)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    chat = Chat(visitor, page)
    chat.connected()
    expect(page.locator("#welcome")).to_be_visible()
    expect(chat.field).to_be_focused()
    page.keyboard.type(SERIES)
    page.keyboard.press("Enter")
    expect(chat.questions).to_have_text([SERIES])
    page.wait_for_url("**/c/*")
    chat.thinking()
    expect(page.locator("#welcome")).to_be_hidden()
    grows(chat, ".thoughts-text")
    page.reload()
    chat.connected()
    chat.thinking()
    chat.answering(40)
    grows(chat, "chat-answer")
    page.reload()
    chat.connected()
    expect(chat.reply).to_be_visible()
    chat.ended()
    expect(chat.title).to_have_text(re.compile(r"^Thought for \d+ s$"))
    assert "499,500" in chat.answer.inner_text()
    chat.same_as_stored()
    turn = chat.stored()
    assert (turn.state, turn.outcome) == ("done", "complete")
    assert turn.reply is not None
    assert chat.copied() == turn.reply.answer_text.strip()
    assert chat.questions.all_text_contents() == [SERIES]
    assert [message.role for message in chat.messages()] == ["user", "model"]
    assert len(chat.turns()) == 1
    page.reload()
    chat.connected()
    chat.ended()
    chat.same_as_stored()


def grows(chat: Chat, selector: str) -> None:
    """The text is seen to change while one looks."""
    before = chat.page.text_content(f"chat-reply {selector}")
    chat.page.wait_for_function(
        "([selector, before]) => document.querySelector(selector)?.textContent !== before",
        arg=[f"chat-reply {selector}", before],
        polling=20,
    )


def test_pictures(browser: Browser, process: Process, request: pytest.FixtureRequest) -> None:
    """Four devices of one person show the same; with --pictures they are photographed."""
    wanted = bool(request.config.getoption("--pictures", default=False))
    with Visitor(browser, process) as visitor:
        first = visitor.open("/")
        if wanted:
            first.page.screenshot(path=PICTURES / "first-visit-wide-light.png")
        chats: dict[str, Chat] = {}
        for look, (size, scheme) in LOOKS.items():
            chats[look] = visitor.open("/", visitor.device(size, color_scheme=scheme))
            chats[look].page.evaluate(THINKING)
        first.ask(SERIES)
        for chat in chats.values():
            chat.page.locator(".list-row").first.evaluate("(row) => row.click()")
        for look, chat in chats.items():
            if wanted and look != "phone-dark":
                chat.thinking(300)
                chat.page.screenshot(path=PICTURES / f"thinking-{look}.png")
        texts = set()
        for look, chat in chats.items():
            chat.ended()
            assert chat.page.evaluate("window.thought") >= 300, f"{look} did not see it think"
            texts.add(chat.answer.inner_text())
            if wanted:
                chat.page.screenshot(path=PICTURES / f"answer-{look}.png")
            width = chat.page.evaluate("document.documentElement.scrollWidth")
            assert width <= LOOKS[look][0][0]
        assert len(texts) == 1
