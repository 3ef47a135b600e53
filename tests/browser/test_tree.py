"""The tree of a conversation, as a person walks in it: edits, versions, answers gone on with, and
the branch on show the same on all devices.
"""

import re

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, expect

from tests.browser.test_question import LOOKS, PICTURES
from tests.browser.visit import PHONE, Chat, Visitor
from tests.serving import Process

PACE = "0.05"
ENDLESS = "rehearse long answer of 60000 characters very slowly"
"""Longer than any test takes to stop it, on a slow machine too."""


def edit(chat: Chat, nth: int, text: str) -> None:
    """Open a question's editor by its pencil, write, and send with Enter."""
    ask = chat.page.locator("chat-ask").nth(nth)
    ask.hover()
    ask.locator(".edit").click()
    field = ask.locator("textarea")
    expect(field).to_be_focused()
    field.fill(text)
    chat.another(lambda: field.press("Enter"))


def versions(row: Locator) -> Locator:
    return row.locator(".versions")


def test_any_question_is_edited_into_a_branch(chat: Chat) -> None:
    chat.ask("1+1?").ended()
    chat.ask("2+2?").ended()
    edit(chat, 0, "3+3?")
    chat.ended()
    expect(chat.questions).to_have_text(["3+3?"])
    expect(chat.answer).to_contain_text("6")
    walk = versions(chat.page.locator("chat-ask").first)
    expect(walk).to_have_text("2/2")
    walk.locator(".back").click()
    expect(chat.questions).to_have_text(["1+1?", "2+2?"])
    walk = versions(chat.page.locator("chat-ask").first)
    expect(walk).to_have_text("1/2")
    expect(walk.locator(".back")).to_be_focused()
    chat.page.reload()
    chat.connected()
    expect(chat.questions).to_have_text(["1+1?", "2+2?"])
    texts = [message.answer_text for message in chat.messages() if message.role == "user"]
    assert sorted(texts) == ["1+1?", "2+2?", "3+3?"]


def test_an_answer_asked_for_again_keeps_the_first(chat: Chat) -> None:
    chat.ask("4+4?").ended()
    chat.ask("5+5?").ended()
    first = chat.page.locator("chat-reply").first
    first.get_by_role("button", name="Try again").click()
    expect(chat.questions).to_have_text(["4+4?"])
    chat.ended()
    walk = versions(chat.reply)
    expect(walk).to_have_text("2/2")
    expect(walk).to_have_attribute("aria-label", "Version 2 of 2")
    walk.locator(".back").focus()
    chat.page.keyboard.press("Enter")
    expect(chat.questions).to_have_text(["4+4?", "5+5?"])
    walk = versions(chat.page.locator("chat-reply").first)
    expect(walk).to_have_text("1/2")
    expect(walk.locator(".back")).to_be_focused()
    expect(walk.locator(".back")).to_have_attribute("aria-disabled", "true")
    chat.page.keyboard.press("Tab")
    chat.page.keyboard.press("Enter")
    expect(chat.questions).to_have_text(["4+4?"])


def test_the_walk_stays_under_the_hand(chat: Chat) -> None:
    chat.ask("6+6?").ended()
    edit(chat, 0, "rehearse long answer of 6000 characters")
    chat.ended()
    for _ in range(3):
        chat.ask("7+7?").ended()
    ask = chat.page.locator("chat-ask").first
    ask.scroll_into_view_if_needed()
    button = versions(ask).locator(".back")
    place = button.bounding_box()
    assert place
    chat.page.mouse.move(place["x"] + 9, place["y"] + 9)
    chat.page.mouse.down()
    chat.page.mouse.up()
    expect(chat.questions).to_have_text(["6+6?"])
    chat.settled()
    after = versions(chat.page.locator("chat-ask").first).locator(".back").bounding_box()
    assert after
    assert abs(after["y"] - place["y"]) <= 2


def test_a_stopped_answer_goes_on_after_a_rule(chat: Chat) -> None:
    chat.ask("rehearse long answer of 40000 characters very slowly").answering(100)
    chat.stop.click()
    chat.ended()
    chat.another(chat.end.get_by_role("button", name="Continue").click)
    chat.ended()
    rule = chat.page.locator("chat-ask.go-on")
    expect(rule).to_have_count(1)
    expect(rule.get_by_role("heading", name="Continued")).to_be_attached()
    expect(chat.questions).to_have_count(1)
    expect(chat.page.locator("chat-reply")).to_have_count(2)
    assert chat.stored().outcome == "complete"
    chat.page.reload()
    chat.connected()
    expect(rule).to_have_count(1)


def test_answer_now_puts_the_answer_beside_the_thoughts(chat: Chat) -> None:
    chat.ask("rehearse long thoughts very slowly").thinking(100)
    chat.another(chat.reply.locator(".answer-now").click)
    chat.ended()
    expect(chat.answer).not_to_be_empty()
    expect(versions(chat.reply)).to_have_text("2/2")
    turn = chat.stored()
    assert (turn.how, turn.outcome) == ("answer_now", "complete")
    versions(chat.reply).locator(".back").click()
    expect(versions(chat.reply)).to_have_text("1/2")
    expect(chat.end).to_contain_text("You stopped this answer")


