"""A series of whole numbers without, or with only, the multiples of some numbers."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from conversations.endpoint.rehearsal.operations import ImpossibleError
from conversations.endpoint.rehearsal.series import Series

_LEAVES = re.compile(
    r"\b(?:leav(?:e|ing) out|without|exclud\w+|except(?: for)?|skip\w*|omit\w*|drop\w*|remov\w+"
    r"|not counting|but not|ignor\w+)\b"
)
_KEEPS = re.compile(r"\b(?:only|just|keep\w*)\b")
_MULTIPLES = re.compile(
    r"(?:divisible by|multiples? of|divided by)((?: ?(?:,|or|and|by|multiples? of)? ?\d{1,9})+)"
)
_PARITY = re.compile(r"\b(even|odd)\b")
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Wish:
    """`keeps`: only the multiples of these numbers count; else all but them do."""

    divisors: tuple[int, ...]
    keeps: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The terms that a number divides: an arithmetic progression inside the series."""

    divisor: int
    sign: int
    first: int
    last: int
    step: int
    count: int

    @property
    def total(self) -> int:
        return (self.first + self.last) * self.count // 2


@dataclass(frozen=True, slots=True)
class Remainder:
    groups: tuple[Group, ...]
    divided: int
    value: Fraction
    count: int


def wish(text: str) -> tuple[str, Wish] | None:
    """What is asked to be left out, and the text in front of it."""
    if len(text) > _LONGEST:
        return None
    leaves = _LEAVES.search(text)
    cue = leaves or _KEEPS.search(text)
    if cue is None:
        return None
    found = _MULTIPLES.search(text, cue.end())
    keeps = leaves is None
    if found is not None:
        divisors = sorted({int(number) for number in re.findall(r"\d+", found[1])})
        if 0 in divisors or len(divisors) > 4:
            return None
        return text[: cue.start()].strip(), Wish(tuple(divisors), keeps)
    parity = _PARITY.search(text, cue.end())
    if parity is None:
        return None
    return text[: cue.start()].strip(), Wish((2,), keeps == (parity[1] == "even"))


def split(series: Series, wanted: Wish) -> Remainder:
    """What remains of the sum. Raises ImpossibleError where the series is not of that kind."""
    whole = series.first.denominator == 1 and series.step.denominator == 1
    if series.rule != "sum" or series.count is None or not whole:
        raise ImpossibleError(
            "Leaving out multiples is worked out for sums of whole numbers in equal steps alone."
        )
    groups = [
        group
        for size in range(1, len(wanted.divisors) + 1)
        for chosen in combinations(wanted.divisors, size)
        if (group := _group(series, math.lcm(*chosen), 1 if size % 2 else -1)) is not None
    ]
    divided = sum(group.sign * group.total for group in groups)
    counted = sum(group.sign * group.count for group in groups)
    if wanted.keeps:
        return Remainder(tuple(groups), divided, Fraction(divided), counted)
    return Remainder(tuple(groups), divided, series.value - divided, series.count - counted)


def _group(series: Series, divisor: int, sign: int) -> Group | None:
    first, step = series.first.numerator, series.step.numerator
    common = math.gcd(step, divisor)
    if first % common or series.count is None:
        return None
    narrow = divisor // common
    at = (-first // common) * pow(step // common, -1, narrow) % narrow if narrow > 1 else 0
    if at >= series.count:
        return None
    count = (series.count - 1 - at) // narrow + 1
    lowest = first + step * at
    stride = step * narrow
    return Group(divisor, sign, lowest, lowest + stride * (count - 1), stride, count)
