"""Files that people bring: recognised by what is in them, read whole, and checked, before anything
is stored. A complaint names the line.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from conversations.library import places
from conversations.library.checks import PATH, checked
from conversations.library.complaints import Broken
from conversations.library.form import FORMAT, VERSION, Document
from conversations.library.studio import from_studio

MOST_MEGABYTES = 100
MOST_CONVERSATIONS = 10_000
MOST_IN_ALL = 200_000
"""Messages of all conversations of one file."""
MARK = b"\xef\xbb\xbf"
HALF = re.compile(rb"\\u[dD][89a-fA-F]")
ESCAPES = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
    rb"|\\.",
    re.DOTALL,
)
MESSAGE = re.compile(r"\$\.messages\[(\d+)\]")
UNKNOWN_FIELD = re.compile(r"unknown field `([^`]+)`")

_document = msgspec.json.Decoder(Document)


class Chunked(msgspec.Struct):
    """What every conversation of AI Studio has."""

    chunks: list[msgspec.Raw]


class Glance(msgspec.Struct):
    """As much of a file as tells what it is."""

    format: Any = None
    version: Any = None
    chunkedPrompt: Chunked | None = None  # noqa: N815  # AI Studio's name


_glance = msgspec.json.Decoder(Glance)


@dataclass(frozen=True, slots=True)
class Source:
    """A conversation's text, and the line of the file on which it begins."""

    text: bytes
    first: int = 1

    def located(self, broken: Broken) -> Broken:
        """The complaint with its line in the file."""
        if broken.line is None:
            broken.line = self.first - 1 + places.line_of(self.text, broken.path)
        return broken


def read(data: bytes, name: str, now: datetime) -> list[Document]:
    """The conversations of a file; `name` is the file's own, which may serve as a title.

    Raises:
        Broken: with the line.
    """
    data = data.removeprefix(MARK)
    _text(data)
    documents: list[Document] = []
    in_all = 0
    for source in _sources(data):
        try:
            documents.append(_taken(source, name, now))
        except Broken as broken:
            raise source.located(broken) from None
        in_all += len(documents[-1].messages)
        if len(documents) > MOST_CONVERSATIONS or in_all > MOST_IN_ALL:
            raise Broken("too_many", line=source.first, detail=f"{MOST_IN_ALL:,}")
    if not documents:
        raise Broken("nothing", line=1)
    return documents


def _text(data: bytes) -> None:
    if len(data) > MOST_MEGABYTES * 2**20:
        raise Broken("too_large", line=1, detail=str(MOST_MEGABYTES))
    if not data.strip():
        raise Broken("empty", line=1)
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise Broken("not_text", line=places.line_at(data, error.start)) from None


def _sources(data: bytes) -> Iterator[Source]:
    """One conversation, or JSON Lines: a conversation a line."""
    lines = data.split(b"\n") if _is_lines(data) else [data]
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield Source(_mended(line), number)


def _mended(text: bytes) -> bytes:
    """The text with each escaped half of a character as U+FFFD: no database holds one, and the
    parser takes none. Nothing moves by it."""
    return ESCAPES.sub(_whole, text) if HALF.search(text) else text


def _whole(escape: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if escape["half"] else escape[0]


def _is_lines(data: bytes) -> bool:
    """Whether the first line that is not empty is an object by itself, and more lines follow."""
    first, _end, rest = data.strip().partition(b"\n")
    if not rest:
        return False
    try:
        _glance.decode(_mended(first))
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _taken(source: Source, name: str, now: datetime) -> Document:
    """The source's conversation, by what is in it."""
    try:
        glance = _glance.decode(source.text)
    except msgspec.ValidationError:
        raise Broken("unknown") from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise _not_json(source, error) from None
    if glance.format == FORMAT:
        if isinstance(glance.version, int) and glance.version > VERSION:
            raise Broken("newer", "$.version", str(glance.version))
        return checked(_own(source), now)
    if glance.chunkedPrompt is not None:
        return _studio(source, name, now)
    raise Broken("unknown")


def _studio(source: Source, name: str, now: datetime) -> Document:
    document, chunks = from_studio(source.text, name, now)
    try:
        return checked(document, now)
    except Broken as broken:
        # What is complained of is our form of it: the chunk is where to look in theirs.
        found = MESSAGE.match(broken.path)
        at = f".chunks[{chunks[int(found[1])]}]" if found else ""
        raise Broken(broken.what, f"$.chunkedPrompt{at}", broken.detail) from None


def _own(source: Source) -> Document:
    try:
        return _document.decode(source.text)
    except msgspec.ValidationError as error:
        said = str(error)
        found = PATH.search(said)
        path = found[1] if found else "$"
        field = UNKNOWN_FIELD.search(said)
        if field:
            path = f"{path}.{field[1]}"
        raise Broken("form", path, PATH.sub("", said)[:200]) from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise _not_json(source, error) from None


def _not_json(source: Source, error: Exception) -> Broken:
    """The standard library's second opinion: slower, it says better where and what is wrong."""
    if isinstance(error, RecursionError):
        return Broken("nested")
    try:
        # A number of thousands of digits is no error of the form, and Python would not read it.
        # Decoded here: from bytes it would guess at UTF-16 and UTF-32 wherever it sees a NUL.
        json.loads(source.text.decode(), parse_int=str)
    except json.JSONDecodeError as second:
        return Broken("not_json", detail=second.msg, line=source.first - 1 + second.lineno)
    except RecursionError:
        return Broken("nested")
    return Broken("not_json", detail=str(error))
