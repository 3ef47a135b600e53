"""The frames of FRAMES.md in code: what comes in is parsed here, what goes out is encoded here.

A module for each subject has the frames of the page; all of them are put together here.
"""

import re
from typing import Any, cast

import msgspec

from conversations.chat.frames import drafts, line, order, search, settings, turns
from conversations.chat.frames.outgoing import encode, encode_news, error, frame_of

__all__ = ["Incoming", "Malformed", "encode", "encode_news", "error", "frame_of", "parse", "ref_of"]

SMALL_LIMIT = 64 * 1024
"""Bytes in a frame; only those of LARGE may be larger."""
SEND_LIMIT = 384 * 1024
"""Bytes in a large frame: a message and a system instruction of the full length, at four bytes a
code point."""
LARGE = (turns.Send, settings.Configure, settings.KeepPreset, drafts.Draft)

REF = re.compile(r'(?<!\\)"ref"\s*:\s*(\d{1,16})\b')
FIELD = re.compile(r"at `\$\.(?P<at>[^`]+)`|field `(?P<named>[^`]+)`")

Incoming = (
    turns.Incoming
    | settings.Incoming
    | order.Incoming
    | search.Incoming
    | drafts.Incoming
    | line.Incoming
)

_decoder = msgspec.json.Decoder(Incoming)
_loose = msgspec.json.Decoder(dict[str, Any])


class Malformed(Exception):
    """A frame that is none. `ref` and `field` are given where they could be found."""

    def __init__(self, code: str, reason: str, ref: int | None = None, field: str = "") -> None:
        super().__init__(reason)
        self.code, self.ref, self.field = code, ref, field


def parse(text: str) -> Incoming:
    """A frame from the page.

    Raises:
        Malformed: it is too large, not JSON, of no known type, or a field is wrong.
    """
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    if size > SEND_LIMIT:
        raise Malformed("too_large", f"{size} bytes", ref_of(text))
    try:
        frame = _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        raise Malformed("bad_frame", str(error), ref_of(text), _field(str(error))) from None
    if size > SMALL_LIMIT and not isinstance(frame, LARGE):
        raise Malformed("too_large", f"{size} bytes", frame.ref)
    return cast(Incoming, frame)


def ref_of(text: str) -> int | None:
    """The ref of a frame that is not taken, so that the page knows which one it was.

    Also of one that is too large or no JSON: the page would send it again and again.
    """
    try:
        ref = _loose.decode(text).get("ref") if len(text) <= SEND_LIMIT else _ref_in(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        ref = _ref_in(text)
    return ref if isinstance(ref, int) and 0 <= ref <= 2**53 else None


def _ref_in(text: str) -> int | None:
    """A ref by its looks. In a text its quotation marks would be escaped."""
    found = REF.search(text)
    return int(found[1]) if found else None


def _field(reason: str) -> str:
    """The field that msgspec complains of, out of its sentence."""
    found = FIELD.search(reason)
    return (found["at"] or found["named"] or "")[:100] if found else ""
