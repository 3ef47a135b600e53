"""What can be said after a command's name: how long, how fast, how often, with which reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from conversations.endpoint.rehearsal.steps import Tempo

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


def _word(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_READERS: tuple[tuple[re.Pattern[str], Callable[[Dials, str], Dials]], ...] = (
    (
        _word(rf"\b(?:in )?(?:chunks|pieces) of {_NUMBER}(?: ?characters?| ?chars?)?"),
        lambda dials, text: replace(dials, piece=_whole(text, 1_000_000)),
    ),
    (
        _word(rf"\b(?:at )?{_NUMBER} ?chunks? ?(?:a|per|each|every|/) ?s(?:ec(?:ond)?)?\b"),
        lambda dials, text: replace(dials, rate=_within(text, 0.1, 1000)),
    ),
    (
        _word(rf"(?:\bof )?{_NUMBER} ?(?:characters?|chars?|letters?)\b"),
        lambda dials, text: replace(dials, size=_whole(text, _LARGEST)),
    ),
    (
        _word(rf"\b(?:for |of |in |after )?{_NUMBER} ?s(?:ec(?:ond)?s?)?\b"),
        lambda dials, text: replace(dials, seconds=_within(text, 0, 3600)),
    ),
    (
        _word(rf"{_NUMBER} ?(?:times|attempts)\b"),
        lambda dials, text: replace(dials, times=_whole(text, 100)),
    ),
    (_word(r"\bonce\b"), lambda dials, _: replace(dials, times=1)),
    (_word(r"\btwice\b"), lambda dials, _: replace(dials, times=2)),
    (_word(r"\b(?:always|for ?ever)\b"), lambda dials, _: replace(dials, always=True)),
    (_word(r"\bvery slowly\b"), lambda dials, _: replace(dials, slowness=8.0)),
    (_word(r"\bslowly\b"), lambda dials, _: replace(dials, slowness=3.0)),
    (_word(r"\bvery quickly\b"), lambda dials, _: replace(dials, slowness=0.05)),
    (_word(r"\b(?:quickly|fast)\b"), lambda dials, _: replace(dials, slowness=0.25)),
    (_word(r"\bframed\b"), lambda dials, _: replace(dials, framed=True)),
    (
        re.compile(r"\b([A-Z][A-Z_]{2,50})\b"),
        lambda dials, text: replace(dials, reason=text),
    ),
)
_FILLERS = _word(r"\b(?:please|with|and|the|an?|some|me|again)\b|[.,!?:;]")
