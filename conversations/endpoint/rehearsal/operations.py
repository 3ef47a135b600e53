"""What can be done to exact numbers: each operation bounded, each with its check by nines."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

BITS = 12_500
"""Of a numerator and of a denominator: a little over 3,700 digits, 1,000! among them."""
_UNDER = {0: 1, 1: 1, 2: 2, 3: 6, 4: 6, 5: 3}
"""Factorials modulo 9; from 6! on they are 0."""


class ImpossibleError(Exception):
    """An expression without an answer here; the message says why, in a sentence."""


@dataclass(frozen=True, slots=True)
class Value:
    """A number, with what casting out nines says it must leave (None where that says nothing)."""

    exact: Fraction
    nines: int | None


def of(exact: Fraction) -> Value:
    return Value(exact, exact.numerator % 9 if exact.denominator == 1 else None)


def _both(left: Value, right: Value, way: Callable[[int, int], int]) -> int | None:
    if left.nines is None or right.nines is None:
        return None
    return way(left.nines, right.nines) % 9


def negative(value: Value) -> Value:
    return Value(-value.exact, None if value.nines is None else -value.nines % 9)


def _add(left: Value, right: Value) -> Value:
    return Value(left.exact + right.exact, _both(left, right, lambda a, b: a + b))


def _subtract(left: Value, right: Value) -> Value:
    return Value(left.exact - right.exact, _both(left, right, lambda a, b: a - b))


def _multiply(left: Value, right: Value) -> Value:
    return Value(left.exact * right.exact, _both(left, right, lambda a, b: a * b))


def _divide(left: Value, right: Value) -> Value:
    if right.exact == 0:
        raise ImpossibleError("It divides by zero, and no number times 0 gives anything but 0.")
    return Value(left.exact / right.exact, None)


def _floor(left: Value, right: Value) -> Value:
    return Value(Fraction(math.floor(_divide(left, right).exact)), None)


def _modulo(left: Value, right: Value) -> Value:
    if right.exact == 0:
        raise ImpossibleError("It asks for a remainder after dividing by zero, which there is not.")
    return Value(left.exact % right.exact, None)


def _raise(left: Value, right: Value) -> Value:
    base, exponent = left.exact, right.exact
    if base == 0 and exponent < 0:
        raise ImpossibleError("It raises 0 to a negative power, which divides by zero.")
    if exponent.denominator != 1:
        return Value(_root(base, exponent), None)
    if base in (0, 1, -1):
        return of(base ** (2 + exponent.numerator % 2) if exponent else Fraction(1))
    times = abs(exponent.numerator)
    length = max(base.numerator.bit_length(), base.denominator.bit_length())
    if (length - 1) * times > BITS:
        raise ImpossibleError(_too_long(base, times))
    nines = None
    if left.nines is not None and exponent >= 0:
        nines = pow(left.nines, times, 9)
    return Value(base**exponent.numerator, nines)


def _root(base: Fraction, exponent: Fraction) -> Fraction:
    """A power with a fraction for its exponent, where the root is exact."""
    degree, times = exponent.denominator, exponent.numerator
    if base > 0 and degree <= 64 and abs(times) <= 64:
        top, bottom = _exact_root(base.numerator, degree), _exact_root(base.denominator, degree)
        if top is not None and bottom is not None:
            return _raise(of(Fraction(top, bottom)), of(Fraction(times))).exact
    raise ImpossibleError(
        "That power is no fraction, and the rehearsal computes with fractions only."
    )


def _exact_root(number: int, degree: int) -> int | None:
    low, high = 1, 1 << (number.bit_length() // degree + 1)
    while low < high:
        middle = (low + high + 1) // 2
        if middle**degree <= number:
            low = middle
        else:
            high = middle - 1
    return low if low**degree == number else None


def _too_long(base: Fraction, times: int) -> str:
    larger = max(abs(base.numerator), base.denominator)
    if times.bit_length() > 200:
        return "The result has more digits than could ever be written down."
    digits = int(times * math.log10(larger)) + 1
    return f"The result has about {digits:,} digits, more than the rehearsal writes."


def factorial(value: Value) -> Value:
    exact = value.exact
    if exact.denominator != 1 or exact < 0:
        raise ImpossibleError("A factorial is there for whole numbers from 0 on.")
    if exact > 1390:
        raise ImpossibleError(
            "That factorial has thousands of digits, more than the rehearsal writes."
        )
    number = exact.numerator
    return Value(Fraction(math.factorial(number)), _UNDER.get(number, 0))


def hundredth(value: Value) -> Value:
    return Value(value.exact / 100, None)


OPERATIONS: dict[str, Callable[[Value, Value], Value]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "//": _floor,
    "%": _modulo,
    "^": _raise,
}
