"""How long the rehearsal takes over what it says, and in what pieces: the same each time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import cycle

from conversations.endpoint.rehearsal.steps import Tempo

_SUMMARY = 1200
"""A thought summary longer than this comes in several chunks."""
_DRAWS = 2048


class Pace:
    """Seeded by the request, so that the same question is told in the same way."""

    def __init__(self, seed: bytes, tempo: Tempo) -> None:
        self._draws = cycle(hashlib.shake_256(b"pace" + seed).digest(_DRAWS))
        self._tempo = tempo

    def before_first(self) -> float:
        return self._between(0.4, 0.8) * self._tempo.slowness

    def before_thought(self) -> float:
        return self._paced(self._between(0.3, 0.6))

    def before_answer(self) -> float:
        return self._paced(self._between(0.04, 0.09))

    def thought_pieces(self, text: str) -> Iterator[str]:
        size = self._tempo.size or _SUMMARY
        return (text[start : start + size] for start in range(0, len(text), size))

    def answer_pieces(self, text: str) -> Iterator[str]:
        start = 0
        while start < len(text):
            size = self._tempo.size or int(self._between(20, 81))
            yield text[start : start + size]
            start += size

    def writes(self, event: bytes) -> tuple[bytes, ...]:
        """One event in one write, or now and then in two, as networks do it."""
        if self._between(0, 1) >= 0.125:
            return (event,)
        cut = int(self._between(1, len(event)))
        return event[:cut], event[cut:]

    def _between(self, least: float, most: float) -> float:
        """A draw from `least` up to but not including `most`."""
        return least + (most - least) * next(self._draws) / 256

    def _paced(self, wait: float) -> float:
        if self._tempo.rate:
            return 1.0 / self._tempo.rate
        return wait * self._tempo.slowness
