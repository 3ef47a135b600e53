"""Exact arithmetic over fractions, bounded in time and size. Nothing is ever given to eval."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from conversations.endpoint.rehearsal.writing import shown

LONGEST = 4000
"""Characters of an expression."""
_SYMBOLS = 600
_DEPTH = 60
_BITS = 12_500
"""Of a numerator and of a denominator: a little over 3,700 digits, 1,000! among them."""
_DIGITS = 1500
_EXPONENT = 1500
_STEPS = 24

_SYMBOL = re.compile(
    r"\s*(?:(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|ans)|(\*\*|//|[-+*/^%()!]))"
)
_UNDER = {0: 1, 1: 1, 2: 2, 3: 6, 4: 6, 5: 3}
"""Factorials modulo 9; from 6! on they are 0."""


class NotArithmeticError(Exception):
    """The text is not an expression."""


class ImpossibleError(Exception):
    """An expression without an answer here; the message says why, in a sentence."""


@dataclass(frozen=True, slots=True)
class Value:
    """A number, with what casting out nines says it must leave (None where that says nothing)."""

    exact: Fraction
    nines: int | None


@dataclass(frozen=True, slots=True)
class Result:
    value: Fraction
    steps: tuple[str, ...]
    checked: bool
    operations: int


def symbols(text: str) -> list[str]:
    """Raises NotArithmeticError where the text holds anything but numbers, signs and brackets."""
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _SYMBOL.match(text, at)
        if match is None:
            raise NotArithmeticError
        found.append(match[1] or match[2])
        at = match.end()
        if len(found) > _SYMBOLS:
            raise ImpossibleError(
                f"That is more than {_SYMBOLS} numbers and signs in one expression."
            )
    return found


def evaluate(text: str, ans: Fraction | None = None) -> Result:
    """The value of an expression. Raises NotArithmeticError or ImpossibleError."""
    reader = _Reader(symbols(text), ans)
    value = reader.whole()
    checked = value.exact.denominator == 1 and value.exact.numerator % 9 == value.nines
    return Result(value.exact, tuple(reader.steps), checked, reader.operations)


class _Reader:
    """Recursive descent that computes as it reads: sum, product, sign, power, postfix, atom."""

    def __init__(self, given: list[str], ans: Fraction | None) -> None:
        self._given = given
        self._at = 0
        self._depth = 0
        self._ans = ans
        self.steps: list[str] = []
        self.operations = 0

    def whole(self) -> Value:
        value = self._sum()
        if self._at < len(self._given):
            raise NotArithmeticError
        return value

    def _peek(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._given[at] if at < len(self._given) else ""

    def _take(self) -> str:
        symbol = self._peek()
        self._at += 1
        return symbol

    def _sum(self) -> Value:
        value = self._product()
        while self._peek() in ("+", "-"):
            sign = self._take()
            value = self._apply(sign, value, self._product())
        return value

    def _product(self) -> Value:
        value = self._signed()
        while True:
            symbol = self._peek()
            if symbol in ("*", "/", "//") or (symbol == "%" and self._starts_operand(1)):
                sign = self._take()
                value = self._apply(sign, value, self._signed())
            elif symbol == "(":
                value = self._apply("*", value, self._signed())
            else:
                return value

    def _starts_operand(self, ahead: int) -> bool:
        symbol = self._peek(ahead)
        return symbol == "(" or symbol == "ans" or symbol[:1].isdigit() or symbol[:1] == "."

    def _signed(self) -> Value:
        if self._peek() not in ("+", "-"):
            return self._power()
        sign = self._take()
        with _Deeper(self):
            value = self._signed()
        return value if sign == "+" else _negative(value)

    def _power(self) -> Value:
        base = self._postfix()
        if self._peek() not in ("^", "**"):
            return base
        self._take()
        with _Deeper(self):
            return self._apply("^", base, self._signed())

    def _postfix(self) -> Value:
        value = self._atom()
        while self._peek() == "!" or (self._peek() == "%" and not self._starts_operand(1)):
            if self._take() == "!":
                if self._peek() == "!":
                    raise ImpossibleError("Two factorial signs in a row can be read in two ways.")
                value = self._log(f"{shown(value.exact)}!", _factorial(value))
            else:
                value = self._log(f"{shown(value.exact)}%", _hundredth(value))
        return value

    def _atom(self) -> Value:
        symbol = self._take()
        if symbol == "(":
            with _Deeper(self):
                value = self._sum()
            if self._take() != ")":
                raise NotArithmeticError
            return value
        if symbol == "ans" and self._ans is not None:
            return _value(self._ans)
        if symbol[:1].isdigit() or symbol[:1] == ".":
            return _number(symbol)
        raise NotArithmeticError

    def _apply(self, sign: str, left: Value, right: Value) -> Value:
        written = {"*": "×", "/": "÷", "^": "^", "%": "mod"}.get(sign, sign)
        text = f"{shown(left.exact)} {written} {_bracketed(right.exact)}"
        return self._log(text, _OPERATIONS[sign](left, right))

    def _log(self, text: str, value: Value) -> Value:
        exact = value.exact
        if max(exact.numerator.bit_length(), exact.denominator.bit_length()) > _BITS:
            raise ImpossibleError(
                "The result has thousands of digits, more than the rehearsal writes."
            )
        self.operations += 1
        line = f"{text} = {shown(exact)}"
        if len(self.steps) < _STEPS and len(line) <= 120:
            self.steps.append(line)
        return value


class _Deeper:
    """One level further in, to a limit."""

    def __init__(self, reader: _Reader) -> None:
        self._reader = reader

    def __enter__(self) -> None:
        self._reader._depth += 1
        if self._reader._depth > _DEPTH:
            raise ImpossibleError(f"That is nested more than {_DEPTH} deep.")

    def __exit__(self, *_: object) -> None:
        self._reader._depth -= 1


def _value(exact: Fraction) -> Value:
    return Value(exact, exact.numerator % 9 if exact.denominator == 1 else None)


def _number(symbol: str) -> Value:
    mantissa, _, exponent = symbol.partition("e")
    digits = len(mantissa)
    if digits > _DIGITS or len(exponent) > 5 or abs(int(exponent or 0)) > _EXPONENT:
        raise ImpossibleError(f"One of the numbers has more than {_DIGITS:,} digits.")
    return _value(Fraction(symbol))


def _bracketed(exact: Fraction) -> str:
    text = shown(exact)
    return f"({text})" if exact < 0 or "/" in text else text


def _both(left: Value, right: Value, way: Callable[[int, int], int]) -> int | None:
    if left.nines is None or right.nines is None:
        return None
    return way(left.nines, right.nines) % 9


def _negative(value: Value) -> Value:
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
        return _value(base ** (2 + exponent.numerator % 2) if exponent else Fraction(1))
    times = abs(exponent.numerator)
    length = max(base.numerator.bit_length(), base.denominator.bit_length())
    if (length - 1) * times > _BITS:
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
            return _raise(_value(Fraction(top, bottom)), _value(Fraction(times))).exact
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


def _factorial(value: Value) -> Value:
    exact = value.exact
    if exact.denominator != 1 or exact < 0:
        raise ImpossibleError("A factorial is there for whole numbers from 0 on.")
    if exact > 1390:
        raise ImpossibleError(
            "That factorial has thousands of digits, more than the rehearsal writes."
        )
    number = exact.numerator
    return Value(Fraction(math.factorial(number)), _UNDER.get(number, 0))


def _hundredth(value: Value) -> Value:
    return Value(value.exact / 100, None)


_OPERATIONS: dict[str, Callable[[Value, Value], Value]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "//": _floor,
    "%": _modulo,
    "^": _raise,
}
