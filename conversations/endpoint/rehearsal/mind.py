"""What the rehearsal does with a request: a command of its vocabulary, arithmetic, or talk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conversations.endpoint import naming
from conversations.endpoint.rehearsal import files, going_on, talk, titles, vocabulary, working
from conversations.endpoint.rehearsal.arithmetic import work
from conversations.endpoint.rehearsal.asked import Asked
from conversations.endpoint.rehearsal.steps import Answer, Play, Script, Step

_PASSED = 1000
"""Attempts after which every passing fault has passed."""


def respond(asked: Asked, earlier: int) -> Play:
    """How to answer; `earlier` is how often this very request was turned away before."""
    if asked.instruction == naming.INSTRUCTION:
        return Script(titles.steps(asked))
    if going_on.is_wanted(asked):
        return _go_on(asked)
    return _first_time(asked, earlier)


def _first_time(asked: Asked, earlier: int) -> Play:
    commanded = vocabulary.play(asked, earlier)
    if isinstance(commanded, Script) and not vocabulary.is_command(asked.question):
        return replace(commanded, steps=_introduced(asked, commanded.steps))
    if commanded is not None:
        return commanded
    worked = work(asked.question, asked.earlier)
    if worked is not None:
        steps = working.steps(worked)
    elif asked.files:
        steps = files.steps(asked.files, asked.question)
    else:
        steps = talk.steps(asked)
    return Script(_introduced(asked, steps))


def _go_on(asked: Asked) -> Script:
    broken_off, said = going_on.before(asked)
    play = _first_time(broken_off, _PASSED)
    if not isinstance(play, Script):
        return Script(going_on.ended())
    return replace(play, steps=going_on.rest(play.steps, said) or going_on.ended())


def _introduced(asked: Asked, steps: Iterator[Step]) -> Iterator[Step]:
    """The steps, with the line that says what this is before the conversation's first words."""
    owed = asked.is_first
    for step in steps:
        if owed and isinstance(step, Answer):
            owed = False
            yield Answer(talk.INTRODUCTION + step.text)
        else:
            yield step
