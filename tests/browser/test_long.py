"""A long conversation: at its end at once, and all the way up as one scrolls."""

import json
import re
from uuid import UUID

from playwright.sync_api import WebSocketRoute, expect

from tests.browser.long import long_conversation
from tests.browser.visit import GONE, Chat, Visitor

TURNS = 200
NUMBERS = """() => [...document.querySelectorAll(".rows .ask-text")]
  .map((node) => Number(node.textContent.match(/^Question (\\d+)/)[1]))"""
TURNED = """async () => {
  const log = document.querySelector("chat-log");
  const frames = async (count) => {
    for (; count; count--) await new Promise(requestAnimationFrame);
  };
  await frames(3);
  const edge = log.getBoundingClientRect().top + 100;
  const rows = [...document.querySelectorAll(".rows > *")];
  const begins = (each) => each.getBoundingClientRect().top >= edge;
  const row = rows.find(begins) ?? rows.at(-1);
  const before = row.getBoundingClientRect().top;
  await frames(8);
  return row.isConnected ? row.getBoundingClientRect().top - before : null;
}"""
"""By how much what the reader looks at moves after the wheel has come to rest."""


def opened(visitor: Visitor, turns: int = TURNS) -> tuple[Chat, UUID]:
    conversation = long_conversation(visitor.process.site, visitor.person.id, turns)
    chat = visitor.open(f"/c/{conversation}")
    expect(chat.questions.last).to_contain_text(f"Question {turns} ")
    chat.ended()
    return chat, conversation


def test_its_end_is_there_and_the_rest_comes_as_it_is_reached(visitor: Visitor) -> None:
    chat, _conversation = opened(visitor)
    expect(chat.reply).to_be_in_viewport()
    assert len(chat.page.evaluate(NUMBERS)) < TURNS / 2
    seen: set[int] = set()
    moves = []
    chat.page.locator("chat-log").hover()
    for _ in range(400):
        numbers = chat.page.evaluate(NUMBERS)
        assert numbers == list(range(numbers[0], numbers[-1] + 1))
        seen.update(numbers)
        if numbers[0] == 1:
            break
        chat.page.mouse.wheel(0, -900)
        moves.append(chat.page.evaluate(TURNED))
    assert seen == set(range(1, TURNS + 1))
    expect(chat.page.locator(".earlier")).to_have_count(0)
    # A row's place may be rounded to the next pixel, and that once each way.
    assert [move for move in moves if move is None or abs(move) > 2] == []
    chat.page.locator("#newest").click()
    expect(chat.questions.last).to_contain_text(f"Question {TURNS} ")
    expect(chat.reply.locator(":scope > .tools")).to_be_in_viewport()


def test_they_come_by_the_keyboard_and_are_told_of(visitor: Visitor) -> None:
    chat, _conversation = opened(visitor, 60)
    before = chat.page.evaluate(NUMBERS)[0]
    chat.page.locator("chat-log").focus()
    chat.page.keyboard.press("Home")
    chat.page.wait_for_function(f"() => ({NUMBERS})()[0] < {before}")
    expect(chat.page.locator("#said p").last).to_have_text("Earlier messages have come, above.")


def test_what_could_not_be_read_is_asked_for_again(visitor: Visitor) -> None:
    refused: list[dict[str, object]] = []

    def between(page: WebSocketRoute) -> None:
        server = page.connect_to_server()

        def hear(said: str | bytes) -> None:
            frame = json.loads(said)
            if frame["type"] == "earlier" and not refused:
                refused.append(frame)
                error = {"type": "error", "ref": frame["ref"], "code": "unavailable", "message": ""}
                page.send(json.dumps(error))
            else:
                server.send(said)

        page.on_message(hear)

    visitor.context.route_web_socket(re.compile("/ws/"), between)
    chat, _conversation = opened(visitor, 60)
    chat.page.locator("chat-log").evaluate("(log) => (log.scrollTop = 0)")
    button = chat.page.locator(".earlier button")
    expect(button).to_have_text("Earlier messages could not be read. Try again")
    before = chat.page.evaluate(NUMBERS)[0]
    button.click()
    chat.page.wait_for_function(f"() => ({NUMBERS})()[0] < {before}")


def test_what_was_read_stays_over_a_broken_line(visitor: Visitor) -> None:
    chat, _conversation = opened(visitor, 60)
    chat.page.evaluate(
        f"""() => until(() => {{
          document.querySelector("chat-log").scrollTop = 0;
          return ({NUMBERS})()[0] <= 10;
        }})"""
    )
    first = chat.page.evaluate(NUMBERS)[0]
    visitor.forgive(GONE)
    visitor.process.kill()
    line = chat.page.locator("chat-line")
    expect(line).to_be_visible()
    visitor.process.again()
    expect(line).to_be_hidden()
    chat.settled()
    assert chat.page.evaluate(NUMBERS)[0] <= first


def test_it_goes_on_where_it_is(visitor: Visitor) -> None:
    chat, _conversation = opened(visitor)
    chat.ask("1+1?").ended()
    expect(chat.questions.last).to_have_text("1+1?")
    assert chat.page.evaluate("""() => [...document.querySelectorAll(".rows .ask-text")]
      .at(-2).textContent""").startswith(f"Question {TURNS} ")


def test_what_is_found_far_up_is_reached(visitor: Visitor) -> None:
    chat, _conversation = opened(visitor, 250)
    chat.page.keyboard.press("Control+Shift+F")
    chat.page.keyboard.type("marker0007")
    hit = chat.page.locator("#search-results .found-hit")
    expect(hit).to_have_count(1)
    hit.click()
    target = chat.page.locator("chat-ask", has_text="marker0007")
    expect(target).to_be_in_viewport()
    chat.settled()
    expect(target).to_be_in_viewport()
