"""Counting tokens as the rehearsal does: four bytes of UTF-8 make one, begun ones count."""

from __future__ import annotations

BYTES = 4


def count(size: int) -> int:
    """Tokens in so many bytes."""
    return -(-size // BYTES)


def count_text(text: str) -> int:
    return count(len(text.encode(errors="replace")))


def clip(text: str, size: int) -> str:
    """The longest beginning of the text that takes at most `size` bytes."""
    if size <= 0:
        return ""
    return text.encode(errors="replace")[:size].decode(errors="ignore")
