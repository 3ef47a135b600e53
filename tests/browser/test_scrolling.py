"""The reader's scroll wins, and nothing jumps when thoughts end and the answer begins."""

import re

from playwright.sync_api import Page, expect

from tests.browser.visit import PHONE, Chat, Visitor

PACE = "0.5"
SHIFTS = """() => {
  window.shifts = [];
  // Lines that rise in the thoughts' own window are what it is for.
  const moves = ({ node }) => node && !(node.parentElement ?? node).closest(".thoughts-text");
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries()) {
      const nodes = sources.filter(moves).map(({ node }) => node.className || node.nodeName);
      if (nodes.length) window.shifts.push({ value, nodes });
    }
  }).observe({ type: "layout-shift", buffered: false });
}"""
TRACK = """() => {
  window.places = [];
  const ask = document.querySelector(".ask");
  const look = () => {
    const text = document.querySelector("chat-answer")?.textContent ?? "";
    window.places.push([ask.getBoundingClientRect().top, document.querySelector(
      ".thoughts-line")?.getBoundingClientRect().top ?? 0, text.length]);
    if (text.length < 200) requestAnimationFrame(look);
  };
  look();
}"""


def top(page: Page) -> float:
    return float(page.evaluate("document.querySelector('chat-log').scrollTop"))


def gap(page: Page) -> float:
    """How far the end is below what can be seen."""
    return float(
        page.evaluate(
            """(() => { const log = document.querySelector("chat-log");
            return log.scrollHeight - log.scrollTop - log.clientHeight; })()"""
        )
    )


def more_came(chat: Chat, least: int = 400) -> None:
    """Wait until the answer is so much longer than now."""
    chat.answering(len(chat.answer.text_content() or "") + least)


def test_scrolling_up_is_let_be(chat: Chat) -> None:
    page = chat.page
    chat.ask("rehearse long answer of 40000 characters").answering(2500)
    assert gap(page) < 30
    more_came(chat)
    chat.page.wait_for_function(
        """() => { const log = document.querySelector("chat-log");
        return log.scrollHeight - log.scrollTop - log.clientHeight < 30; }"""
    )
    expect(chat.newest).to_be_hidden()
    page.mouse.move(700, 400)
    page.mouse.wheel(0, -600)
    expect(chat.newest).to_be_visible()
    chat.page.wait_for_function(
        """() => new Promise((done) => { const log = document.querySelector("chat-log");
        const before = log.scrollTop;
        requestAnimationFrame(() => requestAnimationFrame(() => done(log.scrollTop === before)));
        })"""
    )
    place = top(page)
    more_came(chat, 1500)
    assert top(page) == place
    page.keyboard.press("Tab")
    chat.newest.click()
    expect(chat.newest).to_be_hidden()
    more_came(chat)
    page.wait_for_function(
        """() => { const log = document.querySelector("chat-log");
        return log.scrollHeight - log.scrollTop - log.clientHeight < 30; }"""
    )
    page.mouse.move(700, 400)
    page.mouse.wheel(0, -900)
    expect(chat.newest).to_be_visible()
    place = page.evaluate("document.querySelector('chat-log').scrollTop")
    chat.stop.click()
    chat.ended()
    assert abs(top(page) - place) < 2


def test_the_hand_over_moves_nothing(visitor: Visitor) -> None:
    for size in ((1280, 860), PHONE):
        chat = visitor.open("/", visitor.device(size))
        page = chat.page
        chat.ask("rehearse long thoughts of 3000 characters").thinking(200)
        page.evaluate(SHIFTS)
        page.evaluate(TRACK)
        chat.ended()
        places = page.evaluate("window.places")
        assert any(length for *_tops, length in places), "the hand-over was not seen"
        for at in (0, 1):
            tops = {round(place[at]) for place in places}
            assert len(tops) == 1, f"{size}: moved through {sorted(tops)}"
        shifts = page.evaluate("window.shifts")
        total = sum(shift["value"] for shift in shifts)
        assert total < 0.02, shifts


def test_the_hand_over_on_a_full_screen(chat: Chat) -> None:
    """With a long conversation above, the page is at its end and follows."""
    page = chat.page
    chat.ask("rehearse long answer of 4000 characters very quickly").ended()
    chat.field.fill("rehearse long thoughts of 3000 characters")
    chat.field.press("Enter")
    expect(page.locator("chat-reply")).to_have_count(2)
    page.wait_for_function(
        "() => [...document.querySelectorAll('.thoughts-text')].at(-1).textContent.length > 200"
    )
    page.evaluate(SHIFTS)
    page.evaluate(TRACK.replace('querySelector(".ask")', 'querySelectorAll(".ask")[1]'))
    before = page.locator(".ask").nth(1).bounding_box()
    chat.ended()
    after = page.locator(".ask").nth(1).bounding_box()
    assert before is not None
    assert after is not None
    total = sum(shift["value"] for shift in page.evaluate("window.shifts"))
    assert total < 0.02
    assert after["y"] <= before["y"]
    expect(chat.title).to_have_text(re.compile("^Thought for"))


def test_opening_thoughts_keeps_their_line_in_place(chat: Chat) -> None:
    page = chat.page
    chat.ask("rehearse long thoughts of 6000 characters very quickly").ended()
    line = chat.reply.locator(".thoughts-line")
    before = line.bounding_box()
    chat.open_thoughts()
    opened = line.bounding_box()
    assert before == opened
    chat.reply.locator(".thoughts-open").click()
    chat.settled()
    assert line.bounding_box() == before
    assert page.locator(".thoughts-text").inner_text() == ""
