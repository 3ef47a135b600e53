"""Arithmetic told as a model tells it: thoughts that show the way, then the answer with reasons."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from conversations.endpoint.rehearsal import series_told
from conversations.endpoint.rehearsal.arithmetic import Worked
from conversations.endpoint.rehearsal.numbers import Result
from conversations.endpoint.rehearsal.steps import Answer, Step, thought
from conversations.endpoint.rehearsal.writing import about, formula, plain, shown

_LONG = 60
_LINE = 64
_READ = 160
_STEPS_IN_A_THOUGHT = 6


def steps(worked: Worked) -> Iterator[Step]:
    if worked.refused:
        yield from _refused(worked)
    elif worked.without is not None:
        yield from series_told.without(worked)
    elif worked.series is not None:
        yield from series_told.series(worked.series)
    elif worked.result is not None:
        yield from _expression(worked.read_as, worked.result)


def _refused(worked: Worked) -> Iterator[Step]:
    yield thought("Reading the expression", f"It reads {_quoted(worked.read_as)}.")
    yield thought("Seeing the difficulty", worked.refused)
    yield Answer(f"This one has no result here. {worked.refused}\n")


def _expression(text: str, result: Result) -> Iterator[Step]:
    yield thought(
        "Reading the expression",
        f"It reads {_quoted(text)}. Brackets come first, then powers, then products and "
        "quotients from left to right, then sums and differences.",
    )
    lines = result.steps
    for start in range(0, len(lines), _STEPS_IN_A_THOUGHT):
        some = "; ".join(lines[start : start + _STEPS_IN_A_THOUGHT])
        heading = "Working it out step by step" if start == 0 else "Going on"
        yield thought(heading, f"{some}.")
    yield thought("Checking the result", _check(result))
    yield Answer(_stated(result.value))
    yield Answer(_reasons(text, result))


def _check(result: Result) -> str:
    value = result.value
    if result.checked:
        return (
            "Casting out nines: the same steps, done with the remainders after division by 9 "
            f"alone, leave {value.numerator % 9}, and so does the result."
        )
    if value.denominator != 1:
        fraction = _short(f"{value.numerator}/{value.denominator}")
        return f"In lowest terms it is {fraction}. Nothing was rounded on the way."
    return "Each step was taken with whole numbers and fractions, so nothing was rounded."


def _stated(value: Fraction) -> str:
    text = plain(value)
    if len(text) > _LONG:
        return _long(value, text)
    if "/" in text:
        return f"The result is **{text}**, which is about {about(value)}.\n\n"
    return f"The result is **{shown(value)}**.\n\n"


def _long(value: Fraction, text: str) -> str:
    if value.denominator != 1:
        return f"The result is the fraction\n\n{_block(text)}"
    digits = len(text.lstrip("-"))
    return f"The result has **{digits:,} digits**:\n\n{_block(text)}"


def _block(text: str) -> str:
    lines = (text[start : start + _LINE] for start in range(0, len(text), _LINE))
    return "```text\n" + "\n".join(lines) + "\n```\n\n"


def _reasons(text: str, result: Result) -> str:
    lines = [line for line in result.steps if len(line) <= 80][:8]
    told = "### Why\n\n"
    if len(lines) > 1:
        told += "".join(f"{number}. {line}\n" for number, line in enumerate(lines, 1)) + "\n"
    if len(text) <= _READ and len(plain(result.value)) <= _LONG and "ans" not in text:
        return told + f"$$\n{_tex(text)} = {formula(result.value)}\n$$\n"
    return told + "It was computed exactly, with whole numbers and fractions.\n"


def _tex(text: str) -> str:
    spaced = text.replace("**", "^").replace(" ", "")
    signs = {"*": r" \cdot ", "/": r" / ", "%": r" \,\%\, ", "+": " + ", "-": " - "}
    return "".join(signs.get(character, character) for character in _braced(spaced))


def _braced(text: str) -> str:
    """Exponents of several digits in braces, as TeX wants them; towers are braced from the left."""
    out = []
    at = 0
    while at < len(text):
        out.append(text[at])
        at += 1
        if out[-1] == "^":
            start = at
            while at < len(text) and (text[at].isdigit() or text[at] == "."):
                at += 1
            out.append("{" + text[start:at] + "}")
    return "".join(out)


def _short(text: str) -> str:
    return text if len(text) <= _READ else text[:_READ] + "…"


def _quoted(text: str) -> str:
    """As code, so that its asterisks stay asterisks."""
    return "`" + _short(" ".join(text.split())).replace("`", "'") + "`"
