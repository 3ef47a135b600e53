"""Exact arithmetic over fractions, bounded in time and size. Nothing is ever given to eval."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from conversations.endpoint.rehearsal.operations import (
    BITS,
    OPERATIONS,
    ImpossibleError,
    Value,
    factorial,
    hundredth,
    negative,
    of,
)
from conversations.endpoint.rehearsal.writing import shown

LONGEST = 4000
"""Characters of an expression."""
_SYMBOLS = 600
_DEPTH = 60
_DIGITS = 1500
_EXPONENT = 1500
_STEPS = 24

_SYMBOL = re.compile(
    r"\s*(?:(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|ans)|(\*\*|//|[-+*/^%()!]))"
)


class NotArithmeticError(Exception):
    """The text is not an expression."""


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
        return value if sign == "+" else negative(value)

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
                value = self._log(f"{shown(value.exact)}!", factorial(value))
            else:
                value = self._log(f"{shown(value.exact)}%", hundredth(value))
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
            return of(self._ans)
        if symbol[:1].isdigit() or symbol[:1] == ".":
            return _number(symbol)
        raise NotArithmeticError

    def _apply(self, sign: str, left: Value, right: Value) -> Value:
        written = {"*": "×", "/": "÷", "^": "^", "%": "mod"}.get(sign, sign)
        text = f"{shown(left.exact)} {written} {_bracketed(right.exact)}"
        return self._log(text, OPERATIONS[sign](left, right))

    def _log(self, text: str, value: Value) -> Value:
        exact = value.exact
        if max(exact.numerator.bit_length(), exact.denominator.bit_length()) > BITS:
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


def _number(symbol: str) -> Value:
    mantissa, _, exponent = symbol.partition("e")
    digits = len(mantissa)
    if digits > _DIGITS or len(exponent) > 5 or abs(int(exponent or 0)) > _EXPONENT:
        raise ImpossibleError(f"One of the numbers has more than {_DIGITS:,} digits.")
    return of(Fraction(symbol))


def _bracketed(exact: Fraction) -> str:
    text = shown(exact)
    return f"({text})" if exact < 0 or "/" in text else text