def test_one_walks_away_from_what_is_being_written_and_back(chat: Chat) -> None:
    chat.ask("8+8?").ended()
    edit(chat, 0, ENDLESS)
    chat.answering(50)
    ask = chat.page.locator("chat-ask").first
    ask.scroll_into_view_if_needed()
    versions(ask).locator(".back").click()
    expect(chat.questions).to_have_text(["8+8?"])
    bar = chat.page.locator(".rows > .end")
    expect(bar).to_contain_text("being written in another branch")
    expect(chat.stop).to_be_visible()
    bar.get_by_role("button", name="Show it").click()
    expect(chat.questions).to_have_text([ENDLESS])
    chat.answering(100)
    chat.stop.click()
    chat.ended()
    chat.same_as_stored()


def test_all_devices_show_the_same_branch(visitor: Visitor) -> None:
    desk = visitor.open()
    desk.ask("1+2?").ended()
    desk.ask("3+4?").ended()
    phone = visitor.open(f"/c/{desk.conversation}", visitor.device(PHONE, has_touch=True))
    expect(phone.questions).to_have_text(["1+2?", "3+4?"])
    edit(desk, 1, "5+6?")
    expect(phone.questions).to_have_text(["1+2?", "5+6?"])
    desk.ended()
    phone.ended()
    versions(phone.page.locator("chat-ask").nth(1)).locator(".back").tap()
    for chat in (phone, desk):
        expect(chat.questions).to_have_text(["1+2?", "3+4?"])
    # Both at once: whichever came last, both show the same in the end.
    versions(phone.page.locator("chat-ask").nth(1)).locator(".on").tap()
    edit(desk, 0, "9+9?")
    desk.ended()
    expect(desk.questions).to_have_count(1)
    expect(phone.questions).to_have_text(["9+9?"])


def test_an_edit_keeps_its_files_and_outlives_a_reload(chat: Chat) -> None:
    chat.page.locator("input.pick").set_input_files(
        FilePayload(name="notes.txt", mimeType="text/plain", buffer=b"a note")
    )
    expect(chat.page.locator("chat-files .file-name")).to_have_text("notes.txt")
    chat.ask("What is in it?").ended()
    ask = chat.page.locator("chat-ask").first
    ask.hover()
    ask.locator(".edit").click()
    ask.locator("textarea").fill("And how long is it?")
    chat.page.reload()
    chat.connected()
    field = ask.locator("textarea")
    expect(field).to_have_value("And how long is it?")
    chat.another(ask.get_by_role("button", name="Send").click)
    chat.ended()
    expect(chat.questions).to_have_text(["And how long is it?"])
    expect(ask.locator(".ask-files")).to_contain_text("notes.txt")
    question = chat.stored().question
    assert any("attachment" in part for part in question.parts)


def test_editing_by_keyboard_and_giving_it_up(chat: Chat) -> None:
    chat.ask("7+8?").ended()
    chat.field.focus()
    chat.page.keyboard.press("ArrowUp")
    field = chat.page.locator("chat-ask textarea")
    expect(field).to_be_focused()
    expect(field).to_have_value("7+8?")
    field.fill("something else")
    chat.page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    expect(chat.page.locator("chat-ask .edit")).to_be_focused()
    expect(chat.questions).to_have_text(["7+8?"])
    chat.page.reload()
    chat.connected()
    expect(chat.questions).to_have_text(["7+8?"])
    expect(field).to_have_count(0)


def test_nothing_is_sent_from_the_editor_while_an_answer_is_written(chat: Chat) -> None:
    chat.ask(ENDLESS).answering(10)
    ask = chat.page.locator("chat-ask").first
    ask.scroll_into_view_if_needed()
    ask.hover()
    ask.locator(".edit").click()
    field = ask.locator("textarea")
    field.fill("9+9?")
    field.press("Enter")
    expect(ask.locator(".ask-edit-note")).to_have_text(re.compile("still being written"))
    expect(ask.get_by_role("button", name="Send")).to_be_disabled()
    chat.stop.click()
    expect(ask.get_by_role("button", name="Send")).to_be_enabled()
    chat.another(lambda: field.press("Enter"))
    chat.ended()
    expect(chat.questions).to_have_text(["9+9?"])


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [("en", "1+2+...+99?", "1+2+...+999?"), ("zh-hans", "1+2+……+99 等于多少？", "12*12=?")],
)
def test_pictures(
    browser: Browser,
    process: Process,
    request: pytest.FixtureRequest,
    language: str,
    first: str,
    second: str,
) -> None:
    """Versions and the editor have room on every device; with --pictures they are photographed."""
    wanted = bool(request.config.getoption("--pictures", default=False))
    person = process.site.add_person(f"walker-{language}", language=language)
    with Visitor(browser, process, person) as visitor:
        desk = visitor.open().ask(first).ended()
        edit(desk, 0, second)
        desk.ended()
        for look, (size, scheme) in LOOKS.items():
            chat = visitor.open(
                f"/c/{desk.conversation}", visitor.device(size, color_scheme=scheme)
            )
            chat.ended()
            ask = chat.page.locator("chat-ask").first
            expect(versions(ask)).to_have_text("2/2")
            ask.hover()
            if wanted:
                chat.page.screenshot(path=PICTURES / f"versions-{language}-{look}.png")
            ask.locator(".edit").click()
            expect(ask.locator("textarea")).to_be_focused()
            width = chat.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert width[0] <= width[1]
            if wanted:
                chat.page.screenshot(path=PICTURES / f"editor-{language}-{look}.png")
            chat.page.keyboard.press("Escape")
