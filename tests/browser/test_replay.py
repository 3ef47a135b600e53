"""A finished turn once more, as it came: played, hurried, wound back, and closed again."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.visit import PHONE, WIDE, Chat, Visitor
from tests.serving import Process

PACE = "0.5"
PICTURES = Path(__file__).parent / "pictures"


def begun(chat: Chat) -> Locator:
    chat.reply.locator(".tools > .replay").click()
    player = chat.reply.locator("chat-replay")
    expect(player).to_be_visible()
    return player


def stilled(player: Locator) -> None:
    """Pause it, if it is not over already: a short one may be."""
    player.locator(".replay-play").evaluate(
        "(button) => button.getAttribute('aria-label') === 'Pause' && button.click()"
    )
    expect(player.get_by_role("button", name="Play", exact=True)).to_be_visible()


def wind(player: Locator, share: float) -> None:
    """Move the scrubber to a share of the whole."""
    player.locator("input").evaluate(
        """(range, share) => {
          range.value = range.max * share;
          range.dispatchEvent(new Event("input"));
        }""",
        share,
    )


def texts(player: Locator) -> list[str]:
    return ["".join(text.split()) for text in player.locator("chat-answer").all_text_contents()]


def test_it_comes_once_more_as_it_came(chat: Chat) -> None:
    page = chat.page
    chat.ask("rehearse long thoughts").ended()
    expect(chat.title).not_to_have_text("Thoughts")
    title = chat.title.text_content()
    answer = chat.answer.text_content() or ""
    said = page.locator("#said p").count()
    player = begun(chat)
    expect(player.get_by_role("button", name="Pause")).to_be_focused()
    expect(chat.reply.locator(":scope > .reply-body")).to_be_hidden()
    expect(player.locator("chat-thoughts")).to_have_attribute("data-mode", "window")
    expect(player.locator(".answer-now")).to_be_hidden()
    expect(player.locator(".thoughts-title")).to_contain_text("Thinking")
    player.get_by_role("combobox", name="Speed").select_option("8")
    expect(player.get_by_role("button", name="Play", exact=True)).to_be_visible()
    expect(player.locator("chat-thoughts")).to_have_attribute("data-mode", "closed")
    expect(player.locator(".thoughts-title")).to_have_text(title or "")
    page.wait_for_function(
        """(length) => document.querySelector("chat-replay chat-answer").textContent.length
          >= length - 30""",
        arg=len(answer),
    )
    expect(page.locator("#said p")).to_have_count(said + 1)
    expect(page.locator("#said p").last).to_have_text("The replay is over.")
    page.keyboard.press("Escape")
    expect(player).to_have_count(0)
    expect(chat.reply.locator(":scope > .reply-body")).to_be_visible()
    expect(chat.reply.locator(".tools > .replay")).to_be_focused()
    assert chat.answer.text_content() == answer
    chat.same_as_stored()


def test_the_scrubber_goes_back_and_forth(chat: Chat) -> None:
    chat.ask("rehearse long answer of 3000 characters").ended()
    whole = "".join((chat.answer.text_content() or "").split())
    player = begun(chat)
    stilled(player)
    wind(player, 1)
    chat.page.wait_for_function(
        "(least) => (document.querySelector('chat-replay chat-answer')?.textContent ?? '')"
        ".replace(/\\s+/g, '').length >= least",
        arg=len(whole),
    )
    assert texts(player) == [whole]
    wind(player, 0.5)
    chat.page.wait_for_function(
        "(most) => { const text = document.querySelector('chat-replay chat-answer')?.textContent;"
        " return text?.length > 100 && text.length < most * 0.8; }",
        arg=len(whole),
    )
    chat.settled()
    (half,) = texts(player)
    assert half[:80] == whole[:80]
    expect(player.locator("chat-thoughts")).to_have_attribute("data-mode", "closed")
    wind(player, 0)
    expect(player.locator("chat-answer")).to_have_count(0)
    scrubber = player.get_by_role("slider", name="Place in the replay")
    scrubber.focus()
    chat.page.keyboard.press("End")
    expect(scrubber).to_have_attribute("aria-valuetext", re.compile(r"^(\d+) s of \1 s$"))
    chat.page.keyboard.press("Home")
    expect(player.locator(".replay-time")).to_contain_text("0 s of")
    player.get_by_role("button", name="End the replay").click()
    expect(player).to_have_count(0)
    chat.same_as_stored()


def test_long_silences_are_cut_short_when_it_hurries(chat: Chat) -> None:
    """The silence of this turn, at the pace of this site, has 4 s of the 6 that it all takes."""
    chat.ask("rehearse silence of 8 seconds").ended()
    player = begun(chat)
    stilled(player)
    wind(player, 0)
    player.get_by_role("combobox", name="Speed").select_option("2")
    chat.page.evaluate(
        """() => {
          window.leap = 0;
          const range = document.querySelector("chat-replay input");
          let before = 0;
          const look = () => {
            const now = Number(range.value);
            window.leap = Math.max(window.leap, (now - before) / Number(range.max));
            before = now;
            if (range.isConnected) requestAnimationFrame(look);
          };
          look();
        }"""
    )
    player.get_by_role("button", name="Play", exact=True).click()
    expect(player.locator(".replay-time")).to_have_text(re.compile(r"^(\d+) s of \1 s$"))
    assert chat.page.evaluate("window.leap") > 0.3
    chat.page.keyboard.press("Escape")


def test_other_parts_come_at_their_time(chat: Chat) -> None:
    for command, node in {"failed code": "chat-run", "image": ".picture-open img"}.items():
        chat.fresh().ask(f"rehearse {command}").ended()
        count = chat.reply.locator(f".reply-body {node}").count()
        player = begun(chat)
        stilled(player)
        wind(player, 0)
        expect(player.locator(node)).to_have_count(0)
        wind(player, 1)
        expect(player.locator(node)).to_have_count(count)
        chat.page.keyboard.press("Escape")
        expect(chat.reply.locator(node)).to_have_count(count)


def test_with_reduced_motion_and_another_row_below(browser: Browser, process: Process) -> None:
    """Nothing below the reply moves, and one replay ends another."""
    with Visitor(browser, process, reduced_motion="reduce") as visitor:
        chat = visitor.open()
        chat.ask("1+1?").ended()
        chat.ask("2+2?").ended()
        below = chat.page.locator(".ask").last
        first = chat.page.locator("chat-reply").first
        before = below.bounding_box()
        first.locator(".tools > .replay").click()
        expect(first.locator("chat-replay")).to_be_visible()
        assert below.bounding_box() == before
        chat.reply.locator(".tools > .replay").click()
        expect(chat.reply.locator("chat-replay")).to_be_visible()
        expect(first.locator("chat-replay")).to_have_count(0)
        chat.fresh()
        expect(chat.page.locator("chat-replay")).to_have_count(0)


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")])
def test_pictures(
    browser: Browser,
    process: Process,
    request: pytest.FixtureRequest,
    size: tuple[int, int],
    scheme: str,
) -> None:
    wanted = bool(request.config.getoption("--pictures", default=False))
    with Visitor(browser, process) as visitor:
        chat = visitor.open("/", visitor.device(size, color_scheme=scheme))
        chat.ask("1+2+3+4+5+....+999?").ended()
        player = begun(chat)
        stilled(player)
        wind(player, 0.8)
        expect(player.locator("chat-answer")).to_be_visible()
        chat.settled()
        assert chat.page.evaluate("document.documentElement.scrollWidth") <= size[0]
        if wanted:
            name = f"replay-{'wide' if size == WIDE else 'phone'}-{scheme}.png"
            chat.page.screenshot(path=PICTURES / name)
