"""Stop, and several pages of one person in step."""

import re

from playwright.sync_api import expect

from tests.browser.visit import PHONE, Chat, Visitor

LONG = "rehearse long answer of 12000 characters"
SLOW = "rehearse long answer of 20000 characters slowly"


def stopped(chat: Chat, offers: str = "Continue") -> None:
    chat.ended()
    expect(chat.end).to_have_text(re.compile("You stopped this answer. What had come is kept."))
    expect(chat.end.locator("button")).to_have_text(offers)
    expect(chat.send).to_be_visible()
    expect(chat.stop).to_be_hidden()


def test_stop_keeps_what_had_come(chat: Chat) -> None:
    chat.ask(LONG).answering(100)
    seen = chat.answer.inner_text()
    chat.stop.dblclick()
    stopped(chat)
    assert chat.answer.inner_text().startswith(seen[:-40])
    chat.same_as_stored()
    turn = chat.stored()
    assert (turn.state, turn.outcome) == ("stopped", "stopped")
    chat.page.reload()
    chat.connected()
    stopped(chat)
    chat.same_as_stored()
    chat.another(chat.end.locator("button").click)
    expect(chat.page.locator("chat-ask.go-on")).to_be_visible()
    chat.ended()
    assert chat.stored().outcome == "complete"


def test_stop_while_it_thinks(chat: Chat) -> None:
    chat.ask("rehearse long thoughts slowly").thinking(100)
    chat.field.fill("kept while it runs")
    chat.field.press("Enter")
    expect(chat.notice).to_contain_text("your text stays here")
    chat.stop.click()
    stopped(chat, "Try again")
    expect(chat.notice).to_be_hidden()
    expect(chat.field).to_have_value("kept while it runs")
    assert len(chat.questions.all()) == 1
    chat.same_as_stored()


def test_what_is_told_of_one_conversation_is_not_told_in_another(chat: Chat) -> None:
    chat.ask("rehearse long thoughts slowly").thinking(50)
    chat.field.fill("kept while it runs")
    chat.field.press("Enter")
    expect(chat.notice).to_be_visible()
    expect(chat.fresh().notice).to_be_hidden()
    chat.page.go_back()
    expect(chat.field).to_have_value("kept while it runs")
    expect(chat.notice).to_be_hidden()
    chat.field.fill("")
    chat.stop.click()
    chat.ended()


def test_two_devices_in_step(visitor: Visitor) -> None:
    """A question, its text and its stop are the same in two tabs and on a phone."""
    here, there = visitor.open(), visitor.open()
    phone = visitor.open("/", visitor.device(PHONE))
    here.ask(SLOW)
    rows = [chat.page.locator(".list-row") for chat in (there, phone)]
    for row in rows:
        expect(row).to_have_class(re.compile("running"))
        expect(row.locator(".list-dot")).to_have_text("running")
    expect(rows[0].locator(".list-dot")).to_be_visible()
    colour = rows[0].locator(".list-dot").evaluate("(dot) => getComputedStyle(dot).backgroundColor")
    red, green, blue = (float(number) for number in re.findall(r"[\d.]+", colour)[:3])
    assert red > green > blue, f"{colour} is not amber"
    for row in rows:
        row.evaluate("(row) => row.click()")
    for chat in (there, phone):
        expect(chat.questions).to_have_text([SLOW])
        chat.answering(50)
    there.stop.click()
    here.stop.evaluate("(button) => button.click()")
    for chat in (here, there, phone):
        stopped(chat)
    texts = {chat.answer.inner_text() for chat in (here, there, phone)}
    assert len(texts) == 1
    for chat in (here, there, phone):
        chat.same_as_stored()
    there.ask("2+2?")
    for chat in (here, phone):
        expect(chat.questions).to_have_text([SLOW, "2+2?"])
        expect(chat.page.locator("chat-reply")).to_have_count(2)
    for chat in (here, there, phone):
        chat.ended()
        expect(chat.answer).to_contain_text("4")
        chat.same_as_stored()
    assert len(here.turns()) == 2
    for row in rows:
        expect(row.locator(".list-dot")).to_have_count(0)


def test_an_end_elsewhere_is_unread(visitor: Visitor) -> None:
    here = visitor.open()
    here.ask("1+1?").ended()
    first = here.conversation
    here.fresh().ask("rehearse long answer of 1500 characters very slowly").answering(10)
    here.page.locator(f'.list-row[href="/c/{first}"]').click()
    expect(here.questions).to_have_text(["1+1?"])
    rows = here.page.locator(".list-row")
    expect(rows).to_have_count(2)
    expect(rows.first).to_have_class(re.compile("unread"))
    expect(rows.first.locator(".list-dot")).to_have_text("unread")
    rows.first.click()
    expect(here.questions).not_to_have_text(["1+1?"])
    here.ended()
    expect(rows.first.locator(".list-dot")).to_have_count(0)
    here.same_as_stored()
    here.page.go_back()
    expect(here.questions).to_have_text(["1+1?"])
    here.same_as_stored()
