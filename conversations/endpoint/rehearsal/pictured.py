"""A picture and a sound, made with the standard library alone."""

from __future__ import annotations

import functools
import math
import struct
import zlib
from collections.abc import Iterator

_COLUMNS = 10
_TILE, _GAP = 34, 4
_AMBER, _GREEN, _PAPER = (217, 167, 90), (42, 90, 76), (251, 250, 247)

RATE = 24_000
"""Samples a second: what the endpoint's own speech has."""
_NOTES = (523.25, 659.25, 783.99)
_NOTE_SECONDS = 0.35


@functools.cache
def staircases() -> bytes:
    """Gauss's picture as a PNG: 1 + 2 + ... + 10 twice over, which is a rectangle of 10 by 11."""
    rows = b"".join(b"\0" + row for row in _rows())
    width, height = _extent(_COLUMNS), _extent(_COLUMNS + 1)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _extent(tiles: int) -> int:
    return tiles * (_TILE + _GAP) + _GAP


def _rows() -> Iterator[bytes]:
    gap = bytes(_PAPER) * _GAP
    between = bytes(_PAPER) * _extent(_COLUMNS)
    for line in range(_COLUMNS + 1):
        # Column k has k amber tiles at its foot and green ones above them.
        tiles = (_AMBER if _COLUMNS - line < k else _GREEN for k in range(1, _COLUMNS + 1))
        row = gap + b"".join(bytes(tile) * _TILE + gap for tile in tiles)
        yield from [between] * _GAP
        yield from [row] * _TILE
    yield from [between] * _GAP


@functools.cache
def chime() -> bytes:
    """Three notes as the endpoint sends speech: samples of 16 bits, the low byte first."""
    length = int(RATE * _NOTE_SECONDS)
    samples = (
        int(12_000 * math.sin(2 * math.pi * note * at / RATE) * (1 - at / length) ** 2)
        for note in _NOTES
        for at in range(length)
    )
    return b"".join(struct.pack("<h", sample) for sample in samples)
