"""Every named end that can be rehearsed: a bar with a sentence and the one button, which works."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visit import Chat, Visitor
from tests.serving import Process

PACE = "0.3"
AGAIN, CONTINUE = "Try again", "Continue"
WITHOUT_THINKING = "Answer without thinking"


@dataclass(frozen=True)
class End:
    """What a command leads to: what the bar says and offers, and the outcome after the click."""

    command: str
    outcome: str
    says: str
    offers: str = ""
    then: str = ""

    def __str__(self) -> str:
        return self.command.removeprefix("rehearse ")


ENDS = [
    End("rehearse blocked", "blocked", "refused the question before answering: its rules"),
    End("rehearse blocked OTHER", "blocked", "refused the question before answering: OTHER"),
    End("rehearse filtered", "filtered", "withheld the rest.*safety filter", AGAIN, "filtered"),
    End("rehearse filtered RECITATION", "filtered", "published text", AGAIN, "filtered"),
    End("rehearse out of tokens", "out_of_tokens", "ran out of room", CONTINUE, "complete"),
    End(
        "rehearse thoughts out of tokens",
        "out_of_tokens",
        "Thinking used all the room there was",
        WITHOUT_THINKING,
        "complete",
    ),
    End("rehearse empty", "empty", "without writing an answer", AGAIN, "empty"),
    End("rehearse cut off", "cut_off", "broke off.*is kept", CONTINUE, "complete"),
    End("rehearse broken connection", "cut_off", "broke off.*is kept", CONTINUE, "complete"),
    End("rehearse error mid answer", "refused", r"refused the request \(503\)", AGAIN, "refused"),
    End("rehearse error 400", "refused", r"refused the request \(400\)"),
    End("rehearse error 403", "refused", "did not accept the site's key"),
    End("rehearse error 404", "refused", r"refused the request \(404\)"),
    End("rehearse error key", "refused", "did not accept the site's key"),
    End("rehearse quota", "refused", "over its limit"),
]


@pytest.mark.parametrize("end", ENDS, ids=str)
def test_end(chat: Chat, end: End) -> None:
    chat.ask(end.command).ended()
    told(chat, end)
    if end.offers:
        first = chat.stored()
        chat.another(chat.end.locator("button").click)
        ended_again(chat, end.then)
        second = chat.stored()
        assert second.pk != first.pk
        assert second.outcome == end.then
        conversations = [turn.conversation_id for turn in chat.turns()]
        assert conversations.count(first.conversation_id) == 2


def told(chat: Chat, end: End) -> None:
    """The bar and the database say the same; what had come is still there."""
    expect(chat.end).to_be_visible()
    expect(chat.end).to_have_text(re.compile(end.says))
    button = chat.end.locator("button")
    if end.offers:
        expect(button).to_have_text(end.offers)
        expect(button).to_be_enabled()
    else:
        expect(button).to_be_hidden()
    turn = chat.stored()
    assert turn.outcome == end.outcome
    if turn.reply is not None and turn.reply.answer_text:
        chat.same_as_stored()
    blank_bubbles(chat)


def ended_again(chat: Chat, outcome: str) -> None:
    """The turn that the click started has ended."""
    chat.ended()
    if outcome == "complete":
        expect(chat.end).to_be_hidden()
        expect(chat.answer).not_to_be_empty()
    else:
        expect(chat.end).to_be_visible()
    blank_bubbles(chat)


def blank_bubbles(chat: Chat) -> None:
    """No question, thought, answer or bar on show is empty."""
    empty = """(nodes) => nodes.filter((node) => node.offsetParent && !node.textContent.trim())
      .map((node) => node.outerHTML)"""
    shown = ".ask, .ask-text, chat-reply, chat-thoughts, chat-answer, chat-end"
    assert chat.page.eval_on_selector_all(shown, empty) == []


BARS = """() => {
  window.bars = [];
  new MutationObserver(() => {
    const end = [...document.querySelectorAll("chat-end")].at(-1);
    if (!end || end.hidden) return;
    const bar = [end.className, end.textContent, end.querySelector("button").textContent];
    if (String(bar) !== String(window.bars.at(-1))) window.bars.push(bar);
  }).observe(document.querySelector(".rows"),
    { subtree: true, childList: true, characterData: true, attributes: true });
}"""
"""Notes each bar that comes to be seen, and each change of it."""


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("rehearse error 503", r"busy \(503\)\. Trying again (in \d+ s|now), \w+ of \w+\."),
        ("rehearse error 429 for 2 seconds", r"busy \(429\)\. Trying again (in \d+ s|now)"),
        ("rehearse unreachable", r"cannot be reached\. Trying again (in \d+ s|now), \w+ of \w+\."),
    ],
)
def test_a_coming_retry_is_shown_and_then_passes(chat: Chat, command: str, says: str) -> None:
    chat.page.evaluate(BARS)
    chat.ask(command).ended()
    bars = chat.page.evaluate("window.bars")
    assert bars, "no bar was seen"
    for kind, text, button in bars:
        assert "retry" in kind
        assert re.search(says, text)
        assert button == "Stop"
    expect(chat.end).to_be_hidden()
    expect(chat.answer).to_contain_text("It went through")
    chat.same_as_stored()


def seconds(chat: Chat) -> int:
    """How long the wait is, as the bar tells it."""
    found = re.search(r"in (\d+) s", chat.end.inner_text())
    assert found, chat.end.inner_text()
    return int(found[1])


def test_waiting_for_a_retry_can_be_stopped(chat: Chat) -> None:
    chat.ask("rehearse error 429 always for 50 seconds")
    expect(chat.end).to_have_text(re.compile(r"in \d+ s"))
    left = seconds(chat)
    expect(chat.end).not_to_contain_text(f"in {left} s")
    assert seconds(chat) < left, "it does not count down"
    chat.end.locator("button").click()
    chat.ended()
    expect(chat.end).to_contain_text("You stopped this answer.")
    assert chat.stored().outcome == "stopped"


def test_answer_now(chat: Chat) -> None:
    chat.ask("rehearse long thoughts slowly").thinking(100)
    chat.another(chat.reply.locator(".answer-now").click)
    expect(chat.answer).not_to_be_empty()
    chat.ended()
    assert [turn.outcome for turn in sorted(chat.turns(), key=lambda turn: turn.accepted_at)][
        -2:
    ] == ["stopped", "complete"]


@pytest.fixture(scope="module", autouse=True)
def silent(browser: Browser, process: Process) -> Iterator[dict[str, Chat]]:
    """Two conversations in which the endpoint says nothing, begun before all other tests."""
    with Visitor(browser, process) as visitor:
        commands = ("rehearse stall", "rehearse stall at once")
        yield {command: visitor.open().ask(command) for command in commands}


def test_silence_is_given_up(silent: dict[str, Chat]) -> None:
    ends = [
        End("rehearse stall", "stalled", "fell silent.*is kept", CONTINUE),
        End("rehearse stall at once", "stalled", "fell silent", AGAIN),
    ]
    for end in ends:
        chat = silent[end.command]
        expect(chat.end).to_be_visible(timeout=90_000)
        told(chat.ended(), end)
