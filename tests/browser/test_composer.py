"""Where a person writes: what sends and what does not, and that no draft is lost."""

import pytest
from playwright.sync_api import expect

from conversations.turns.accept import MESSAGE_LIMIT
from tests.browser.visit import Chat

COMPOSING = """(field, [init, keyCode]) => {
  const event = new KeyboardEvent("keydown", { key: "Enter", code: "Enter", bubbles: true,
    cancelable: true, ...init });
  if (keyCode) Object.defineProperty(event, "keyCode", { value: keyCode });
  field.dispatchEvent(event);
}"""


def test_enter_sends_and_shift_enter_breaks(chat: Chat) -> None:
    chat.field.focus()
    chat.page.keyboard.type("1+1?")
    chat.page.keyboard.press("Shift+Enter")
    chat.page.keyboard.type("no more")
    expect(chat.field).to_have_value("1+1?\nno more")
    expect(chat.questions).to_have_count(0)
    tall = chat.field.bounding_box()
    chat.page.keyboard.press("Enter")
    expect(chat.questions).to_have_text(["1+1?\nno more"])
    expect(chat.field).to_have_value("")
    low = chat.field.bounding_box()
    assert tall is not None
    assert low is not None
    assert tall["height"] > low["height"]
    chat.page.wait_for_url("**/c/*")
    chat.ended()
    assert chat.messages()[0].answer_text == "1+1?\nno more"


@pytest.mark.parametrize("event", [[{"isComposing": True}, 0], [{}, 229]], ids=["flag", "code"])
def test_enter_of_an_input_method_does_not_send(chat: Chat, event: list[object]) -> None:
    chat.field.fill("你好")
    before = len(chat.turns())
    chat.field.dispatch_event("compositionstart")
    chat.field.evaluate(COMPOSING, event)
    chat.field.dispatch_event("compositionend")
    chat.settled()
    expect(chat.field).to_have_value("你好")
    expect(chat.questions).to_have_count(0)
    assert len(chat.turns()) == before
    chat.field.evaluate(COMPOSING, [{}, 13])
    expect(chat.questions).to_have_text(["你好"])
    chat.page.wait_for_url("**/c/*")
    chat.ended()


def test_a_real_input_method(chat: Chat) -> None:
    """The browser's own composing, through its debugger, as a keyboard would do it."""
    chat.field.focus()
    keyboard = chat.page.context.new_cdp_session(chat.page)
    keyboard.send("Input.imeSetComposition", {"text": "に", "selectionStart": 1, "selectionEnd": 1})
    expect(chat.field).to_have_value("に")
    enter = {"type": "rawKeyDown", "key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229}
    keyboard.send("Input.dispatchKeyEvent", enter)
    chat.settled()
    expect(chat.questions).to_have_count(0)
    keyboard.send("Input.insertText", {"text": "日本"})
    expect(chat.field).to_have_value("日本")
    chat.field.fill("")


def test_nothing_is_sent_of_nothing(chat: Chat) -> None:
    before = len(chat.turns())
    for text in ("", "   ", "\n\n\t "):
        chat.field.fill(text)
        expect(chat.send).to_be_disabled()
        chat.field.press("Enter")
    chat.settled()
    expect(chat.page.locator("#welcome")).to_be_visible()
    assert len(chat.turns()) == before
    chat.field.fill("")


def test_too_long_is_told_and_kept(chat: Chat) -> None:
    before = len(chat.turns())
    text = "ä" * (MESSAGE_LIMIT + 5)
    chat.field.fill(text)
    expect(chat.page.locator(".room-left")).to_contain_text("Too long by 5 characters")
    expect(chat.send).to_be_disabled()
    chat.field.press("Enter")
    expect(chat.notice).to_contain_text("Too long by 5")
    assert chat.field.input_value() == text
    assert len(chat.turns()) == before
    chat.field.fill("")
    expect(chat.notice).to_be_hidden()


def test_drafts_survive_and_keep_to_their_conversation(chat: Chat) -> None:
    chat.ask("1+1?").ended()
    chat.field.fill("a draft in an old one")
    chat.fresh()
    expect(chat.field).to_have_value("")
    chat.field.fill("a draft\nin a new one")
    chat.page.reload()
    chat.connected()
    expect(chat.field).to_have_value("a draft\nin a new one")
    chat.field.fill("")
    chat.page.locator(".list-row").first.click()
    expect(chat.field).to_have_value("a draft in an old one")
    chat.field.fill("")
    chat.page.reload()
    chat.connected()
    expect(chat.field).to_have_value("")
