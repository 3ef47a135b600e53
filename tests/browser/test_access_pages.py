"""Every page and dialog by axe, which finds nothing at all: both schemes, both widths, both
languages; and what a person may ask of the system besides."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.accounts.routes import every_route
from tests.browser.test_access import AXE, RUN, axe_is_here
from tests.browser.test_in_and_out import choose
from tests.browser.visit import PHONE, WIDE, Chat, Visitor
from tests.serving import Process

PACE = "0.2"
PAGES = (
    "/accounts/password/change/",
    "/accounts/logout/",
    "/offline",
    "/no/such/page",
)
OUTSIDE = ("/accounts/login/", "/accounts/signup/", "/s/no-such-link", "/no/such/page")
FIRST = """() => [...document.querySelectorAll("#result_list tr:first-child a, .object-tools a")]
  .map((link) => link.getAttribute("href")).filter((to) => to?.startsWith("/admin"))"""


def found(page: Page) -> Any:
    page.evaluate(AXE.read_text())
    return page.evaluate(RUN)


def narrow(page: Page) -> bool:
    """Nothing makes the page itself scroll to the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page(
    browser: Browser, process: Process, size: tuple[int, int], language: str, scheme: Any
) -> None:
    axe_is_here()
    site = process.site
    person = site.add_person(
        f"ann-{scheme}-{language}-{size[0]}", language=language, is_staff=True, is_superuser=True
    )
    looks: dict[str, Any] = {"color_scheme": scheme, "reduced_motion": "reduce"}
    wrong = {}
    with Visitor(browser, process, person, **looks) as visitor:
        visitor.complaints = ComplaintsOfAbsence()
        stranger = visitor.device(size, signed_in=False, locale=language).new_page()
        for page, addresses in ((stranger, OUTSIDE), (visitor.device(size).new_page(), PAGES)):
            for address in addresses:
                page.goto(address)
                expect(page.locator("html")).to_have_attribute("lang", language)
                broken = found(page)
                if broken or not narrow(page):
                    wrong[address] = broken or "scrolls to the side"
    assert wrong == {}


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_administration(
    browser: Browser, process: Process, size: tuple[int, int], scheme: Any
) -> None:
    """Every page of it, with the first row of each list; Django's own included."""
    axe_is_here()
    name = f"boss-{scheme}-{size[0]}"
    boss = process.site.add_person(name, is_staff=True, is_superuser=True)
    looks: dict[str, Any] = {"color_scheme": scheme, "reduced_motion": "reduce"}
    wrong = {}
    with Visitor(browser, process, boss, **looks) as visitor:
        visitor.complaints = ComplaintsOfAbsence()
        # Axe copies sheets that import others into the page, where the policy takes none.
        visitor.forgive(re.compile("inline style|style-src-elem inline|preload assets"))
        chat = visitor.open()
        chat.ask("1+1?").ended()
        choose(chat, "share")
        chat.page.get_by_role("button", name="Make a link").click()
        expect(chat.page.locator(".share-link")).to_have_count(1)
        page = visitor.device(size).new_page()
        addresses = [each.address for each in every_route() if each.address.startswith("/admin/")]
        for address in addresses:
            if is_page(page, address):
                page.goto(address)
                addresses += [to for to in page.evaluate(FIRST) if to not in addresses]
                if (broken := found(page)) or not narrow(page):
                    wrong[address] = broken or "scrolls to the side"
    assert wrong == {}
    assert len(addresses) > 40


def is_page(page: Page, address: str) -> bool:
    """Neither a file to be saved nor an answer without a body."""
    answer = page.request.get(address)
    saved = "attachment" in answer.headers.get("content-disposition", "")
    return "html" in answer.headers.get("content-type", "") and bool(answer.body()) and not saved


class ComplaintsOfAbsence(list[str]):
    """What a browser writes of a page that is not there was asked for."""

    def append(self, said: str) -> None:
        if not re.search("status of 40[0345]", said):
            super().append(said)


def sheet(chat: Chat) -> None:
    chat.page.keyboard.press("Control+/")
    expect(chat.page.locator("#keys")).to_be_visible()


def menu(chat: Chat) -> None:
    if chat.page.locator("#burger").is_visible():
        chat.page.click("#burger")
    chat.page.click("button.person")
    expect(chat.page.locator("#person-menu")).to_be_visible()


def talk(chat: Chat) -> None:
    chat.ask("Show me a table, some code and some mathematics").ended()
    chat.open_thoughts()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", [sheet, menu, talk], ids=lambda state: state.__name__)
def test_every_state_in_chinese(
    browser: Browser,
    process: Process,
    size: tuple[int, int],
    scheme: Any,
    state: Callable[[Chat], None],
) -> None:
    axe_is_here()
    name = f"wei-{scheme}-{size[0]}-{state.__name__}"
    person = process.site.add_person(name, language="zh-hans")
    looks: dict[str, Any] = {"color_scheme": scheme, "reduced_motion": "reduce"}
    with Visitor(browser, process, person, **looks) as visitor:
        chat = visitor.open("/", visitor.device(size))
        state(chat)
        assert found(chat.page) == []
        assert narrow(chat.page)


SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
  word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }"""


def test_at_320_pixels_with_spaced_text(browser: Browser, process: Process) -> None:
    """As if at 400 % of 1280 (WCAG 1.4.10), and with a reader's own spacing (1.4.12)."""
    with Visitor(browser, process, bypass_csp=True) as visitor:
        chat = visitor.open("/", visitor.device((320, 480)))
        chat.page.add_style_tag(content=SPACED)
        talk(chat)
        assert narrow(chat.page)
        cut = chat.page.evaluate(
            """() => [...document.querySelectorAll("button, .end-text, .notice, .tools, .hint")]
              .filter((node) => node.checkVisibility({ visibilityProperty: true }))
              .filter((node) => !node.closest(".unseen, [inert]"))
              .filter((node) => node.scrollWidth > node.clientWidth + 1 && node.clientWidth)
              .filter((node) => getComputedStyle(node).overflowX === "hidden"
                && getComputedStyle(node).textOverflow !== "ellipsis")
              .map((node) => node.outerHTML.slice(0, 120))"""
        )
        assert cut == []
        expect(chat.field).to_be_in_viewport()


def test_in_the_systems_own_colours(browser: Browser, process: Process) -> None:
    """What is chosen, and what has the focus, is seen where the page may set no colours."""
    with Visitor(browser, process, forced_colors="active") as visitor:
        page = visitor.open().page
        page.click("button.person")
        outlined = """(node) => getComputedStyle(node).outlineStyle"""
        chosen = page.locator(".languages [aria-pressed=true]")
        other = page.locator(".languages [aria-pressed=false]")
        assert chosen.evaluate(outlined) == "solid"
        assert other.evaluate(outlined) == "none"
        page.keyboard.press("Tab")
        assert page.evaluate(f"({outlined})(document.activeElement.nextElementSibling)") == "solid"


def test_nothing_moves_where_less_motion_is_wanted(browser: Browser, process: Process) -> None:
    with Visitor(browser, process, reduced_motion="reduce") as visitor:
        chat = visitor.open()
        chat.ask("rehearse long thoughts slowly").thinking(20)
        moving = chat.page.evaluate(
            """() => document.getAnimations()
              .filter((each) => each.playState === "running")
              .map(({ effect }) => effect.target?.outerHTML.slice(0, 80))"""
        )
        assert moving == []
        chat.stop.click()
        chat.ended()
