"""The shapes of an answer that can be rehearsed: long ones, and every kind of markdown."""

from __future__ import annotations

from collections.abc import Iterator

from conversations.endpoint.rehearsal import written
from conversations.endpoint.rehearsal.asked import Asked
from conversations.endpoint.rehearsal.dials import Dials
from conversations.endpoint.rehearsal.entry import Player
from conversations.endpoint.rehearsal.numbers_told import notes, sections, sized
from conversations.endpoint.rehearsal.steps import (
    Answer,
    Play,
    Script,
    Silence,
    Step,
    Thought,
    thought,
)

_LONG_ANSWER = 6000
_LONG_THOUGHTS = 9000
_SILENCE = 20.0


def long_answer(asked: Asked, dials: Dials, earlier: int) -> Play:
    size = dials.size or _LONG_ANSWER

    def steps() -> Iterator[Step]:
        yield thought("Planning a long answer", f"It is to have {size:,} characters.")
        yield from (Answer(block) for block in sized(sections(), size))

    return Script(steps(), dials.tempo)


def long_thoughts(asked: Asked, dials: Dials, earlier: int) -> Play:
    size = dials.size or _LONG_THOUGHTS

    def steps() -> Iterator[Step]:
        blocks = (thought(heading, paragraph).text for heading, paragraph in notes())
        for block in sized(blocks, size):
            yield Thought(block, insisted=dials.size is not None)
        yield Answer(
            f"That was a rehearsed train of thought about the 3n + 1 problem, {size:,} characters "
            "long if the thinking budget allowed it. Every number that I tried came down to 1; "
            "whether all do is an open question.\n"
        )

    return Script(steps(), dials.tempo)


def silence(asked: Asked, dials: Dials, earlier: int) -> Play:
    seconds = _SILENCE if dials.seconds is None else dials.seconds

    def steps() -> Iterator[Step]:
        yield thought("Falling silent", f"Nothing will be heard for {seconds:g} seconds.")
        yield Silence(seconds)
        yield thought("Coming back", "The silence is over.")
        yield Answer(f"That was a rehearsed silence of {seconds:g} seconds; nothing was lost.\n")

    return Script(steps(), dials.tempo)


def sample(name: str) -> Player:
    """A written sample of markdown, told with a thought in front of it."""

    def play(asked: Asked, dials: Dials, earlier: int) -> Play:
        def steps() -> Iterator[Step]:
            heading, paragraph, text = written.sample(name)
            yield thought(heading, paragraph)
            yield Answer(text)

        return Script(steps(), dials.tempo)

    return play
