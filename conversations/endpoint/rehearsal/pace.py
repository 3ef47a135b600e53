"""How long the rehearsal takes over what it says, and in what pieces: the same each time."""

from __future__ import annotations

import random
from collections.abc import Iterator

from .steps import Tempo

_SUMMARY = 1200
"""A thought summary longer than this comes in several chunks."""


class Pace:
    """Seeded by the request, so that the same question is told in the same way."""

    def __init__(self, seed: bytes, tempo: Tempo) -> None:
        self._random = random.Random(seed)
        self._tempo = tempo

    def before_first(self) -> float:
        return self._random.uniform(0.4, 0.8) * self._tempo.slowness

    def before_thought(self) -> float:
        return self._between(0.3, 0.6)

    def before_answer(self) -> float:
        return self._between(0.04, 0.09)

    def thought_pieces(self, text: str) -> Iterator[str]:
        size = self._tempo.size or _SUMMARY
        return (text[start : start + size] for start in range(0, len(text), size))

    def answer_pieces(self, text: str) -> Iterator[str]:
        start = 0
        while start < len(text):
            size = self._tempo.size or self._random.randint(20, 80)
            yield text[start : start + size]
            start += size

    def writes(self, event: bytes) -> tuple[bytes, ...]:
        """One event in one write, or now and then in two, as networks do it."""
        if self._random.random() >= 0.125:
            return (event,)
        cut = self._random.randrange(1, len(event))
        return event[:cut], event[cut:]

    def _between(self, least: float, most: float) -> float:
        wait = self._random.uniform(least, most)
        if self._tempo.rate:
            return 1.0 / self._tempo.rate
        return wait * self._tempo.slowness
