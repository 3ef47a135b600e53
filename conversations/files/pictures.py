"""The size of a picture, read from its header: nothing is decoded, so nothing can explode."""

import struct
from typing import BinaryIO

from conversations.files.limits import PIXEL_LIMIT
from conversations.files.refusals import Damaged, TooManyPoints

SEARCHED = 256 * 1024
"""Bytes in which a HEIC tells its size."""
# Frame headers of JPEG; C4, C8 and CC are none.
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
BARE = {0x01, *range(0xD0, 0xD9)}


def check(media_type: str, file: BinaryIO) -> None:
    """See that a picture has a size, and one that can be looked at.

    Raises:
        Damaged: it tells no size.
        TooManyPoints: it claims more than PIXEL_LIMIT.
    """
    try:
        size = size_of(media_type, file)
    except (struct.error, IndexError):
        size = None
    if size is None or not all(size):
        raise Damaged
    if size[0] * size[1] > PIXEL_LIMIT:
        raise TooManyPoints


def size_of(media_type: str, file: BinaryIO) -> tuple[int, int] | None:
    """Width and height as the header tells them."""
    file.seek(0)
    if media_type == "image/jpeg":
        return _jpeg(file)
    head = file.read(64)
    if media_type == "image/png":
        return _pair(">II", head[16:24]) if head[12:16] == b"IHDR" else None
    if media_type == "image/gif":
        return _pair("<HH", head[6:10])
    if media_type == "image/webp":
        return _webp(head)
    return _heif(head + file.read(SEARCHED))


def _pair(form: str, data: bytes) -> tuple[int, int]:
    width, height = struct.unpack(form, data)
    return int(width), int(height)


def _jpeg(file: BinaryIO) -> tuple[int, int] | None:
    """Walks from segment to segment: a camera's thumbnail comes before the size."""
    file.seek(2)
    for _segment in range(2000):
        found = file.read(1)
        while found and found != b"\xff":
            found = file.read(1)
        while found == b"\xff":
            found = file.read(1)
        if not found or found[0] == 0xDA:
            return None
        if found[0] in BARE:
            continue
        (length,) = struct.unpack(">H", file.read(2))
        if found[0] in FRAMES:
            height, width = _pair(">HH", file.read(5)[1:])
            return width, height
        if length < 2:
            return None
        file.seek(length - 2, 1)
    return None


def _webp(head: bytes) -> tuple[int, int] | None:
    form = head[12:16]
    if form == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if form == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if form == b"VP8 ":
        width, height = _pair("<HH", head[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


def _heif(head: bytes) -> tuple[int, int] | None:
    """The largest of its pictures: tiles and thumbnails tell their sizes too."""
    sizes, at = [], head.find(b"ispe")
    while at >= 0 and len(head) >= at + 16:
        sizes.append(_pair(">II", head[at + 8 : at + 16]))
        at = head.find(b"ispe", at + 4)
    return max(sizes, key=lambda size: size[0] * size[1], default=None)
