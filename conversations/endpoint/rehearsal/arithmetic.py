"""What a message computes, given what was computed before it in the conversation."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from conversations.endpoint.rehearsal.leaving_out import Remainder, Wish, split, wish
from conversations.endpoint.rehearsal.numbers import NotArithmeticError, Result, evaluate
from conversations.endpoint.rehearsal.operations import ImpossibleError
from conversations.endpoint.rehearsal.phrasing import expression, tidy
from conversations.endpoint.rehearsal.series import Series, in_words, recognise

_REMEMBERED = 12
"""Earlier questions that a follow-up can refer to."""


@dataclass(frozen=True, slots=True)
class Worked:
    """A message that is arithmetic: what it was read as, and what came out of it.

    `series`, `without` and `result` are there as they apply; `refused` says in a sentence why
    there is no value.
    """

    read_as: str
    value: Fraction | None = None
    result: Result | None = None
    series: Series | None = None
    wanted: Wish | None = None
    without: Remainder | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class _Memory:
    value: Fraction | None = None
    series: Series | None = None


def work(question: str, earlier: tuple[str, ...]) -> Worked | None:
    """The question worked out; None where it is not arithmetic."""
    memory = _Memory()
    for asked in earlier[-_REMEMBERED:]:
        worked = _work(asked, memory)
        if worked is not None and worked.value is not None:
            memory = _Memory(worked.value, worked.series or memory.series)
    return _work(question, memory)


def _work(text: str, memory: _Memory) -> Worked | None:
    try:
        tidied = tidy(text)
        return _left_out(tidied, memory) or _computed(tidied, memory)
    except NotArithmeticError:
        return None
    except ImpossibleError as reason:
        return Worked(text.strip()[:200], refused=str(reason))


def _left_out(tidied: str, memory: _Memory) -> Worked | None:
    asked = wish(tidied)
    if asked is None:
        return None
    before, wanted = asked
    series = memory.series
    try:
        own = recognise(_as_series(before.rstrip(" ,")))
    except (NotArithmeticError, ImpossibleError):
        own = None
    series = own or series
    if series is None:
        return None
    without = split(series, wanted)
    return Worked(tidied, without.value, series=series, wanted=wanted, without=without)


def _computed(tidied: str, memory: _Memory) -> Worked:
    text = _as_series(tidied)
    series = recognise(text)
    if series is not None:
        return Worked(text, series.value, series=series)
    result = evaluate(text, memory.value)
    if not result.operations:
        raise NotArithmeticError
    return Worked(text, result.value, result=result)


def _as_series(tidied: str) -> str:
    return in_words(tidied) or expression(tidied)
