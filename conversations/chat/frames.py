"""The frames of FRAMES.md in code: what comes in is parsed here, what goes out is encoded here."""

import re
from typing import Annotated, Any, Literal, cast
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from conversations.turns.news import Changed, News, Snapshot, Started, Tail, TurnState

SMALL_LIMIT = 64 * 1024
"""Bytes in a frame; only `send` may be larger."""
SEND_LIMIT = 256 * 1024
"""Bytes in a `send`: a message of the full length, at four bytes a code point."""

REF = re.compile(r'(?<!\\)"ref"\s*:\s*(\d{1,16})\b')
FIELD = re.compile(r"at `\$\.(?P<at>[^`]+)`|field `(?P<named>[^`]+)`")

Position = Annotated[int, Meta(ge=0, le=2**53)]
Short = Annotated[str, Meta(max_length=200)]


class Frame(Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    """What every frame of the page may carry."""

    ref: Position | None = None


class List(Frame, frozen=True, tag="list"):
    before: Short | None = None


class Open(Frame, frozen=True, tag="open", kw_only=True):
    conversation: UUID


class Join(Frame, frozen=True, tag="join", kw_only=True):
    turn: UUID
    at: Position


class Leave(Frame, frozen=True, tag="leave", kw_only=True):
    turn: UUID


class Send(Frame, frozen=True, tag="send", kw_only=True):
    id: UUID
    text: str
    conversation: UUID | None = None
    model: Short | None = None


class Again(Frame, frozen=True, tag="again", kw_only=True):
    id: UUID
    turn: UUID
    how: Literal["same", "more_room", "answer_now"] = "same"


class Stop(Frame, frozen=True, tag="stop", kw_only=True):
    turn: UUID


class Seen(Frame, frozen=True, tag="seen", kw_only=True):
    conversation: UUID


class Pong(Frame, frozen=True, tag="pong", kw_only=True):
    mark: Position


Incoming = List | Open | Join | Leave | Send | Again | Stop | Seen | Pong

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
    if size > SMALL_LIMIT and not isinstance(frame, Send):
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


def encode(frame: dict[str, Any]) -> str:
    """A frame to the page, as text."""
    return msgspec.json.encode(frame).decode()


def error(code: str, message: str, ref: int | None = None, field: str = "") -> dict[str, Any]:
    """An answer that names what is wrong with a frame."""
    frame: dict[str, Any] = {"type": "error", "code": code, "message": message}
    if ref is not None:
        frame["ref"] = ref
    if field:
        frame["field"] = field
    return frame


class Encoder:
    """News as frames. The last one is remembered: the hub hands the same to each subscriber."""

    def __init__(self) -> None:
        self._news: News | Snapshot | None = None
        self._text = ""

    def __call__(self, news: News | Snapshot) -> str:
        if news is not self._news:
            self._news, self._text = news, encode(frame_of(news))
        return self._text


encode_news = Encoder()


def frame_of(news: News | Snapshot) -> dict[str, Any]:
    """The frame that tells a piece of news."""
    if isinstance(news, Tail):
        tail = {
            "type": "tail",
            "turn": news.turn,
            "from": news.start,
            "to": news.end,
            "pieces": news.pieces,
        }
        return tail if news.usage is None else {**tail, "usage": news.usage}
    if isinstance(news, Snapshot):
        return {
            "type": "snapshot",
            "turn": news.turn,
            "from": news.start,
            "to": news.end,
            "pieces": news.pieces,
        }
    if isinstance(news, TurnState):
        return {"type": "state", "turn": news.turn}
    if isinstance(news, Changed):
        return {"type": "changed", "conversation": news.conversation}
    if isinstance(news, Started):
        return {
            "type": "started",
            "conversation": news.conversation,
            "message": news.message,
            "turn": news.turn,
        }
    return {"type": "end", "turn": news.turn, "at": news.at, "message": news.message}
