"""Answers in which code is run in appearance: with a result, a failure, a deadline."""

from __future__ import annotations

from collections.abc import Iterator

from conversations.endpoint.rehearsal.asked import Asked
from conversations.endpoint.rehearsal.dials import Dials
from conversations.endpoint.rehearsal.steps import (
    Answer,
    Play,
    Script,
    Silence,
    Special,
    Step,
    thought,
)

_RUNNING = 1.2
_TRACE = """\
Traceback (most recent call last):
  File "<string>", line 2, in <module>
NameError: name 'totl' is not defined. Did you mean: 'total'?
"""
_NOTHING_RAN = "(Rehearsed: no code was run.)"


def executed_code(asked: Asked, dials: Dials, earlier: int) -> Play:
    def steps() -> Iterator[Step]:
        yield thought("Deciding to run code", "The sum is quickly had with a line of Python.")
        yield Answer("I will compute it:\n\n")
        yield from _run("total = sum(range(1, 1000))\nprint(total)\n", "OK", "499500\n")
        yield Answer(f"So the sum of 1 to 999 is **499,500**. {_NOTHING_RAN}\n")

    return Script(steps(), dials.tempo)


def failed_code(asked: Asked, dials: Dials, earlier: int) -> Play:
    def steps() -> Iterator[Step]:
        yield thought("Deciding to run code", "A line of Python, written in some haste.")
        yield Answer("I will compute it:\n\n")
        yield from _run("total = sum(range(1, 1000))\nprint(totl)\n", "FAILED", _TRACE)
        yield Answer("A slip of the pen. Once more:\n\n")
        yield from _run("total = sum(range(1, 1000))\nprint(total)\n", "OK", "499500\n")
        yield Answer(f"The sum of 1 to 999 is **499,500**. {_NOTHING_RAN}\n")

    return Script(steps(), dials.tempo)


def endless_code(asked: Asked, dials: Dials, earlier: int) -> Play:
    def steps() -> Iterator[Step]:
        yield thought("Deciding to run code", "A loop that has no end, to see what becomes of it.")
        yield Answer("I will count to the end of the numbers:\n\n")
        yield from _run("n = 0\nwhile True:\n    n += 1\n", "DEADLINE_EXCEEDED", "")
        yield Answer(f"It was not reached: the numbers have no end. {_NOTHING_RAN}\n")

    return Script(steps(), dials.tempo)


def _run(code: str, outcome: str, output: str) -> Iterator[Step]:
    yield Special({"executableCode": {"language": "PYTHON", "code": code}})
    yield Silence(_RUNNING)
    yield Special({"codeExecutionResult": {"outcome": f"OUTCOME_{outcome}", "output": output}})
