"""Files that came with a message: what arrived of them, told so that people see that it did.

Nothing is looked at that a glance at the bytes does not show: no model stands behind it.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conversations.endpoint.rehearsal import tokens
from conversations.endpoint.rehearsal.steps import Answer, Step, thought

_LABEL = re.compile(r"\[(.{1,300})\]\s*")
_LONGEST_LINE = 120
_PICTURE_TOKENS = 258
# Bytes before a frame's height and width in a JPEG.
_JPEG_FRAME = re.compile(rb"\xff[\xc0-\xc3\xc5-\xc7\xc9-\xcb\xcd-\xcf]..\x08(....)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class File:
    """One file as it came. The name stands in brackets before it, where one does."""

    name: str
    kind: str
    data: bytes

    @property
    def tokens(self) -> int:
        """About what a model counts for it."""
        if self.kind.startswith("text/"):
            return tokens.count(len(self.data))
        return _PICTURE_TOKENS


def files_of(parts: Sequence[Mapping[str, Any]]) -> tuple[File, ...]:
    """The files of a message. ValueError where one is not what the endpoint takes."""
    found = []
    for at, part in enumerate(parts):
        given = part.get("inlineData")
        if given is None:
            continue
        label = _LABEL.fullmatch(parts[at - 1].get("text", "")) if at else None
        found.append(_file(label[1] if label else "", given))
    return tuple(found)


def _file(name: str, given: Any) -> File:
    kind, data = given.get("mimeType"), given.get("data")
    if not isinstance(kind, str) or not isinstance(data, str):
        raise ValueError("inlineData has a mimeType and data")
    try:
        return File(name, kind, base64.b64decode(data, validate=True))
    except binascii.Error as error:
        raise ValueError("data is not base64") from error


def question_after(parts: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """What is asked about the files, which come before it."""
    places = [at for at, part in enumerate(parts) if "inlineData" in part]
    return parts[places[-1] + 1 :] if places else parts


def steps(files: Sequence[File], question: str) -> Iterator[Step]:
    """A reply that names each file and what a glance shows of it."""
    many = f"{len(files)} files" if len(files) > 1 else "one file"
    yield thought("Unpacking", f"The message carries {many}: {', '.join(map(_short, files))}.")
    yield Answer(f"The message brought {many}:\n\n")
    for file in files:
        name = f"**{safe(file.name)}**: " if file.name else ""
        yield Answer(f"- {name}{file.kind}, {_size(len(file.data))}{_glance(file)}\n")
    asked = f"You ask “{safe(_clip(question))}”. " if question.strip() else ""
    yield Answer(f"\n{asked}A model would read them; the rehearsal only sees that they arrived.\n")


def _short(file: File) -> str:
    return f"{file.kind} of {_size(len(file.data))}"


def _size(count: int) -> str:
    for unit, size in (("MB", 1_000_000), ("KB", 1_000)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count:,} byte{'' if count == 1 else 's'}"


def _glance(file: File) -> str:
    """What can be said of the content without understanding it."""
    if file.kind.startswith("text/"):
        text = file.data.decode("utf-8-sig", "replace")
        lines = text.splitlines()
        first = next((line.strip() for line in lines if line.strip()), "")
        count = f"{len(lines):,} line{'' if len(lines) == 1 else 's'}"
        return f", {count}, beginning with “{safe(_clip(first))}”"
    size = _points(file.data)
    return f", {size[0]:,} × {size[1]:,} points" if size else ""


def _points(data: bytes) -> tuple[int, int] | None:
    """Width and height of a picture."""
    form = data[:8]
    if form == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        return _pair(">II", data[16:24])
    if form[:4] == b"GIF8" and len(data) >= 10:
        return _pair("<HH", data[6:10])
    if form[:2] == b"\xff\xd8" and (frame := _JPEG_FRAME.search(data)):
        height, width = _pair(">HH", frame[1])
        return width, height
    return None


def _pair(form: str, data: bytes) -> tuple[int, int]:
    one, other = struct.unpack(form, data)
    return int(one), int(other)


def _clip(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_LINE else text[:_LONGEST_LINE].rstrip() + "…"


def safe(text: str) -> str:
    """Their words as words: no markup of theirs becomes markup of ours."""
    return re.sub(r"([\\`*_{}\[\]()#+!|<>~$&-])", r"\\\1", text)
