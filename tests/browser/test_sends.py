"""What is sent arrives once, or comes back to where it was written; nothing is sent by a slip."""

import pytest
from playwright.sync_api import expect

from tests.browser.visit import Chat, Visitor
from tests.browser.wire import Wire

CLICK_WHEN_SHOWN = """([selector, word]) => {
  const found = () => [...document.querySelectorAll(selector)]
    .find((node) => node.checkVisibility() && node.textContent.includes(word));
  window.secondly = until(found).then(() => found().click());
}"""
"""The second click of a hasty person, armed before the first: as soon as the button is there."""
SECONDLY = "window.secondly"
ENTER = """(field, init) => field.dispatchEvent(new KeyboardEvent("keydown",
  { key: "Enter", bubbles: true, cancelable: true, ...init }))"""
SETTLED = 700


@pytest.fixture
def wire(visitor: Visitor) -> Wire:
    return Wire(visitor.context)


def sent(chat: Chat, text: str) -> Chat:
    """Sent from the page; it need not arrive."""
    chat.field.fill(text)
    chat.field.press("Enter")
    expect(chat.field).to_have_value("")
    expect(chat.page.locator(".ask.waiting")).to_contain_text(text)
    return chat


def test_refused_texts_go_back_to_their_own_conversations(visitor: Visitor, wire: Wire) -> None:
    chat = visitor.open()
    chat.ask("1+1?").ended()
    wire.keeps.add("send")
    sent(chat, "for the old one")
    sent(chat.fresh(), "for a new one")
    chat.field.fill("typed since")
    old, new = wire.has(chat, 2)
    old.refuse("busy", "An answer is coming.")
    new.refuse("over_quota", "Too many.")
    expect(chat.field).to_have_value("for a new one\n\ntyped since")
    expect(chat.notice).to_have_text("Too many.")
    expect(chat.page.locator(".ask.waiting")).to_have_count(0)
    chat.page.locator(".list-row").first.click()
    expect(chat.field).to_have_value("for the old one")
    expect(chat.notice).to_have_text("An answer is coming.")
    chat.page.reload()
    chat.connected()
    expect(chat.field).to_have_value("for the old one")
    chat.fresh()
    expect(chat.field).to_have_value("for a new one\n\ntyped since")
    expect(chat.notice).to_be_hidden()


def test_a_turn_that_is_told_of_before_its_acceptance_shows_its_question_once(
    visitor: Visitor, wire: Wire
) -> None:
    chat = visitor.open()
    chat.ask("1+1?").ended()
    wire.delays.add("accepted")
    chat.field.fill("2+2?")
    chat.another(lambda: chat.field.press("Enter"))
    expect(chat.page.locator(".ask-text")).to_have_text(["1+1?", "2+2?"])
    wire.delays.clear()
    wire.deliver(chat)
    chat.ended()
    expect(chat.page.locator(".ask-text")).to_have_text(["1+1?", "2+2?"])
    expect(chat.page.locator(".ask.waiting")).to_have_count(0)
    chat.ask("3+3?").ended()


def test_a_refusal_elsewhere_leaves_what_is_typed_here_alone(visitor: Visitor, wire: Wire) -> None:
    chat = visitor.open()
    chat.ask("1+1?").ended()
    wire.keeps.add("send")
    sent(chat, "for the old one")
    chat.fresh().field.fill("typed here")
    wire.has(chat)[0].refuse("busy", "An answer is coming.")
    expect(chat.notice).to_have_text("In “1+1?”: An answer is coming. Your text is kept there.")
    expect(chat.field).to_have_value("typed here")
    chat.page.locator(".list-row").first.click()
    expect(chat.field).to_have_value("for the old one")


def test_a_refusal_amid_an_input_method_does_not_break_it_off(visitor: Visitor, wire: Wire) -> None:
    chat = visitor.open()
    wire.keeps.add("send")
    sent(chat, "first")
    keyboard = chat.page.context.new_cdp_session(chat.page)
    keyboard.send("Input.imeSetComposition", {"text": "に", "selectionStart": 1, "selectionEnd": 1})
    expect(chat.field).to_have_value("に")
    wire.has(chat)[0].refuse("busy", "Not now.")
    expect(chat.notice).to_have_text("Not now.")
    expect(chat.field).to_have_value("に")
    keyboard.send("Input.insertText", {"text": "日本"})
    expect(chat.field).to_have_value("first\n\n日本")


def test_a_second_enter_starts_no_second_conversation(visitor: Visitor, wire: Wire) -> None:
    """What is typed meanwhile goes along to the new one, even out of an input method."""
    chat = visitor.open()
    wire.keeps.add("send")
    sent(chat, "1+1?")
    chat.field.fill("2+2? ")
    chat.field.press("Enter")
    expect(chat.notice).to_contain_text("still on its way")
    chat.field.press("End")
    keyboard = chat.page.context.new_cdp_session(chat.page)
    keyboard.send("Input.imeSetComposition", {"text": "に", "selectionStart": 1, "selectionEnd": 1})
    expect(chat.field).to_have_value("2+2? に")
    wire.keeps.clear()
    (kept,) = wire.has(chat)
    kept.go_on()
    chat.page.wait_for_url("**/c/*")
    chat.ended()
    expect(chat.notice).to_be_hidden()
    expect(chat.field).to_have_value("2+2? に")
    keyboard.send("Input.insertText", {"text": "日本"})
    expect(chat.field).to_have_value("2+2? 日本")
    chat.page.wait_for_timeout(SETTLED)
    chat.field.press("Enter")
    expect(chat.page.locator("chat-reply")).to_have_count(2)
    chat.ended()
    expect(chat.questions).to_have_text(["1+1?", "2+2? 日本"])
    assert len({turn.conversation_id for turn in chat.turns()}) == 1
    expect(chat.fresh().field).to_have_value("")


