"""The quick switcher, as a person at the keyboard uses it."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.test_search import told
from tests.browser.visit import PHONE, Chat, Visitor


@pytest.fixture
def seeker(visitor: Visitor) -> Chat:
    told(visitor, "Rivers of Europe", ("Which river is longest?", "The Volga is longest."))
    told(visitor, "The sky", ("Why is it blue?", "Blue light is scattered."))
    return visitor.open()


def opened(chat: Chat) -> Locator:
    chat.page.keyboard.press("Control+k")
    dialog = chat.page.get_by_role("dialog", name="Quick switcher")
    expect(dialog).to_be_visible()
    return dialog


def test_recent_conversations_and_commands_stand_there_at_once(seeker: Chat) -> None:
    dialog = opened(seeker)
    expect(dialog.get_by_role("combobox")).to_be_focused()
    expect(dialog.get_by_role("option")).to_contain_text(["The sky", "Rivers of Europe"])
    expect(dialog.get_by_role("option", name="New conversation")).to_be_visible()
    seeker.page.keyboard.press("ArrowDown")
    seeker.page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(seeker.page.locator("#title")).to_have_text("Rivers of Europe")


def test_what_was_said_is_found_too(seeker: Chat) -> None:
    dialog = opened(seeker)
    seeker.page.keyboard.type("scattered")
    expect(dialog.locator(".found-hit mark")).to_have_text("scattered")
    seeker.page.keyboard.press("Enter")
    expect(seeker.page.locator("#title")).to_have_text("The sky")


def test_a_command_is_done(seeker: Chat) -> None:
    seeker.ask("1+1?").ended()
    dialog = opened(seeker)
    seeker.page.keyboard.type("dark")
    expect(dialog.get_by_role("option")).to_have_text(["Dark colours"])
    seeker.page.keyboard.press("Enter")
    expect(seeker.page.locator("html")).to_have_attribute("data-theme", "dark")
    opened(seeker)
    seeker.page.keyboard.type("new con")
    seeker.page.keyboard.press("Enter")
    expect(seeker.page.locator("#welcome")).to_be_visible()


def test_a_conversation_is_put_into_the_archive(seeker: Chat) -> None:
    opened(seeker)
    seeker.page.keyboard.type("sky")
    seeker.page.keyboard.press("Enter")
    expect(seeker.page.locator("#title")).to_have_text("The sky")
    opened(seeker)
    seeker.page.keyboard.type("archive this")
    seeker.page.keyboard.press("Enter")
    rows = seeker.page.locator("chat-list .list-row")
    expect(rows).to_have_text(["Rivers of Europe"])
    opened(seeker)
    seeker.page.keyboard.type("open the arch")
    seeker.page.keyboard.press("Enter")
    expect(rows).to_have_text(["The sky"])


def test_escape_and_a_click_beside_it_close_it_and_the_focus_returns(seeker: Chat) -> None:
    seeker.field.focus()
    dialog = opened(seeker)
    seeker.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(seeker.field).to_be_focused()
    opened(seeker)
    seeker.page.mouse.click(5, 5)
    expect(dialog).to_be_hidden()


def test_nothing_found_says_what_to_do(seeker: Chat) -> None:
    dialog = opened(seeker)
    seeker.page.keyboard.type("xyzzy")
    expect(dialog.locator(".switcher-told")).to_contain_text("Try fewer words")


def test_on_a_phone_it_has_the_whole_width(visitor: Visitor) -> None:
    chat = visitor.open(context=visitor.device(PHONE))
    box = opened(chat).bounding_box()
    assert box is not None
    assert box["width"] == PHONE[0]
