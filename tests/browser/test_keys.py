"""Everything by keyboard: the sheet that lists the keys, what they do, and that they can be off."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visit import PHONE, Chat, Visitor

PACE = "0.3"
FOCUSED = "() => document.activeElement.closest('.ask, chat-reply')?.textContent ?? ''"


def keyboard_sheet(page: Page) -> None:
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()


def out_of_the_field(chat: Chat) -> None:
    chat.page.evaluate("document.activeElement.blur()")


@pytest.fixture
def talk(visitor: Visitor) -> Chat:
    """A conversation of two questions."""
    chat = visitor.open()
    chat.ask("1+1?").ended()
    chat.field.fill("2+2?")
    chat.another(lambda: chat.field.press("Enter")).ended()
    return chat


def test_the_sheet_lists_every_key(visitor: Visitor) -> None:
    page = visitor.open().page
    page.keyboard.type("?")
    assert page.locator("#message").input_value() == "?"
    expect(page.locator("#keys")).to_have_count(0)
    page.keyboard.press("Control+/")
    keyboard_sheet(page)
    keys = page.evaluate(
        """async () => {
          const link = document.querySelector('link[href*="/js/browser/shortcuts."]');
          const { shortcuts } = await import(link.href);
          return shortcuts.all.map(({ what }) => what);
        }"""
    )
    assert sorted(page.locator("#keys dt").all_text_contents()) == sorted(set(keys))
    assert page.locator("#keys dd").count() == len(keys)
    assert len(keys) > 10
    assert page.locator("#keys h3").count() >= 3
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_have_count(0)
    expect(page.locator("#message")).to_be_focused()


def test_the_sheet_is_in_the_persons_menu(visitor: Visitor) -> None:
    page = visitor.open("/", visitor.device(PHONE)).page
    page.click("#burger")
    page.click("button.person")
    page.click("#open-keys")
    keyboard_sheet(page)
    expect(page.locator("#person-menu")).to_be_hidden()
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.locator("#keys")).to_have_count(0)


def test_from_message_to_message(talk: Chat) -> None:
    page, keys = talk.page, talk.page.keyboard
    out_of_the_field(talk)
    keys.press("k")
    assert "4" in page.evaluate(FOCUSED)
    expect(page.get_by_role("article").last).to_be_focused()
    keys.press("k")
    assert "2+2?" in page.evaluate(FOCUSED)
    keys.press("j")
    keys.press("j")
    expect(page.locator("#said")).to_contain_text("There is no further message.")
    assert "4" in page.evaluate(FOCUSED)
    for _message in range(3):
        keys.press("k")
    assert "1+1?" in page.evaluate(FOCUSED)
    keys.press("/")
    expect(talk.field).to_be_focused()
    assert talk.field.input_value() == ""
    keys.press("Alt+ArrowUp")
    assert "4" in page.evaluate(FOCUSED)


def test_what_is_done_with_the_message_in_focus(talk: Chat) -> None:
    page, keys = talk.page, talk.page.keyboard
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    out_of_the_field(talk)
    keys.press("c")
    expect(page.locator("#said")).to_contain_text("Copied")
    assert "4" in page.evaluate("navigator.clipboard.readText()")
    opened = talk.reply.locator(".thoughts-open").first
    expect(opened).to_have_attribute("aria-expanded", "false")
    keys.press("t")
    expect(opened).to_have_attribute("aria-expanded", "true")
    keys.press("t")
    expect(opened).to_have_attribute("aria-expanded", "false")


def test_along_the_list(talk: Chat) -> None:
    page, keys = talk.page, talk.page.keyboard
    keys.press("Control+Shift+O")
    keys.type("3+3?")  # at once: not a letter may go to the conversation before
    talk.another(lambda: keys.press("Enter"))
    page.wait_for_url("**/c/*")
    talk.ended()
    expect(talk.questions).to_have_text(["3+3?"])
    out_of_the_field(talk)
    keys.press("l")
    rows = page.locator(".list-row")
    expect(rows.nth(0)).to_be_focused()
    keys.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    keys.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    keys.press("Home")
    expect(rows.nth(0)).to_be_focused()
    keys.press("End")
    expect(rows.nth(1)).to_be_focused()
    keys.press("Enter")
    expect(talk.questions.first).to_have_text("1+1?")


def test_on_a_phone_the_list_is_opened_first(visitor: Visitor) -> None:
    chat = visitor.open("/", visitor.device(PHONE)).ask("1+1?").ended()
    out_of_the_field(chat)
    chat.page.keyboard.press("l")
    expect(chat.page.locator(".list-row")).to_be_focused()
    expect(chat.page.locator(".list-row")).to_be_in_viewport()


def test_single_keys_can_be_off(talk: Chat) -> None:
    page, keys = talk.page, talk.page.keyboard
    keys.press("Control+/")
    switch = page.get_by_role("switch")
    expect(switch).to_be_checked()
    switch.press("Space")
    keys.press("Escape")
    out_of_the_field(talk)
    for key in "?j/lct":
        keys.press(key)
    assert page.evaluate("document.activeElement === document.body")
    expect(page.locator("#keys")).to_have_count(0)
    page.reload()
    talk.connected()
    out_of_the_field(talk)
    keys.press("?")
    expect(page.locator("#keys")).to_have_count(0)
    keys.press("Control+/")
    page.get_by_role("switch").press("Space")
    keys.press("Escape")
    out_of_the_field(talk)
    keys.press("?")
    keyboard_sheet(page)


def test_no_key_acts_amid_typing_or_an_open_dialog(talk: Chat) -> None:
    page, keys = talk.page, talk.page.keyboard
    talk.field.focus()
    keys.type("j/?lct k")
    assert talk.field.input_value() == "j/?lct k"
    keys.press("Control+/")
    keyboard_sheet(page)
    url = page.url
    keys.press("Control+Shift+O")
    keys.press("j")
    keyboard_sheet(page)
    assert page.url == url
    keys.press("Escape")
    expect(talk.field).to_be_focused()
    assert re.search(r"/c/", page.url)


def test_escape_stops_nothing(visitor: Visitor) -> None:
    chat = visitor.open()
    chat.ask("rehearse long thoughts slowly").thinking(20)
    chat.page.keyboard.press("Escape")
    out_of_the_field(chat)
    chat.page.keyboard.press("Escape")
    chat.thinking(60)
    chat.stop.click()
    chat.ended()
