"""Endless readable text of any length, true in every line: facts about one number after another."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator


def sized(blocks: Iterable[str], size: int) -> Iterator[str]:
    """Blocks to exactly so many characters."""
    for block in blocks:
        if len(block) >= size:
            yield block[:size]
            return
        size -= len(block)
        yield block


def notes() -> Iterator[tuple[str, str]]:
    """A thinker's notes on the 3n + 1 problem: a heading and a paragraph for each number."""
    longest, record = 1, 0
    number = 2
    while True:
        path = _collatz(number)
        steps, highest = len(path) - 1, max(path)
        start = " → ".join(str(value) for value in path[:8])
        told = (
            f"Starting from {number}: {start}{' …' if len(path) > 8 else ''}. It reaches 1 after "
            f"{steps} steps, and its highest point is {highest:,}."
        )
        if steps > record:
            longest, record = number, steps
            yield f"{number} takes longest so far", told + " That is a new record."
        else:
            yield f"Trying {number}", f"{told} The record stays with {longest}: {record} steps."
        number += 1


def sections() -> Iterator[str]:
    """Markdown, a section for each number, with a list, a table or code here and there."""
    number = 1
    while True:
        yield _section(number)
        number += 1


def _section(number: int) -> str:
    divisors = _divisors(number)
    steps = len(_collatz(number)) - 1
    told = f"## {number}\n\n"
    told += f"The number **{number}** {_described(number, divisors)}. "
    told += f"In binary it is `{number:b}`, and by 3n + 1 it comes to 1 in {steps} steps.\n\n"
    if number % 3 == 0:
        told += "".join(f"- {number} = {value} · {number // value}\n" for value in divisors) + "\n"
    if number % 5 == 0:
        told += "| power | value |\n|---:|---:|\n"
        told += "".join(f"| {power} | {number**power:,} |\n" for power in range(1, 5)) + "\n"
    if number % 7 == 0:
        total = number * (number + 1) // 2
        told += f"```python\nprint(sum(range(1, {number + 1})))  # {total}\n```\n\n"
    if number % 11 == 0:
        told += f"> $1 + 2 + \\dots + {number} = {number * (number + 1) // 2}$\n\n"
    return told


def _described(number: int, divisors: list[int]) -> str:
    if number == 1:
        return "divides every other"
    if len(divisors) == 2:
        return "is a prime: only 1 and itself divide it"
    named = ", ".join(str(value) for value in divisors[:-1])
    return f"is divided by {named} and {divisors[-1]}"


def _divisors(number: int) -> list[int]:
    small = [value for value in range(1, math.isqrt(number) + 1) if number % value == 0]
    return sorted({*small, *(number // value for value in small)})


def _collatz(number: int) -> list[int]:
    path = [number]
    while path[-1] > 1:
        path.append(path[-1] // 2 if path[-1] % 2 == 0 else 3 * path[-1] + 1)
    return path
