"""The server is killed (SIGKILL) and comes back: the page does so too, with all that it had."""

from playwright.sync_api import Browser, expect

from tests.browser.visit import GONE, Chat, Visitor
from tests.serving import Process


def killed(process: Process) -> Process:
    """The server that runs at present, killed."""
    running = process.site.processes[-1]
    running.kill()
    return running


def test_what_is_sent_without_a_server_is_kept_and_sent_once(
    browser: Browser, process: Process
) -> None:
    with Visitor(browser, process) as visitor:
        visitor.forgive(GONE)
        chat = visitor.open()
        chat.ask("1+1?").ended()
        server = killed(process)
        line = chat.page.locator("chat-line")
        chat.field.fill("2+2?")
        chat.field.press("Enter")
        expect(chat.field).to_have_value("")
        expect(chat.page.locator(".ask.waiting")).to_contain_text("2+2?")
        expect(line).to_have_text("Reconnecting. Nothing is lost meanwhile.")
        expect(chat.page.locator(".ask-note")).to_contain_text("Kept here")
        assert chat.page.locator(".ask.waiting").count() == 1
        server.again()
        expect(line).to_be_hidden()
        expect(chat.page.locator(".ask.waiting")).to_have_count(0)
        expect(chat.page.locator("chat-reply")).to_have_count(2)
        chat.ended()
        expect(chat.answer).to_contain_text("4")
        expect(chat.questions).to_have_text(["1+1?", "2+2?"])
        asked = [message.answer_text for message in chat.messages() if message.role == "user"]
        assert asked == ["1+1?", "2+2?"]
        assert len(chat.turns()) == 2


def test_what_waits_for_a_server_can_be_taken_back(browser: Browser, process: Process) -> None:
    with Visitor(browser, process) as visitor:
        visitor.forgive(GONE)
        chat = visitor.open()
        chat.ask("rehearse empty").ended()
        server = killed(process)
        waiting = chat.page.locator(".ask.waiting")
        expect(chat.page.locator("chat-line")).to_be_visible()
        chat.end.get_by_role("button", name="Try again").click()
        expect(waiting).to_contain_text("Kept here")
        expect(chat.end.locator("button")).to_be_disabled()
        chat.field.fill("2+2?")
        chat.field.press("Enter")
        expect(chat.notice).to_contain_text("still on its way")
        waiting.get_by_role("button", name="Take back").click()
        expect(waiting).to_have_count(0)
        expect(chat.notice).to_be_hidden()
        chat.field.press("Enter")
        expect(waiting).to_contain_text("2+2?")
        waiting.get_by_role("button", name="Take back").click()
        expect(waiting).to_have_count(0)
        expect(chat.field).to_have_value("2+2?")
        server.again()
        expect(chat.page.locator("chat-line")).to_be_hidden()
        chat.settled()
        assert len(chat.turns()) == 1


def test_killed_in_mid_answer(browser: Browser, process: Process) -> None:
    with Visitor(browser, process) as visitor:
        visitor.forgive(GONE)
        chat = visitor.open()
        chat.ask("rehearse long answer").answering(300)
        server = killed(process)
        line = chat.page.locator("chat-line")
        expect(line).to_be_visible()
        chat.settled()
        before = seen(chat)
        assert len(before) >= 300
        server.again()
        expect(chat.end).to_contain_text("The server restarted while this was being answered.")
        expect(line).to_be_hidden()
        chat.ended()
        after = seen(chat)
        assert after.startswith(before[:-80])
        assert len(after) >= len(before)
        turn = chat.stored()
        assert (turn.state, turn.outcome) == ("interrupted", "interrupted")
        chat.same_as_stored()
        chat.page.reload()
        chat.connected()
        expect(chat.end).to_contain_text("What had come is kept.")
        assert seen(chat.ended()) == after
        chat.end.locator("button").click()
        chat.page.wait_for_function(
            "(turn) => document.querySelector('chat-reply')?.dataset.turn !== turn",
            arg=str(turn.pk),
        )
        chat.ended()
        assert chat.stored().outcome == "complete"


def test_killed_in_mid_thought(browser: Browser, process: Process) -> None:
    with Visitor(browser, process) as visitor:
        visitor.forgive(GONE)
        chat = visitor.open()
        chat.ask("rehearse long thoughts").thinking(300)
        chat.page.locator(".thoughts-open").click()
        server = killed(process)
        expect(chat.page.locator("chat-line")).to_be_visible()
        chat.settled()
        before = chat.thoughts.locator(".thoughts-text").inner_text()
        server.again()
        expect(chat.end).to_contain_text("The server restarted")
        chat.ended()
        assert chat.thoughts.locator(".thoughts-text").inner_text().startswith(before[:-80])
        assert len(chat.turns()) == 1
        chat.same_as_stored()


def seen(chat: Chat) -> str:
    """The answer's words; the open end of a live text may be drawn otherwise once it is over."""
    return " ".join(chat.answer.inner_text().split())
