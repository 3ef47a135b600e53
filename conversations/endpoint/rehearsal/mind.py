"""What the rehearsal does with a request: a command of its vocabulary, arithmetic, or talk."""

from __future__ import annotations

from collections.abc import Iterator

from conversations.endpoint.rehearsal import talk, vocabulary, working
from conversations.endpoint.rehearsal.arithmetic import work
from conversations.endpoint.rehearsal.asked import Asked
from conversations.endpoint.rehearsal.steps import Answer, Play, Script, Step


def respond(asked: Asked, earlier: int) -> Play:
    """How to answer; `earlier` is how often this very request was turned away before."""
    commanded = vocabulary.play(asked, earlier)
    if commanded is not None:
        return commanded
    worked = work(asked.question, asked.earlier)
    steps = working.steps(worked) if worked is not None else talk.steps(asked)
    return Script(_introduced(asked, steps))


def _introduced(asked: Asked, steps: Iterator[Step]) -> Iterator[Step]:
    """The steps, with the line that says what this is before the conversation's first words."""
    owed = asked.is_first
    for step in steps:
        if owed and isinstance(step, Answer):
            owed = False
            yield Answer(talk.INTRODUCTION + step.text)
        else:
            yield step
