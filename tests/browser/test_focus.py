"""The focus is never lost with the button that had it, and no keyboard covers an answer."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visit import PHONE, Chat, Visitor

PACE = "0.5"


def begun_again(chat: Chat, number: int) -> None:
    """So many turns have been begun, and the newest is on show."""
    expect(chat.page.locator("chat-reply")).to_have_count(number)
    chat.settled()


@pytest.mark.parametrize("keyboard", [False, True], ids=["mouse", "keyboard"])
def test_buttons_that_go_hand_the_focus_on(visitor: Visitor, keyboard: bool) -> None:
    chat = visitor.open()

    def press(name: str) -> None:
        button = chat.reply.get_by_role("button", name=name, exact=True).last
        if keyboard:
            button.focus()
            button.press("Enter")
        else:
            button.click()

    chat.ask("rehearse empty").ended()
    before = chat.reply.get_attribute("data-turn")
    press("Try again")
    expect(chat.reply).not_to_have_attribute("data-turn", str(before))
    expect(chat.field).to_be_focused()
    chat.ended()
    chat.fresh().ask("rehearse cut off").ended()
    press("Continue")
    begun_again(chat, 2)
    expect(chat.field).to_be_focused()
    chat.fresh().ask("rehearse long thoughts slowly").thinking(50)
    press("Answer now")
    expect(chat.field).to_be_focused()
    chat.stop.click()
    chat.ended()


def test_the_send_button_does_not_drag_the_focus_about(visitor: Visitor) -> None:
    """News of other conversations come while it has the focus."""
    here, there = visitor.open(), visitor.open()
    there.ask("1+1?").ended()
    row = here.page.locator(".list-row")
    expect(row).to_have_count(1)
    here.field.fill("a draft")
    here.send.focus()
    there.ask("rehearse long thoughts slowly").thinking(20)
    expect(row).to_have_class(re.compile("running"))
    there.stop.click()
    there.ended()
    expect(row).not_to_have_class(re.compile("running"))
    expect(here.send).to_be_focused()


def test_with_touch_the_newest_reply_has_it(visitor: Visitor) -> None:
    phone = visitor.device(PHONE, has_touch=True, is_mobile=True)
    chat = visitor.open("/", phone)
    chat.ask("rehearse empty").ended()
    before = chat.reply.get_attribute("data-turn")
    chat.field.blur()
    chat.end.get_by_role("button", name="Try again").tap()
    expect(chat.reply).not_to_have_attribute("data-turn", str(before))
    expect(chat.reply).to_be_focused()
    expect(chat.field).not_to_be_focused()
