"""Numbers as people read them."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction

_GROUPED_FROM = 10_000
_DECIMALS = 30


def plain(value: Fraction) -> str:
    """Digits alone where the number is whole or its decimals end, else a fraction."""
    if value.denominator == 1:
        return str(value.numerator)
    decimals = _decimals(value)
    return decimals if decimals is not None else f"{value.numerator}/{value.denominator}"


def shown(value: Fraction) -> str:
    """The same, with commas between the thousands of large whole numbers."""
    if value.denominator == 1 and abs(value) >= _GROUPED_FROM:
        return f"{value.numerator:,}"
    return plain(value)


def about(value: Fraction) -> str:
    """Twelve figures of it."""
    return str(Context(prec=12).divide(Decimal(value.numerator), Decimal(value.denominator)))


def _decimals(value: Fraction) -> str | None:
    """The decimals, exactly, where they end soon enough."""
    twos = fives = 0
    rest = value.denominator
    if rest.bit_length() > 2.4 * _DECIMALS:
        return None
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    places = max(twos, fives)
    if rest != 1 or places > _DECIMALS:
        return None
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def formula(value: Fraction) -> str:
    """The same for a formula in TeX."""
    text = plain(value)
    if "/" not in text:
        return text
    sign = "-" if value < 0 else ""
    return rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"
