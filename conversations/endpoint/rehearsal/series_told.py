"""A series told: its rule, its number of terms, the sum by pairing or shifting, and a check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from conversations.endpoint.rehearsal.arithmetic import Worked
from conversations.endpoint.rehearsal.leaving_out import Group, Remainder
from conversations.endpoint.rehearsal.series import Series, term
from conversations.endpoint.rehearsal.steps import Answer, Step, Thought, thought
from conversations.endpoint.rehearsal.writing import about, formula, plain, shown

_LONG = 60


def series(found: Series) -> Iterator[Step]:
    yield from _TOLD[found.rule](found)


def _display(text: str) -> str:
    return f"$$\n{text}\n$$\n\n"


def _python(code: str) -> str:
    return f"```python\n{code}\n```\n"


def _total(found: Series, what: str = "The sum is") -> str:
    text = plain(found.value)
    note = ""
    if found.count is not None and found.last != found.named_last:
        note = (
            f" {shown(found.named_last)} itself is not a term: "
            f"the last one before it is {shown(found.last)}."
        )
    if found.assumed_step:
        note += f" (Two terms alone were given; I took the step to be {shown(found.step)}.)"
    if len(text) > _LONG:
        digits = f"{what} a number of {len(text):,} digits:\n\n```text\n{text}\n```\n\n"
        return f"{digits}{note.strip()}\n\n" if note else digits
    roughly = f", about {about(found.value)}" if "/" in text else ""
    return f"{what} **{shown(found.value)}**{roughly}.{note}\n\n"


def _read(found: Series) -> Thought:
    shown_terms = ", ".join(shown(term(found, at)) for at in range(min(found.count or 4, 4)))
    end = f" up to {shown(found.last)}" if found.count is not None else " without an end"
    count = f" That makes {found.count:,} terms." if found.count is not None else ""
    return thought(
        "Reading the series",
        f"The dots stand for the terms in between: {shown_terms} and so on{end}.{count}",
    )


def _arithmetic(found: Series) -> Iterator[Step]:
    first, last, count = found.first, found.last, found.count or 0
    pair = first + last
    yield _read(found)
    yield thought(
        "Pairing the ends",
        f"The first and the last term make {shown(first)} + {_signed(last)} = {shown(pair)}. One "
        f"step inwards the one end gains what the other loses, {shown(abs(found.step))}, so that "
        f"pair makes {shown(pair)} too, and so does every other.",
    )
    yield thought(
        "Counting the pairs",
        f"Twice the sum is {count:,} times {shown(pair)}, which is {shown(pair * count)}. Half of "
        f"it is {shown(found.value)}.",
    )
    yield thought(
        "Checking the result",
        f"Another way: the middle of the series is {shown(pair / 2)}, and {count:,} terms of that "
        f"size on average give {shown(pair / 2 * count)}. The two agree.",
    )
    yield Answer(_total(found))
    yield Answer(
        "### Why\n\nWrite the series forwards and backwards and add the two rows: every column "
        f"gives {shown(first)} + {_signed(last)} = {shown(pair)}, and there are {count:,} columns, "
        f"so twice the sum is {shown(pair * count)}.\n\n"
    )
    yield Answer(_arithmetic_formula(found))
    if first.denominator == found.step.denominator == 1:
        stop = last.numerator + (1 if found.step > 0 else -1)
        step = "" if found.step == 1 else f", {found.step}"
        yield Answer(_python(f"print(sum(range({first}, {stop}{step})))  # {plain(found.value)}"))


def _arithmetic_formula(found: Series) -> str:
    count = found.count or 0
    total = formula(found.value)
    if found.first == found.step == 1:
        return _display(
            rf"\sum_{{k=1}}^{{{count}}} k = \frac{{n(n+1)}}{{2}} "
            rf"= \frac{{{count} \cdot {count + 1}}}{{2}} = {total}"
        )
    ends = f"{formula(found.first)} + {_bracketed(formula(found.last), found.last)}"
    return _display(rf"\frac{{{count} \cdot ({ends})}}{{2}} = {total}")


def _geometric(found: Series) -> Iterator[Step]:
    ratio = found.step
    yield _read(found)
    yield thought(
        "Finding the rule",
        f"Each term is the one before times {shown(ratio)}. Multiplying the whole series by "
        f"{shown(ratio)} moves every term one place on.",
    )
    yield _shifted(found)
    yield Answer(_total(found))
    yield Answer(
        "### Why\n\nMultiply the series by the ratio of its terms and subtract: everything "
        "cancels except the first term and what comes after the last.\n\n"
    )
    yield Answer(_geometric_formula(found))
    if found.count is not None and found.first.denominator == ratio.denominator == 1:
        code = f"print(sum({found.first} * ({ratio}) ** k for k in range({found.count})))"
        yield Answer(_python(f"{code}  # {_brief(found.value, plain)}"))


def _shifted(found: Series) -> Thought:
    ratio, first = found.step, found.first
    if found.count is None:
        return thought(
            "Letting it run",
            f"Since {shown(ratio)} lies between -1 and 1, what is left shrinks to nothing, and S "
            f"- {_signed(ratio)} · S = {shown(first)}.",
        )
    beyond = first * ratio**found.count
    return thought(
        "Subtracting the shifted series",
        f"All terms but two cancel: {shown(ratio)} · S - S = {_brief(beyond)} - {_signed(first)} "
        f"= {_brief(beyond - first)}. Dividing by {shown(ratio - 1)} gives {_brief(found.value)}.",
    )


def _geometric_formula(found: Series) -> str:
    ratio, total = found.step, _brief_formula(found.value)
    if found.count is None:
        return _display(
            rf"\sum_{{k=0}}^{{\infty}} a r^k = \frac{{a}}{{1-r}} "
            rf"= \frac{{{formula(found.first)}}}{{{formula(1 - ratio)}}} = {total}"
        )
    power = f"{_bracketed(formula(ratio), ratio, fraction=True)}^{{{found.count}}}"
    return _display(
        rf"\frac{{{formula(found.first)} \cdot ({power} - 1)}}{{{formula(ratio - 1)}}} = {total}"
    )


def _alternating(found: Series) -> Iterator[Step]:
    count = found.count or 0
    pair = term(found, 0) + term(found, 1)
    yield _read(found)
    yield thought(
        "Pairing neighbours",
        f"Each term and the next one make {shown(pair)}. There are {count // 2:,} such pairs"
        + (f", and {shown(found.last)} is left over." if count % 2 else "."),
    )
    yield Answer(_total(found))
    left = f" + {_bracketed(formula(found.last), found.last)}" if count % 2 else ""
    yield Answer("### Why\n\nTake the terms two by two: every pair has the same sum.\n\n")
    yield Answer(
        _display(
            rf"{count // 2} \cdot {_bracketed(formula(pair), pair)}{left} = {formula(found.value)}"
        )
    )


def _polynomial(found: Series) -> Iterator[Step]:
    count = found.count or 0
    changes = ", ".join(shown(change) for change in found.differences[1:])
    yield _read(found)
    yield thought(
        "Taking differences",
        f"The differences between neighbours change evenly. From the first term on they begin "
        f"with {changes}, and the next row is all zeros: the terms follow a polynomial.",
    )
    yield thought(
        "Summing with binomials",
        "Newton's formula sums such a series at once: each difference is multiplied by a binomial "
        f"coefficient of {count:,}, which gives {shown(found.value)}.",
    )
    yield Answer(_total(found))
    yield Answer(
        "### Why\n\nThe terms follow a polynomial, so their sum is a combination of binomial "
        f"coefficients, with the differences {shown(found.first)}, {changes} in front.\n\n"
    )
    summands = " + ".join(
        rf"{_bracketed(formula(change), change)} \binom{{{count}}}{{{place}}}"
        for place, change in enumerate(found.differences, 1)
        if change
    )
    yield Answer(_display(f"{summands} = {formula(found.value)}"))


def _product(found: Series) -> Iterator[Step]:
    count = found.count or 0
    yield _read(found)
    yield thought(
        "Multiplying one by one",
        f"The product has {count:,} factors, each {shown(found.step)} more than the one before. "
        f"Multiplied together they make {_brief(found.value)}.",
    )
    yield Answer(_total(found, "The product is"))
    if found.first == found.step == 1:
        yield Answer(f"### Why\n\nIt is {count:,} factorial.\n\n")
        yield Answer(_display(f"{count}! = {_brief_formula(found.value)}"))
        yield Answer(_python(f"import math\n\nprint(math.factorial({count}))"))


def without(worked: Worked) -> Iterator[Step]:
    """The series without the multiples of some numbers, or with them alone."""
    found, rest, wanted = worked.series, worked.without, worked.wanted
    if found is None or rest is None or wanted is None:
        return
    names = " or ".join(str(divisor) for divisor in wanted.divisors)
    yield thought(
        "Going back to the series",
        f"The whole series goes from {shown(found.first)} to {shown(found.last)}, {found.count:,} "
        f"terms, and its sum is {shown(found.value)}. Now the terms divisible by {names}.",
    )
    for group in rest.groups:
        yield _group_told(group)
    yield from _settled(found, rest, names, wanted.keeps)


def _group_told(group: Group) -> Thought:
    again = "" if group.sign > 0 else " These were counted twice, so they are taken back once."
    return thought(
        f"Finding the multiples of {group.divisor}",
        f"They run from {group.first:,} to {group.last:,} in steps of {abs(group.step):,}, so "
        f"there are {group.count:,} of them, and their sum is {group.count:,} · ({group.first:,} + "
        f"{group.last:,}) / 2 = {group.total:,}.{again}",
    )


def _settled(found: Series, rest: Remainder, names: str, keeps: bool) -> Iterator[Step]:
    if keeps:
        yield Answer(
            f"The terms divisible by {names} alone make **{shown(rest.value)}**; "
            f"there are {rest.count:,} of them.\n\n"
        )
        left = formula(rest.value)
    else:
        yield thought(
            "Subtracting the multiples",
            f"{shown(found.value)} - {rest.divided:,} = {shown(rest.value)}.",
        )
        yield Answer(
            f"Without the numbers divisible by {names}, the sum is **{shown(rest.value)}**.\n\n"
        )
        left = f"{formula(found.value)} - {rest.divided} = {formula(rest.value)}"
    yield Answer("### Why\n\n" + "".join(_bullet(group) for group in rest.groups) + "\n")
    yield Answer(_display(left))
    stop = found.last.numerator + (1 if found.step > 0 else -1)
    tests = f" {'or' if keeps else 'and'} ".join(
        f"k % {number.divisor} {'==' if keeps else '!='} 0"
        for number in rest.groups
        if number.sign > 0
    )
    span = f"range({found.first}, {stop}, {found.step})"
    if tests:
        code = f"print(sum(k for k in {span} if {tests}))"
        yield Answer(_python(f"{code}  # {plain(rest.value)}"))


def _bullet(group: Group) -> str:
    return (
        f"- Divisible by {group.divisor}: {group.first:,} to {group.last:,}, {group.count:,} "
        f"numbers, which make {group.total:,}{'' if group.sign > 0 else ' (counted back)'}.\n"
    )


def _signed(value: Fraction) -> str:
    return f"({shown(value)})" if value < 0 else shown(value)


def _bracketed(text: str, value: Fraction, fraction: bool = False) -> str:
    needed = value < 0 or (fraction and value.denominator != 1)
    return rf"\left({text}\right)" if needed else text


def _brief(value: Fraction, way: Callable[[Fraction], str] = shown) -> str:
    text = way(value)
    return text if len(text) <= _LONG else f"a number of {len(text):,} digits"


def _brief_formula(value: Fraction) -> str:
    text = formula(value)
    return text if len(text) <= _LONG else rf"{text[:12]}\ldots{text[-12:]}"


_TOLD: dict[str, Callable[[Series], Iterator[Step]]] = {
    "sum": _arithmetic,
    "powers": _geometric,
    "alternating": _alternating,
    "polynomial": _polynomial,
    "product": _product,
}
