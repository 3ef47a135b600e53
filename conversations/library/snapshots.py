"""A conversation as it is read away from the chat: on a shared link, on paper, as markdown.

Only what is meant to be read is in it. It names what may go out, and what it does not name stays:
signatures, tokens, settings, ids, the system instruction.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from conversations.endpoint.parts import Part
from conversations.models import Conversation, Message
from conversations.turns.pieces import joined

PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif")
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_PLAIN_ALPHABET = str.maketrans("-_", "+/")
Kind = Literal["thought", "answer", "question", "code", "output", "picture", "file", "other"]


@dataclass(frozen=True, slots=True)
class Segment:
    """Something said. `text` is markdown, code, base64 or a name, as the kind says; `label` is the
    code's language or the picture's media type."""

    kind: Kind
    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """A page that an answer is grounded on, and the places in the answer's text that it supports,
    as counts of its UTF-8 bytes."""

    title: str
    address: str
    ends: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A message. `outcome` names an end that is not "complete"."""

    role: str
    at: datetime
    segments: list[Segment]
    origins: list[Origin]
    model: str = ""
    outcome: str = ""


def snapshot(row: Conversation, leaf_id: int | None, *, thoughts: bool) -> list[Said]:
    """The messages from the first to the leaf."""
    return [_said(message, thoughts) for message in row.path_to(leaf_id)]


def _said(message: Message, thoughts: bool) -> Said:
    if message.role == Message.Role.USER:
        segments = list(_asked(message.parts))
        return Said("user", message.created_at, segments, [])
    turn = getattr(message, "turn", None)
    segments = [one for one in _answered(message.parts) if thoughts or one.kind != "thought"]
    return Said(
        "model",
        message.created_at,
        segments,
        list(_origins(message.metadata)),
        turn.model if turn else "",
        turn.outcome if turn and turn.outcome != "complete" else "",
    )


def _asked(parts: Iterable[dict[str, Any]]) -> Iterator[Segment]:
    """A question's text, and the names of its files: what is in them stays."""
    text = "".join(part["text"] for part in parts if isinstance(part.get("text"), str))
    if text:
        yield Segment("question", text)
    for part in parts:
        named, inline = part.get("attachment"), part.get("inlineData")
        if isinstance(named, dict):
            yield Segment("file", str(named.get("name", "")), str(named.get("mimeType", "")))
        elif isinstance(inline, dict):
            yield Segment("file", "", str(inline.get("mimeType", "")))


def _answered(parts: Iterable[dict[str, Any]]) -> Iterator[Segment]:
    kinds = {"t": "thought", "a": "answer"}
    for kind, value in joined(_piece(Part(raw)) for raw in parts):
        if kind in kinds:
            if value.strip():
                yield Segment(kinds[kind], value)  # type: ignore[arg-type]  # two of the kinds
        elif segment := _other(value):
            yield segment


def _piece(part: Part) -> list[Any]:
    if part.kind == "other":
        return ["p", part.raw]
    return ["t" if part.kind == "thought" else "a", part.text or ""]


def _other(part: dict[str, Any]) -> Segment | None:
    """Code that was run, its output, a picture. What is of no known kind is told of, not shown."""
    code, output, inline = (
        part.get(name) for name in ("executableCode", "codeExecutionResult", "inlineData")
    )
    if isinstance(code, dict):
        return Segment("code", str(code.get("code", "")), str(code.get("language", "")).lower())
    if isinstance(output, dict):
        return Segment("output", str(output.get("output", "")))
    if isinstance(inline, dict) and inline.get("mimeType") in PICTURES:
        data = str(inline.get("data", "")).translate(_PLAIN_ALPHABET)
        if _BASE64.fullmatch(data):
            return Segment("picture", data, inline["mimeType"])
    said = set(part) - {"thought", "thoughtSignature", "thought_signature", "partMetadata"}
    return Segment("other", "") if said else None


def _origins(metadata: Iterable[Any]) -> Iterator[Origin]:
    for found in metadata:
        grounding = found.get("groundingMetadata") if isinstance(found, dict) else None
        if isinstance(grounding, dict):
            yield from _grounded(grounding)


def _grounded(grounding: dict[str, Any]) -> Iterator[Origin]:
    ends: dict[int, list[int]] = {}
    for support in _dicts(grounding.get("groundingSupports")):
        segment = support.get("segment")
        end = segment.get("endIndex") if isinstance(segment, dict) else None
        for index in support.get("groundingChunkIndices") or []:
            if isinstance(end, int) and isinstance(index, int):
                ends.setdefault(index, []).append(end)
    for index, chunk in enumerate(_dicts(grounding.get("groundingChunks"))):
        for source in ("web", "retrievedContext", "maps"):
            page = chunk.get(source)
            address = page.get("uri") if isinstance(page, dict) else None
            if isinstance(address, str) and address.lower().startswith(("https://", "http://")):
                title = page.get("title") if isinstance(page, dict) else None
                shown = title if isinstance(title, str) and title else address
                yield Origin(shown, address, tuple(ends.get(index, ())))


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    return (
        (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())
    )
