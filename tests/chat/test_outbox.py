"""What goes down a socket: in order, and never far ahead of the reader."""

import asyncio
import json
from typing import Any

import pytest

from conversations.chat.outbox import WAITING_LIMIT, WINDOW, Outbox, Overflow
from conversations.chat.rate import BURST, REFUSED_LIMIT, Rate
from conversations.turns.news import Tail

CHUNK = 10_000


class Reader:
    """The other end of an outbox."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.characters = 0
        self.opened = 0
        self.outbox = Outbox(self.take, self.open)

    async def take(self, text: str) -> None:
        self.characters += len(text)
        self.frames.append(json.loads(text))

    def open(self) -> None:
        self.opened += 1

    def answer(self) -> None:
        """Answer the newest mark."""
        marks = [frame["mark"] for frame in self.frames if frame["type"] == "ping"]
        self.outbox.answered(max(marks, default=0))


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_frames_keep_their_order() -> None:
    reader = Reader()
    task = asyncio.create_task(reader.outbox.run())
    for number in range(100):
        reader.outbox.put({"type": "n", "n": number})
    await settle()
    assert [frame["n"] for frame in reader.frames] == list(range(100))
    task.cancel()


async def test_a_silent_reader_gets_a_window_and_no_more() -> None:
    reader = Reader()
    task = asyncio.create_task(reader.outbox.run())
    for _ in range(100):
        reader.outbox.put({"type": "x", "text": "x" * CHUNK})
        await settle()
    assert reader.outbox.behind
    assert WINDOW <= reader.characters < WINDOW + 2 * CHUNK
    assert any(frame["type"] == "ping" for frame in reader.frames)
    task.cancel()


async def test_a_reader_that_answers_gets_everything() -> None:
    reader = Reader()
    task = asyncio.create_task(reader.outbox.run())
    for _ in range(100):
        reader.outbox.put({"type": "x", "text": "x" * CHUNK})
    for _ in range(100):
        await settle()
        reader.answer()
    assert sum(frame["type"] == "x" for frame in reader.frames) == 100
    assert reader.opened > 0
    assert not reader.outbox.behind
    task.cancel()


async def test_what_waits_counts_before_it_is_sent() -> None:
    outbox = Reader().outbox
    while not outbox.full:
        outbox.put(Tail("turn", 0, CHUNK, [["a", "x" * CHUNK]]))
    assert not outbox.behind
    outbox.put({"type": "x"})


async def test_an_image_counts_as_what_it_weighs() -> None:
    outbox = Reader().outbox
    image = {"inlineData": {"mimeType": "image/png", "data": "A" * WINDOW}}
    outbox.put(Tail("turn", 0, 1, [["p", image]]))
    assert outbox.full


async def test_an_answer_to_a_mark_that_was_never_sent_says_nothing() -> None:
    reader = Reader()
    task = asyncio.create_task(reader.outbox.run())
    for _ in range(60):
        reader.outbox.put({"type": "x", "text": "x" * CHUNK})
        await settle()
    reader.outbox.answered(10**9)
    assert reader.outbox.behind
    task.cancel()


async def test_frames_do_not_wait_without_bound() -> None:
    outbox = Reader().outbox
    for _ in range(WAITING_LIMIT):
        outbox.put({"type": "x"})
    with pytest.raises(Overflow):
        outbox.put({"type": "x"})


def test_the_rate_lets_a_burst_through_and_then_refuses() -> None:
    rate = Rate()
    taken = sum(rate.take() for _ in range(int(BURST) + 50))
    assert BURST <= taken < BURST + 20
    assert not rate.abused
    for _ in range(REFUSED_LIMIT + 30):
        rate.take()
    assert rate.abused


def test_large_frames_count_as_many() -> None:
    rate = Rate()
    assert sum(rate.take(10**6) for _ in range(10)) == 2
    assert rate.abused
    assert Rate().take(10**9)
