"""The reader's scroll wins, and nothing jumps when thoughts end and the answer begins."""

import re
from itertools import pairwise

from playwright.sync_api import Page, expect

from tests.browser.visit import PHONE, WIDE, Chat, Visitor

PACE = "0.5"
WATCH = """() => {
  window.places = [];
  window.shifts = [];
  window.since = Infinity;
  const now = window.watching = {};
  const last = (nodes) => [...nodes].at(-1);
  const look = () => {
    if (window.watching !== now) return;
    const reply = last(document.querySelectorAll("chat-reply"));
    const length = (name) => reply?.querySelector(name)?.textContent.length ?? 0;
    if (length(".thoughts-text") > 200) window.since = Math.min(window.since, performance.now());
    if (performance.now() >= window.since) {
      const top = (node) => node.getBoundingClientRect().top;
      window.places.push([top(last(document.querySelectorAll(".ask"))),
        top(reply.querySelector(".thoughts-line")), length("chat-answer")]);
    }
    requestAnimationFrame(look);
  };
  look();
  // Lines that rise in the thoughts' own window are what it is for.
  const moves = ({ node }) => node && !(node.parentElement ?? node).closest(".thoughts-text");
  new PerformanceObserver((list) => {
    for (const { value, sources, startTime } of list.getEntries()) {
      const nodes = sources.filter(moves).map(({ node }) => node.className || node.nodeName);
      if (nodes.length && startTime > window.since) window.shifts.push({ value, nodes });
    }
  }).observe({ type: "layout-shift", buffered: false });
}"""
"""From when the last reply shows that it thinks, at each frame: where the question and the line of
the thoughts are, and how long the answer is; and what the browser itself saw move."""


def watched(page: Page) -> list[list[float]]:
    """The places from thinking to the end; what moved in a way that a reader feels is a failure."""
    places: list[list[float]] = page.evaluate("(window.watching = null, window.places)")
    assert places, "nothing was seen"
    assert places[0][2] == 0, "the thinking was not seen"
    assert places[-1][2] > 100, "the answer was not seen"
    shifts = page.evaluate("window.shifts")
    assert sum(shift["value"] for shift in shifts) < 0.02, shifts
    return places


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


def at_end(page: Page) -> None:
    """Wait until the end is in view."""
    page.wait_for_function(
        """() => { const log = document.querySelector("chat-log");
        return log.scrollHeight - log.scrollTop - log.clientHeight < 30; }"""
    )


def scrolled_up(chat: Chat, far: int) -> float:
    """Turn the wheel, and wait until the page has come to rest; where it is then."""
    chat.page.mouse.move(700, 400)
    most = top(chat.page) - far / 2
    chat.page.mouse.wheel(0, -far)
    expect(chat.newest).to_be_visible()
    chat.page.wait_for_function(
        "(most) => document.querySelector('chat-log').scrollTop <= most", arg=most
    )
    chat.page.wait_for_function(
        """() => new Promise((done) => { const log = document.querySelector("chat-log");
        const before = log.scrollTop;
        requestAnimationFrame(() => requestAnimationFrame(() => done(log.scrollTop === before)));
        })"""
    )
    return top(chat.page)


def more_came(chat: Chat, least: int = 400) -> None:
    """Wait until the answer is so much longer than now."""
    chat.answering(len(chat.answer.text_content() or "") + least)


def test_scrolling_up_is_let_be(chat: Chat) -> None:
    page = chat.page
    chat.ask("rehearse long answer of 200000 characters").answering(2500)
    assert gap(page) < 30
    more_came(chat)
    at_end(page)
    expect(chat.newest).to_be_hidden()
    place = scrolled_up(chat, 600)
    more_came(chat, 1500)
    assert top(page) == place
    page.keyboard.press("Tab")
    chat.newest.click()
    expect(chat.newest).to_be_hidden()
    more_came(chat)
    at_end(page)
    place = scrolled_up(chat, 900)
    chat.stop.click()
    chat.ended()
    assert abs(top(page) - place) < 2


def test_a_taller_view_is_not_taken_for_the_reader(visitor: Visitor) -> None:
    """Where the room below the log shrinks, or the window grows, the browser moves the log.

    Without scroll anchoring, which Safari does not have and which hides the mistake at times.
    """
    chat = visitor.open()
    page = chat.page
    page.evaluate("document.querySelector('chat-log').style.overflowAnchor = 'none'")
    chat.ask("rehearse long answer of 200000 characters").answering(2500)
    at_end(page)
    chat.field.fill("\n" * 12)
    more_came(chat)
    at_end(page)
    chat.field.fill("")
    more_came(chat)
    at_end(page)
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1] - 300})
    more_came(chat)
    at_end(page)
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    more_came(chat)
    at_end(page)
    expect(chat.newest).to_be_hidden()
    chat.stop.click()
    chat.ended()


def test_a_turn_begun_elsewhere_takes_no_reader_away(visitor: Visitor) -> None:
    here = visitor.open()
    here.ask("rehearse long answer of 6000 characters very quickly").ended()
    there = visitor.open(f"/c/{here.conversation}")
    expect(there.questions).to_have_count(1)
    place = scrolled_up(here, 900)
    there.ask("1+1?").ended()
    expect(here.questions).to_have_count(2)
    here.ended()
    assert top(here.page) == place
    assert gap(there.page) < 30
    here.ask("2+2?").ended()
    at_end(here.page)
    there.ended()
    at_end(there.page)


def test_a_wheel_that_moves_nothing_is_no_move(visitor: Visitor) -> None:
    here = visitor.open()
    here.ask("1+1?").ended()
    there = visitor.open(f"/c/{here.conversation}")
    expect(there.questions).to_have_count(1)
    here.page.evaluate(
        "document.querySelector('chat-log').addEventListener('wheel', () => (window.wheeled = 1))"
    )
    here.page.mouse.move(700, 300)
    here.page.mouse.wheel(0, -300)
    here.page.wait_for_function("window.wheeled")
    there.ask("rehearse long answer of 6000 characters very quickly").ended()
    expect(here.questions).to_have_count(2)
    here.ended()
    at_end(here.page)
    expect(here.newest).to_be_hidden()


def test_the_hand_over_moves_nothing(visitor: Visitor) -> None:
    for size in (WIDE, PHONE):
        chat = visitor.open("/", visitor.device(size))
        page = chat.page
        page.evaluate(WATCH)
        chat.ask("rehearse long thoughts of 3000 characters").ended()
        places = watched(page)
        for at in (0, 1):
            tops = {round(place[at]) for place in places}
            assert len(tops) == 1, f"{size}: moved through {sorted(tops)}"


def test_the_hand_over_on_a_full_screen(chat: Chat) -> None:
    """With a long conversation above, the page is at its end and follows."""
    page = chat.page
    chat.ask("rehearse long answer of 4000 characters very quickly").ended()
    page.evaluate(WATCH)
    chat.ask("rehearse long thoughts of 3000 characters").ended()
    places = watched(page)
    for at in (0, 1):
        tops = [place[at] for place in places]
        falls = [pair for pair in pairwise(tops) if pair[1] > pair[0] + 1]
        assert falls == [], "text that is being read moved down"
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
