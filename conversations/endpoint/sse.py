"""Bytes in, events out. Pure and incremental: a chunk of the body may begin and end anywhere.

It reads the event stream, and where a body (or its middle: that is how errors come) is JSON without
any framing, the JSON: an object as one event, an array as one event for each of its objects.
"""

import re
from collections.abc import Generator, Iterable, Iterator
from typing import NamedTuple

from conversations.endpoint.errors import OversizedEventError

MAX_EVENT = 32 * 1024 * 1024

_BOM = b"\xef\xbb\xbf"
_DONE = b"[DONE]"
_FIELDS = (b"event", b"id", b"retry")


class Event(NamedTuple):
    """The data of one event, and its name, which is empty but for `event:` lines."""

    data: bytes
    name: str = ""


class EventDecoder:
    """Decodes one body: `feed` each chunk and use up what it gives, then `close`.

    Lines end in CR, LF or CRLF and nowhere else; splitting decoded text into lines would also end
    them at U+2028, inside the JSON.
    """

    def __init__(self, cap: int = MAX_EVENT) -> None:
        self.foreign = False
        """Something came that is neither an event stream nor JSON."""
        self.truncated = False
        """After `close`: the body ended inside JSON that has no framing."""
        self._cap = cap
        self._start: bytes | None = b""
        self._after_cr = False
        self._line = bytearray()
        self._data: bytes | bytearray | None = None
        self._name = ""
        self._bare: _BareJson | None = None

    def feed(self, data: bytes) -> Iterable[Event]:
        # Mostly one whole event comes at a time, and that takes half of the work.
        if data.startswith(b"data: {") and data.endswith(b"\r\n\r\n") and self._is_between_events():
            payload = data[6:-4]
            if b"\n" not in payload and b"\r" not in payload and len(payload) < self._cap:
                self._after_cr = False
                return (Event(payload),)
        return self._feed(data)

    def _is_between_events(self) -> bool:
        return (
            self._data is None
            and self._bare is None
            and self._start is None
            and not self._line
            and not self._name
        )

    def _feed(self, data: bytes) -> Iterator[Event]:
        if self._start is not None:
            data = self._without_bom(data)
        while data:
            if self._bare is None:
                data = yield from self._feed_lines(data)
            else:
                data = yield from self._feed_bare(self._bare, data)

    def close(self) -> Iterator[Event]:
        """The event that the body's end left without its blank line. It may be cut short."""
        line = bytes(self._line)
        self._line.clear()
        if not any(name.startswith(line) for name in (b"data", *_FIELDS)):
            self._field(line)
        self.truncated = self._bare is not None
        yield from self._dispatch()

    def _without_bom(self, data: bytes) -> bytes:
        data = (self._start or b"") + data
        if len(data) < len(_BOM) and _BOM.startswith(data):
            self._start = data
            return b""
        self._start = None
        return data.removeprefix(_BOM)

    def _feed_lines(self, data: bytes) -> Generator[Event, None, bytes]:
        """Reads lines up to where bare JSON begins, and returns the bytes from there on."""
        if self._after_cr and data.startswith(b"\n"):
            data = data[1:]
        self._after_cr = data.endswith(b"\r")
        lines = data.splitlines(keepends=True)
        for index, whole in enumerate(lines):
            line = whole.rstrip(b"\r\n")
            if len(line) == len(whole):
                if not self._line and self._starts_bare(line):
                    yield from self._dispatch()
                    return line
                self._keep(line)
                break
            if self._line:
                self._keep(line)
                line = bytes(self._line)
                self._line.clear()
            if line.startswith(b"data:"):
                self._append(line[6:] if line.startswith(b" ", 5) else line[5:])
            elif not line:
                yield from self._dispatch()
            elif self._starts_bare(line):
                self._after_cr = False
                yield from self._dispatch()
                return line + whole[len(whole.rstrip(b"\r\n")) :] + b"".join(lines[index + 1 :])
            else:
                self._field(line)
        return b""

    def _feed_bare(self, bare: "_BareJson", data: bytes) -> Generator[Event, None, bytes]:
        for value in bare.feed(data):
            yield Event(value)
        if bare.rest is None:
            return b""
        self._bare = None
        return bare.rest

    def _starts_bare(self, line: bytes) -> bool:
        if not line.startswith((b"{", b"[")):
            return False
        self._bare = _BareJson(self._cap)
        return True

    def _keep(self, piece: bytes) -> None:
        if len(self._line) + len(piece) > self._cap:
            raise OversizedEventError(f"a line longer than {self._cap} bytes")
        self._line += piece

    def _append(self, value: bytes) -> None:
        if len(self._data or b"") + len(value) >= self._cap:
            raise OversizedEventError(f"an event longer than {self._cap} bytes")
        if self._data is None:
            self._data = value
        else:
            self._data = self._data if isinstance(self._data, bytearray) else bytearray(self._data)
            self._data += b"\n" + value

    def _field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        if name == b"data":
            self._append(value.removeprefix(b" "))
        elif name == b"event":
            self._name = value.strip().decode("utf-8", "replace")
        elif name and name not in _FIELDS:
            self.foreign = True

    def _dispatch(self) -> Iterator[Event]:
        data, name = self._data, self._name
        self._data, self._name = None, ""
        if data and data.strip() != _DONE:
            yield Event(bytes(data), name)


class _BareJson:
    """Cuts unframed JSON into its objects as they come, looking at each byte once."""

    _OUTSIDE = re.compile(rb'["{}\[\]]')
    _INSIDE = re.compile(rb'"|\\.?', re.DOTALL)

    def __init__(self, cap: int) -> None:
        self.rest: bytes | None = None
        """What follows the JSON, once it is closed."""
        self._cap = cap
        self._depth = 0
        self._floor = 0
        self._in_string = False
        self._escaped = False
        self._value = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        start = 0
        position = int(self._escaped)
        self._escaped = False
        while found := (self._INSIDE if self._in_string else self._OUTSIDE).search(data, position):
            token, position = found.group(), found.end()
            if token == b'"':
                self._in_string = not self._in_string
            elif token.startswith(b"\\"):
                self._escaped = len(token) == 1
            elif token in b"{[":
                start = self._open(token, found.start(), start)
            else:
                self._depth -= 1
                if self._depth == self._floor:
                    yield bytes(self._value) + data[start:position]
                    self._value.clear()
                if self._depth == 0:
                    self.rest = data[position:]
                    return
        if self._depth > self._floor:
            self._keep(data[start:])

    def _keep(self, piece: bytes) -> None:
        if len(self._value) + len(piece) > self._cap:
            raise OversizedEventError(f"unframed JSON with a value longer than {self._cap} bytes")
        self._value += piece

    def _open(self, token: bytes, at: int, start: int) -> int:
        if self._depth == 0 and token == b"[":
            self._floor = 1
        elif self._depth == self._floor:
            start = at
        self._depth += 1
        return start
