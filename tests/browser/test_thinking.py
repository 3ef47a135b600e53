"""Thinking made visible: the meter, what it is about while it is folded, and no jump anywhere."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visit import PHONE, WIDE, Chat, Visitor
from tests.serving import Process

PACE = "0.5"
PICTURES = Path(__file__).parent / "pictures"
LONG = "rehearse long thoughts"


def last(chat: Chat) -> str:
    return chat.reply.locator(".thoughts-last").first.inner_text()


def test_folded_thinking_tells_what_it_is_about(visitor: Visitor) -> None:
    """Folded while it thinks, its newest heading is seen to change; the next one begins folded."""
    chat = visitor.open()
    page = chat.page
    chat.ask(f"{LONG} slowly").thinking(50)
    line = chat.reply.locator(".thoughts-line")
    place = line.bounding_box()
    chat.reply.get_by_role("button", name="Fold the thinking").click()
    expect(chat.thoughts).to_have_attribute("data-mode", "closed")
    assert line.bounding_box() == place
    expect(chat.reply.locator(".thoughts-text")).to_be_hidden()
    about = "document.querySelector('.thoughts-last').textContent.split(' · ')[0]"
    page.wait_for_function(f"{about}.length > 5")
    first = page.evaluate(about)
    page.wait_for_function(f"(first) => {about} !== first", arg=first)
    assert "tokens" in last(chat)
    chat.stop.click()
    chat.ended()
    chat.ask(LONG)
    expect(chat.thoughts).to_have_attribute("data-mode", "closed")
    expect(chat.reply.locator(".answer-now")).to_be_visible()
    chat.reply.get_by_role("button", name="Show the thinking").click()
    expect(chat.thoughts).to_have_attribute("data-mode", "window")
    chat.thinking(50)
    chat.stop.click()
    chat.ended()
    expect(chat.thoughts).to_have_attribute("data-mode", "closed")
    chat.ask(LONG).thinking(50)
    expect(chat.thoughts).to_have_attribute("data-mode", "window")
    chat.stop.click()
    chat.ended()


def test_thoughts_can_be_kept_open(visitor: Visitor) -> None:
    chat = visitor.open()
    chat.ask("1+1?").ended()
    keep = chat.reply.get_by_role("button", name="Keep open")
    expect(keep).to_be_hidden()
    chat.open_thoughts()
    keep.click()
    expect(keep).to_have_attribute("aria-pressed", "true")
    chat.ask("2+2?").ended()
    expect(chat.thoughts).to_have_attribute("data-mode", "open")
    expect(chat.page.locator(".thoughts-text:visible")).to_have_count(2)
    chat.page.reload()
    chat.connected()
    chat.ended()
    expect(chat.page.locator(".thoughts-text:visible")).to_have_count(2)
    chat.same_as_stored()
    keep.click()
    chat.ask("3+3?").ended()
    expect(chat.thoughts).to_have_attribute("data-mode", "closed")


def test_thoughts_close_from_wherever_one_is_in_them(chat: Chat) -> None:
    """The line stays under the pointer, though its own place is far above."""
    page = chat.page
    chat.ask("rehearse long answer of 3000 characters very quickly").ended()
    chat.ask(f"{LONG} of 20000 characters very quickly").ended()
    chat.open_thoughts()
    page.evaluate(
        """() => { const log = document.querySelector("chat-log");
        const text = [...document.querySelectorAll(".thoughts-text")].at(-1);
        log.scrollTop += text.getBoundingClientRect().top + 2500; }"""
    )
    line = chat.reply.locator(".thoughts-line")
    page.wait_for_function(
        """() => { const [line, text] = [".thoughts-line", ".thoughts-text"].map((name) =>
          [...document.querySelectorAll(name)].at(-1).getBoundingClientRect());
          return text.top < line.top - 500; }"""
    )
    before = line.bounding_box()
    assert before is not None
    page.mouse.click(before["x"] + 60, before["y"] + before["height"] / 2)
    expect(chat.thoughts).to_have_attribute("data-mode", "closed")
    after = line.bounding_box()
    assert after is not None
    assert abs(after["y"] - before["y"]) < 2


def test_the_meter_shows_no_limit_where_there_is_none(chat: Chat) -> None:
    """A budget has a meter; a model's own choice and levels are told in words alone."""
    found = chat.page.evaluate(
        """() => {
          const node = document.createElement("chat-thoughts");
          document.querySelector("chat-log").append(node);
          const told = (budget, level, tokens = 500) => {
            node.update({ time: 3000, tokens, budget, level, live: true });
            const meter = node.querySelector(".meter");
            return [!meter.hidden, meter.getAttribute("aria-valuenow"),
              node.querySelector(".thoughts-last").textContent];
          };
          const all = [told(1000, null), told(-1, null), told(null, "HIGH"), told(null, "NEW"),
            told(1000, null, 3000), told(0, null, 0)];
          node.remove();
          return all;
        }"""
    )
    assert [(shown, words) for shown, _now, words in found] == [
        (True, "500 of 1,000 tokens"),
        (False, "500 tokens"),
        (False, "500 tokens · high thinking"),
        (False, "500 tokens · new"),
        (True, "3,000 of 1,000 tokens"),
        (False, ""),
    ]
    assert [found[0][1], found[4][1]] == ["50", "100"]


def test_keys_alone_open_fold_and_close(chat: Chat) -> None:
    page = chat.page
    chat.ask(f"{LONG} slowly").thinking(50)
    chat.reply.locator(".thoughts-open").focus()
    page.keyboard.press("Enter")
    expect(chat.thoughts).to_have_attribute("data-mode", "open")
    page.keyboard.press("Enter")
    expect(chat.thoughts).to_have_attribute("data-mode", "window")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(chat.thoughts).to_have_attribute("data-mode", "closed")
    expect(page.locator(":focus")).to_have_attribute("aria-label", "Show the thinking")
    page.keyboard.press("Space")
    expect(chat.thoughts).to_have_attribute("data-mode", "window")
    chat.stop.click()
    chat.ended()


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")])
def test_pictures(
    browser: Browser,
    process: Process,
    request: pytest.FixtureRequest,
    size: tuple[int, int],
    scheme: str,
) -> None:
    wanted = bool(request.config.getoption("--pictures", default=False))
    name = f"{'wide' if size == WIDE else 'phone'}-{scheme}.png"
    with Visitor(browser, process) as visitor:
        chat = visitor.open("/", visitor.device(size, color_scheme=scheme))
        chat.ask(f"{LONG} slowly").thinking(300)
        for mode in ("fold", "open"):
            chat.reply.locator(f".thoughts-{mode}").click()
            chat.page.mouse.move(0, 0)
            expect(chat.reply.locator(".thoughts-last").first).to_have_text(re.compile("tokens"))
            if wanted:
                chat.page.screenshot(path=PICTURES / f"thoughts-{mode}-{name}")
            assert chat.page.evaluate("document.documentElement.scrollWidth") <= size[0]
        chat.stop.click()
        chat.ended()
