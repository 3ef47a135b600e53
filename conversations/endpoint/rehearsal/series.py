"""Series with an ellipsis: which rule they follow, how many terms there are, and their sum."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from conversations.endpoint.rehearsal.numbers import NotArithmeticError, evaluate
from conversations.endpoint.rehearsal.operations import BITS, ImpossibleError

_DOTS = re.compile(r"\s*\.(?:\s*\.)+\s*")
_RANGE = re.compile(
    r"(?:(?:sum|total)(?: of)?|add(?: up)?)(?: together)?(?: all)?(?: of)?(?: the)?"
    r"(?: (?P<kind>even|odd))?(?: (?:whole|natural))?(?: (?:numbers|integers))?(?: from)? "
    r"(?P<first>-?[\d,]{1,20}) (?:to|through|until|up to) (?P<last>-?[\d,]{1,20})"
)
_MOST_TERMS = 10**30
_MOST_FACTORS = 1500


@dataclass(frozen=True, slots=True)
class Series:
    """`rule` is one of sum, product, powers, alternating, polynomial.

    sum: an arithmetic progression by `step`; product: the same, multiplied; powers: a geometric
    progression by the ratio `step`; alternating: an arithmetic one whose signs alternate;
    polynomial: `differences` are those at the first term. `count` None: without an end.
    """

    rule: str
    first: Fraction
    step: Fraction
    count: int | None
    last: Fraction
    named_last: Fraction
    value: Fraction
    assumed_step: bool = False
    differences: tuple[Fraction, ...] = ()


def in_words(tidied: str) -> str | None:
    """`the sum of the even numbers from 2 to 100`, as a series with an ellipsis."""
    found = _RANGE.fullmatch(tidied)
    if found is None:
        return None
    try:
        first, last = (int(found[name].replace(",", "")) for name in ("first", "last"))
    except ValueError:
        return None
    step = 1
    if found["kind"]:
        step = 2
        first += first % 2 != (found["kind"] == "odd")
    return f"{first}+{first + step}+...+{last}"


def recognise(text: str) -> Series | None:
    """The series that an expression with dots means; None where it has no dots.

    Raises NotArithmeticError, or ImpossibleError where the terms follow no rule that is known here.
    """
    sides = _DOTS.split(text.strip())
    if len(sides) == 1:
        return None
    if len(sides) > 2:
        raise ImpossibleError("There is more than one gap in that series.")
    head, tail = sides[0].rstrip(" +*-"), sides[1].lstrip(" +*")
    product = "+" not in head and "-" not in head and "*" in head + sides[0][-1:]
    known = _terms(head, product)
    ending = _terms(tail, product) if tail else []
    if not known:
        raise NotArithmeticError
    if product:
        return _product(known, ending)
    return _sum(known, ending, sides[0].rstrip().endswith("-"))


def _terms(text: str, product: bool) -> list[Fraction]:
    pieces = text.split("*") if product else re.findall(r"[+-]?[^+-]+", text)
    if len(pieces) > 40:
        raise ImpossibleError("The dots are there to be used: more than 40 terms beside them.")
    return [evaluate(piece).value for piece in pieces]


def _sum(known: list[Fraction], ending: list[Fraction], minus: bool) -> Series:
    if minus and ending:
        ending[0] = -ending[0]
    if not ending:
        return _endless(known)
    last = ending[-1]
    for way in (_arithmetic, _geometric, _alternating, _polynomial):
        series = way(known, last)
        if series is not None and _agrees(series, known, ending):
            return series
    raise ImpossibleError("The terms beside the dots follow no rule that the rehearsal knows.")


def _agrees(series: Series, known: list[Fraction], ending: list[Fraction]) -> bool:
    """Whether the terms written down are those of the series."""
    if series.count is None or series.count < len(known):
        return False
    if series.last != series.named_last and len(ending) > 1:
        return False
    starts = all(term(series, at) == value for at, value in enumerate(known))
    behind = range(series.count - len(ending), series.count)
    ends = len(ending) == 1 or all(
        at >= 0 and term(series, at) == value for at, value in zip(behind, ending, strict=True)
    )
    return starts and ends


def term(series: Series, at: int) -> Fraction:
    """The term at a place, counted from 0."""
    if series.rule == "powers":
        return series.first * series.step**at
    if series.rule == "polynomial":
        return _newton(series.differences, at)
    value = abs(series.first) + series.step * at if series.rule == "alternating" else None
    if value is None:
        return series.first + series.step * at
    return value if (at % 2 == 0) == (series.first > 0) else -value


def _arithmetic(known: list[Fraction], last: Fraction) -> Series | None:
    first = known[0]
    assumed = len(known) == 1
    step = known[1] - first if not assumed else Fraction(1 if last >= first else -1)
    if any(later - earlier != step for earlier, later in pairwise(known)):
        return None
    if len(known) == 2 and step and ((last - first) / step).denominator != 1:
        other = _geometric(known, last)
        if other is not None:
            return other
    if step == 0 or (last - first) / step < 0:
        return None
    count = _counted(math.floor((last - first) / step) + 1)
    final = first + step * (count - 1)
    value = (first + final) * count / 2
    return Series("sum", first, step, count, final, last, value, assumed_step=assumed)


def _geometric(known: list[Fraction], last: Fraction) -> Series | None:
    if len(known) < 2 or 0 in known:
        return None
    ratio = known[1] / known[0]
    if ratio in (1, -1, 0) or any(b != a * ratio for a, b in pairwise(known)):
        return None
    current, count = known[0], 1
    while current != last:
        grows = abs(current) > abs(last) if abs(ratio) > 1 else abs(current) < abs(last)
        if grows or count > 2000 or _is_long(current):
            return None
        current, count = current * ratio, count + 1
    value = known[0] * (ratio**count - 1) / (ratio - 1)
    return Series("powers", known[0], ratio, count, last, last, value)


def _is_long(value: Fraction) -> bool:
    """Whether going on with it would hold up everybody else in the process."""
    return max(value.numerator.bit_length(), value.denominator.bit_length()) > BITS


def _alternating(known: list[Fraction], last: Fraction) -> Series | None:
    sizes = [abs(value) for value in known]
    if len(known) < 2 or any(a * b >= 0 for a, b in pairwise(known)):
        return None
    plain = _arithmetic(sizes, abs(last))
    if plain is None or plain.count is None or plain.rule != "sum" or plain.last != abs(last):
        return None
    sign = 1 if known[0] > 0 else -1
    if (last > 0) != ((plain.count % 2 == 1) == (sign > 0)):
        return None
    value = -plain.step * (plain.count // 2) + (abs(last) if plain.count % 2 else 0)
    return Series("alternating", known[0], plain.step, plain.count, last, last, sign * value)


def _polynomial(known: list[Fraction], last: Fraction) -> Series | None:
    for degree in (2, 3):
        if len(known) <= degree:
            return None
        differences = _differences(known[: degree + 1])
        count = _landing(differences, last)
        if count is None or any(
            _newton(differences, at) != value for at, value in enumerate(known)
        ):
            continue
        value = sum(
            (change * math.comb(count, k + 1) for k, change in enumerate(differences)), Fraction(0)
        )
        return Series(
            "polynomial", known[0], Fraction(0), count, last, last, value, differences=differences
        )
    return None


def _differences(values: list[Fraction]) -> tuple[Fraction, ...]:
    found = []
    row = values
    while row:
        found.append(row[0])
        row = [later - earlier for earlier, later in pairwise(row)]
    return tuple(found)


def _newton(differences: tuple[Fraction, ...], at: int) -> Fraction:
    return sum((change * math.comb(at, k) for k, change in enumerate(differences)), Fraction(0))


def _landing(differences: tuple[Fraction, ...], last: Fraction) -> int | None:
    """How many terms there are up to `last`, which has to be one of a rising series."""
    if any(change < 0 for change in differences[1:]):
        return None
    low, high = 0, 1
    while _newton(differences, high) < last:
        low, high = high, high * 2
        if high > _MOST_TERMS:
            return None
    while low < high:
        middle = (low + high) // 2
        if _newton(differences, middle) < last:
            low = middle + 1
        else:
            high = middle
    return low + 1 if _newton(differences, low) == last else None


def _endless(known: list[Fraction]) -> Series:
    ratio = known[1] / known[0] if len(known) > 1 and known[0] else Fraction(1)
    same = len(known) > 2 and all(b == a * ratio for a, b in pairwise(known))
    if not same or abs(ratio) >= 1:
        raise ImpossibleError("That series has no last term, and its sum settles on no number.")
    value = known[0] / (1 - ratio)
    return Series("powers", known[0], ratio, None, Fraction(0), Fraction(0), value)


def _product(known: list[Fraction], ending: list[Fraction]) -> Series:
    plain = _arithmetic(known, ending[-1]) if ending else None
    if plain is None or plain.count is None or plain.rule != "sum":
        raise ImpossibleError(
            "The factors beside the dots follow no rule that the rehearsal knows."
        )
    if plain.count > _MOST_FACTORS:
        raise ImpossibleError(
            "That product has thousands of digits, more than the rehearsal writes."
        )
    value = plain.first
    for at in range(1, plain.count):
        value *= term(plain, at)
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > 12_000:
            raise ImpossibleError(
                "That product has thousands of digits, more than the rehearsal writes."
            )
    return Series(
        "product",
        plain.first,
        plain.step,
        plain.count,
        plain.last,
        plain.named_last,
        value,
        plain.assumed_step,
    )


def _counted(count: int) -> int:
    if count > _MOST_TERMS:
        raise ImpossibleError("That series has more terms than the rehearsal cares to count.")
    return count
