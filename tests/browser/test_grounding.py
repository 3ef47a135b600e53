"""Where an answer is from, as the page tells it: sources, marks, suggestions, pages, citations."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.visit import PHONE, WIDE, Chat, Visitor
from tests.serving import Process

PACE = "0.1"
PICTURES = Path(__file__).parent / "pictures"


@pytest.fixture(params=["by its end", "by a reload"])
def grounded(chat: Chat, request: pytest.FixtureRequest) -> Chat:
    """The same whether the page hears of it when the turn ends or reads it later."""
    chat.ask("rehearse search grounding").ended()
    if request.param == "by a reload":
        chat.page.reload()
        chat.connected()
        chat.ended()
    return chat


def test_sources_are_numbered_and_marks_lead_to_them(grounded: Chat) -> None:
    sources = grounded.reply.locator("chat-sources ol a")
    assert sources.all_text_contents() == [
        "example.org",
        "How to sum a series in your head",
        "Gauss zum Gedächtniss (1856)",
    ]
    hosts = grounded.reply.locator("chat-sources ol .sources-aside")
    assert hosts.all_text_contents() == ["example.net", "example.com"]
    marks = grounded.answer.locator(".cite")
    expect(marks).to_have_count(3)
    assert [mark.locator("a").all_text_contents() for mark in marks.all()] == [
        ["1", "3"],
        ["2"],
        ["1", "2", "3"],
    ]
    before = "(mark) => mark.previousSibling.textContent.slice(-5)"
    assert [mark.evaluate(before) for mark in marks.all()] == [".", " 101.", "usen."]
    for link in grounded.reply.locator("chat-sources a, .cite a").all():
        assert (link.get_attribute("href") or "").startswith("https://example.")
        assert link.get_attribute("target") == "_blank"
        assert link.get_attribute("rel") == "noopener noreferrer nofollow"
    expect(marks.nth(1).get_by_role("link", name="Source 2: How to sum")).to_be_visible()


def test_copying_leaves_the_marks_out(grounded: Chat) -> None:
    turn = grounded.stored()
    assert turn.reply is not None
    assert grounded.copied() == turn.reply.answer_text.strip()


def test_suggestions_stand_in_a_frame_without_scripts(grounded: Chat) -> None:
    frame = grounded.reply.locator("iframe.suggestions")
    assert frame.get_attribute("sandbox") == (
        "allow-same-origin allow-popups allow-popups-to-escape-sandbox"
    )
    inside = frame.content_frame
    chips = inside.get_by_role("link")
    expect(chips).to_have_count(2)
    expect(chips.last).to_have_text("carl friedrich gauß büttner anekdote")
    assert chips.first.evaluate("(chip) => getComputedStyle(chip).borderRadius") == "16px"
    height = frame.evaluate("(frame) => frame.offsetHeight")
    assert 40 < height < 120
    assert chips.first.evaluate("(chip) => chip.target + chip.rel") == (
        "_blanknoopener noreferrer nofollow"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_suggestions_are_as_light_or_dark_as_the_page(
    browser: Browser, process: Process, scheme: str
) -> None:
    with Visitor(browser, process, color_scheme=scheme) as visitor:
        chat = visitor.open()
        chat.ask("rehearse grounding").ended()
        box = chat.reply.locator("iframe.suggestions").content_frame.locator(".container")
        colour = "(box) => getComputedStyle(box).backgroundColor"
        shades = {"light": "rgb(250, 250, 250)", "dark": "rgb(31, 31, 31)"}
        assert box.evaluate(colour) == shades[scheme]
        other = "dark" if scheme == "light" else "light"
        chat.page.evaluate("(theme) => (document.documentElement.dataset.theme = theme)", other)
        chat.page.wait_for_function(
            """(shade) => {
              const inner = document.querySelector("iframe.suggestions").contentDocument;
              return getComputedStyle(inner.querySelector(".container")).backgroundColor === shade;
            }""",
            arg=shades[other],
        )


def test_pages_and_citations(chat: Chat) -> None:
    chat.ask("rehearse pages read").ended()
    states = chat.reply.locator("chat-sources .sources-aside")
    assert states.all_text_contents() == ["read", "read", "behind a paywall", "could not be read"]
    chat.ask("rehearse citations").ended()
    quoted = chat.reply.locator("chat-sources li")
    expect(quoted).to_have_count(2)
    expect(quoted.first).to_contain_text("A declaration, 1776")
    expect(quoted.first.locator("q")).to_contain_text("We hold these truths")
    expect(quoted.last).to_contain_text("Licence: mit")


def test_many_sources_are_folded(chat: Chat) -> None:
    count = chat.page.evaluate(
        """async () => {
          const sources = Array.from({ length: 20 }, (_, at) => ({ uri: "", title: `s ${at}` }));
          const node = document.createElement("chat-sources");
          node.id = "many";
          document.querySelector("chat-log").append(node);
          const none = { marks: [], queries: [], suggestions: "", pages: [], citations: [] };
          node.update({ ...none, sources }, null);
          return node.querySelectorAll("li").length;
        }"""
    )
    assert count == 20
    seen = chat.page.locator("#many li:visible")
    expect(seen).to_have_count(6)
    chat.page.get_by_role("button", name="Show 14 more").click()
    expect(seen).to_have_count(20)
    chat.page.locator("#many").evaluate("(node) => node.remove()")


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")])
def test_pictures(
    browser: Browser,
    process: Process,
    request: pytest.FixtureRequest,
    size: tuple[int, int],
    scheme: str,
) -> None:
    wanted = bool(request.config.getoption("--pictures", default=False))
    name = f"{'wide' if size == WIDE else 'phone'}-{scheme}"
    with Visitor(browser, process) as visitor:
        chat = visitor.open("/", visitor.device(size, color_scheme=scheme))
        for command in ("grounding", "citations", "pages read"):
            chat.fresh().ask(f"rehearse {command}").ended()
            assert overflow(chat.page) <= size[0]
            expect(chat.reply).not_to_contain_text(re.compile("undefined|null"))
            if wanted:
                chat.page.screenshot(
                    path=PICTURES / f"shown-{command.replace(' ', '-')}-{name}.png"
                )


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))
