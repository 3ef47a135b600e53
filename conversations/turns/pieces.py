"""A turn's log as pieces and positions (conversations/chat/FRAMES.md says what they mean)."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from conversations.endpoint.parts import Part, weight_of

Piece = list[Any]
SLICE = 64 * 1024
"""Characters of one piece of news, so that a long log does not go out as one frame."""
KINDS = {"thought": "t", "answer": "a"}


def pieces_of(parts: Iterable[Part]) -> Iterator[tuple[Piece, int]]:
    """Each part as a piece with its width. A signature has a width but nothing to show."""
    for part in parts:
        if part.kind in KINDS:
            yield [KINDS[part.kind], part.text or ""], part.width
        else:
            yield ["p", shown(part)], part.width


def shown(part: Part) -> dict[str, Any]:
    """A part without its signature: kilobytes that mean something to the endpoint alone."""
    return dict(part.without_signature().raw)


def since(parts: Iterable[Part], at: int) -> list[Piece]:
    """The pieces of the log from a position on; a text may be cut in the middle."""
    found: list[Piece] = []
    start = 0
    for piece, width in pieces_of(parts):
        if start + width > at:
            skipped = max(at - start, 0)
            if piece[0] == "p":
                found.append(piece)
            elif piece[1][skipped:]:
                found.append([piece[0], piece[1][skipped:]])
        start += width
    return joined(found)


def weight(pieces: Iterable[Piece]) -> int:
    """About how many characters pieces take."""
    return sum([weight_of(content) for _kind, content in pieces])


def slices(parts: Iterable[Part], at: int, size: int) -> Iterator[tuple[int, list[Piece]]]:
    """The log from a position on, cut so that no slice weighs more than about `size`, or than one
    part that is not text: each with the position where it ends."""
    start, begun, reached, taken = 0, at, at, 0
    found: list[Piece] = []
    for piece, width in pieces_of(parts):
        here, start = start, start + width
        while reached < start:
            if piece[0] == "p":
                found.append(piece)
                taken += weight_of(piece[1])
                reached = start
            else:
                text = piece[1][reached - here : reached - here + size - taken]
                found.append([piece[0], text])
                taken += len(text)
                reached += len(text)
                # What is left of a text's width without a character is its signature.
                reached = start if reached - here >= len(piece[1]) else reached
            if taken >= size:
                yield reached, joined(piece for piece in found if piece[0] == "p" or piece[1])
                found, begun, taken = [], reached, 0
    if reached > begun:
        yield reached, joined(piece for piece in found if piece[0] == "p" or piece[1])


def joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbouring texts of the same kind made one."""
    found: list[Piece] = []
    run: list[str] = []
    for piece in pieces:
        if found and piece[0] != "p" and found[-1][0] == piece[0]:
            run.append(piece[1])
            continue
        if run:
            found[-1] = [found[-1][0], found[-1][1] + "".join(run)]
            run = []
        found.append(piece)
    if run:
        found[-1] = [found[-1][0], found[-1][1] + "".join(run)]
    return found


def length(parts: Iterable[Part]) -> int:
    """The width of a log."""
    return sum(part.width for part in parts)


def folded(parts: Iterable[Part]) -> list[Part]:
    """The log as a message keeps it: texts joined, except where a signature holds them apart."""
    found: list[Part] = []
    run: list[str] = []

    def close() -> None:
        if len(run) > 1:
            found[-1] = Part({**found[-1].raw, "text": "".join(run)})
        run.clear()

    for part in parts:
        if run and part.is_plain and part.kind == found[-1].kind:
            run.append(part.text or "")
            continue
        close()
        found.append(part)
        if part.is_plain:
            run.append(part.text or "")
    close()
    return found


def text_of(parts: Iterable[Part], kind: str) -> str:
    """All text of one kind ("answer" or "thought")."""
    return "".join(part.text or "" for part in parts if part.kind == kind)


def dump(parts: Iterable[Part]) -> str:
    """Parts as JSON, for a row of the log."""
    return msgspec.json.encode([part.raw for part in parts]).decode()


def load(text: str) -> list[Part]:
    """The parts of a row of the log."""
    return [Part(raw) for raw in msgspec.json.decode(text)]
