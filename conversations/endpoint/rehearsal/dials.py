"""What can be said after a command's name: how long, how fast, how often, with which reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from .steps import Tempo

_LARGEST = 5_000_000
_NUMBER = r"(\d[\d,]{0,9}(?:\.\d{1,4})?)"


@dataclass(frozen=True, slots=True)
class Dials:
    """`size` in characters, `rate` in chunks a second, `piece` in characters of a chunk."""

    size: int | None = None
    seconds: float | None = None
    times: int | None = None
    rate: float | None = None
    piece: int | None = None
    slowness: float = 1.0
    always: bool = False
    framed: bool = False
    reason: str = ""

    @property
    def tempo(self) -> Tempo:
        return Tempo(self.slowness, self.rate, self.piece)


def read(text: str) -> tuple[Dials, str]:
    """The dials that the text turns, and the words in it that say nothing known."""
    dials = Dials()
    if text.isupper():
        # Whoever shouts names a command; a reason stands out by its capitals only otherwise.
        text = text.lower()
    for pattern, turn in _READERS:
        found = pattern.search(text)
        if found is not None:
            dials = turn(dials, found[1] if pattern.groups else "")
            text = text[: found.start()] + " " + text[found.end() :]
    return dials, " ".join(_FILLERS.sub(" ", text).split())


def _within(text: str, least: float, most: float) -> float:
    return min(max(float(text.replace(",", "")), least), most)


def _whole(text: str, most: int) -> int:
    return int(_within(text, 1, most))


_READERS: tuple[tuple[re.Pattern[str], Callable[[Dials, str], Dials]], ...] = (
    (
        re.compile(rf"\b(?:in )?(?:chunks|pieces) of {_NUMBER}(?: ?characters?| ?chars?)?", re.I),
        lambda dials, text: replace(dials, piece=_whole(text, 1_000_000)),
    ),
    (
        re.compile(
            rf"\b(?:at )?{_NUMBER} ?chunks? ?(?:a|per|each|every|/) ?s(?:ec(?:ond)?)?\b", re.I
        ),
        lambda dials, text: replace(dials, rate=_within(text, 0.1, 1000)),
    ),
    (
        re.compile(rf"(?:\bof )?{_NUMBER} ?(?:characters?|chars?|letters?)\b", re.I),
        lambda dials, text: replace(dials, size=_whole(text, _LARGEST)),
    ),
    (
        re.compile(rf"\b(?:for |of |in |after )?{_NUMBER} ?s(?:ec(?:ond)?s?)?\b", re.I),
        lambda dials, text: replace(dials, seconds=_within(text, 0, 3600)),
    ),
    (
        re.compile(rf"{_NUMBER} ?(?:times|attempts)\b", re.I),
        lambda dials, text: replace(dials, times=_whole(text, 100)),
    ),
    (re.compile(r"\bonce\b", re.I), lambda dials, _: replace(dials, times=1)),
    (re.compile(r"\btwice\b", re.I), lambda dials, _: replace(dials, times=2)),
    (
        re.compile(r"\b(?:always|forever|for ever)\b", re.I),
        lambda dials, _: replace(dials, always=True),
    ),
    (re.compile(r"\bvery slowly\b", re.I), lambda dials, _: replace(dials, slowness=8.0)),
    (re.compile(r"\bslowly\b", re.I), lambda dials, _: replace(dials, slowness=3.0)),
    (re.compile(r"\bvery quickly\b", re.I), lambda dials, _: replace(dials, slowness=0.05)),
    (re.compile(r"\b(?:quickly|fast)\b", re.I), lambda dials, _: replace(dials, slowness=0.25)),
    (re.compile(r"\bframed\b", re.I), lambda dials, _: replace(dials, framed=True)),
    (
        re.compile(r"\b([A-Z][A-Z_]{2,50})\b"),
        lambda dials, text: replace(dials, reason=text),
    ),
)
_FILLERS = re.compile(r"\b(?:please|with|and|the|an?|some|me|again)\b|[.,!?:;]", re.I)