def test_what_waits_can_be_taken_back(visitor: Visitor, wire: Wire) -> None:
    chat = visitor.open()
    wire.keeps.add("send")
    sent(chat, "not this")
    expect(chat.page.locator("#welcome")).to_be_hidden()
    chat.field.fill("typed since")
    chat.page.get_by_role("button", name="Take back").click()
    expect(chat.field).to_have_value("not this\n\ntyped since")
    expect(chat.field).to_be_focused()
    expect(chat.page.locator(".ask.waiting")).to_have_count(0)
    expect(chat.page.locator("#welcome")).to_be_visible()
    wire.keeps.clear()
    chat.page.reload()
    chat.connected()
    expect(chat.page.locator(".ask.waiting")).to_have_count(0)
    expect(chat.field).to_have_value("not this\n\ntyped since")
    assert chat.turns() == []


def test_a_kept_first_question_is_gone_to_after_a_reload(visitor: Visitor, wire: Wire) -> None:
    chat = visitor.open()
    other = visitor.open()
    wire.keeps.add("send")
    sent(chat, "1+1?")
    wire.keeps.clear()
    chat.page.reload()
    chat.page.wait_for_url("**/c/*")
    chat.ended()
    expect(chat.questions).to_have_text(["1+1?"])
    expect(other.page.locator("#welcome")).to_be_visible()
    assert len(chat.turns()) == 1


def test_half_a_pair_arrives_as_text(visitor: Visitor) -> None:
    chat = visitor.open()
    chat.field.evaluate(
        """(field) => {
          field.value = "1+1? \\ud83c";
          field.dispatchEvent(new Event("input", { bubbles: true }));
        }"""
    )
    chat.field.press("Enter")
    chat.page.wait_for_url("**/c/*")
    chat.ended()
    assert chat.messages()[0].answer_text == "1+1? \ufffd"


def test_a_second_click_on_stop_does_not_send_the_draft(visitor: Visitor) -> None:
    chat = visitor.open()
    chat.ask("rehearse long answer").answering(50)
    chat.field.fill("a draft")
    chat.page.evaluate(CLICK_WHEN_SHOWN, ["button.send", ""])
    chat.stop.click()
    chat.page.evaluate(SECONDLY)
    chat.ended()
    expect(chat.field).to_have_value("a draft")
    assert len(chat.turns()) == 1
    chat.page.wait_for_timeout(SETTLED)
    chat.send.click()
    expect(chat.page.locator("chat-reply")).to_have_count(2)
    expect(chat.field).to_be_focused()


def test_a_second_enter_on_stop_does_not_send_the_draft(visitor: Visitor) -> None:
    chat = visitor.open()
    chat.ask("rehearse long answer").answering(50)
    chat.field.fill("a draft")
    chat.stop.focus()
    chat.field.evaluate(
        f"""(field) => {{
          const there = () => document.activeElement === field;
          window.secondly = until(there).then(() => ({ENTER})(field, {{}}));
        }}"""
    )
    chat.page.keyboard.press("Enter")
    chat.page.evaluate(SECONDLY)
    chat.ended()
    chat.page.wait_for_timeout(SETTLED)
    chat.field.evaluate(ENTER, {"repeat": True})
    expect(chat.field).to_have_value("a draft")
    assert len(chat.turns()) == 1
    chat.field.evaluate(ENTER, {})
    expect(chat.page.locator("chat-reply")).to_have_count(2)


def test_a_second_click_on_a_retrys_stop_does_not_try_again(visitor: Visitor) -> None:
    chat = visitor.open()
    chat.ask("rehearse error 429 always for 50 seconds")
    expect(chat.end.get_by_role("button", name="Stop")).to_be_visible()
    chat.page.evaluate(CLICK_WHEN_SHOWN, ["chat-end button", "Try again"])
    chat.end.get_by_role("button", name="Stop").click()
    chat.page.evaluate(SECONDLY)
    chat.ended()
    expect(chat.end.locator("button")).to_be_enabled()
    chat.page.wait_for_timeout(SETTLED)
    assert len(chat.turns()) == 1
    chat.end.locator("button").click()
    expect(chat.end.get_by_role("button", name="Stop")).to_be_visible()
    assert len(chat.turns()) == 2


def test_continue_rests_while_it_is_on_its_way(visitor: Visitor, wire: Wire) -> None:
    chat = visitor.open()
    chat.ask("rehearse cut off").ended()
    wire.keeps.add("again")
    chat.end.get_by_role("button", name="Continue").click()
    expect(chat.end.locator("button")).to_be_disabled()
    expect(chat.field).to_be_focused()
    wire.has(chat)[0].go_on()
    expect(chat.page.locator("chat-reply")).to_have_count(2)
    assert len(chat.turns()) == 2


def test_an_answer_is_wanted_now_also_by_whoever_leaves(visitor: Visitor, wire: Wire) -> None:
    chat = visitor.open()
    chat.ask("rehearse long thoughts slowly").thinking(50)
    wire.keeps.add("again")
    chat.reply.locator(".answer-now").click()
    expect(chat.field).to_be_focused()
    (again,) = wire.has(chat)
    chat.fresh()
    again.go_on()
    for _look in range(600):
        if len(turns := chat.turns()) == 2:
            break
        chat.page.wait_for_timeout(100)
    first, second = sorted(turns, key=lambda turn: turn.accepted_at)
    assert first.outcome == "stopped"
    assert second.question_id == first.question_id
    assert second.budget == 128
    expect(chat.page.locator("#welcome")).to_be_visible()
