"""What a rehearsed reply is made of: a script is an iterator of these, played in order.

A script that simply ends has said all it had to say: the encoder closes it with STOP.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Thought:
    """A thought summary. An insisted one is told even where the thinking budget is spent."""

    text: str
    insisted: bool = False


def thought(heading: str, paragraph: str, insisted: bool = False) -> Thought:
    """A thought summary in the form that the endpoint gives them."""
    return Thought(f"**{heading}**\n\n{paragraph}\n\n\n", insisted)


@dataclass(frozen=True, slots=True)
class Answer:
    text: str


@dataclass(frozen=True, slots=True)
class Special:
    """A part that is not text (an image, executed code), with what stands beside the content.

    What tells of places in the answer is a function of the answer so far.
    """

    part: Mapping[str, Any]
    beside: Mapping[str, Any] | Callable[[str], Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Silence:
    """So many seconds in which nothing is sent."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Stop:
    """The end, with a finish reason; without `parts` the last candidate has no content."""

    reason: str = "STOP"
    message: str = ""
    parts: bool = True


@dataclass(frozen=True, slots=True)
class Block:
    """The prompt is refused: the only event of its stream."""

    reason: str


@dataclass(frozen=True, slots=True)
class Raw:
    """Fields of a chunk given as they are to be sent, for what real streams do oddly."""

    chunk: Mapping[str, Any]
    usage: bool = True


@dataclass(frozen=True, slots=True)
class Failure:
    """An error inside a 200: bare JSON as the endpoint does, or framed as an event."""

    refusal: Refusal
    framed: bool = False


@dataclass(frozen=True, slots=True)
class CutOff:
    """The body ends, cleanly, without a finish reason."""


@dataclass(frozen=True, slots=True)
class Break:
    """The connection breaks in the middle of an event."""


@dataclass(frozen=True, slots=True)
class Hang:
    """Nothing more ever comes, and the connection stays."""


Step = Thought | Answer | Special | Silence | Stop | Block | Raw | Failure | CutOff | Break | Hang


@dataclass(frozen=True, slots=True)
class Tempo:
    """How a script is told: `rate` in chunks a second and `size` in characters, or by itself."""

    slowness: float = 1.0
    rate: float | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Script:
    steps: Iterator[Step]
    tempo: Tempo = Tempo()


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer with an error status; `html` in place of the envelope is what a proxy sends."""

    code: int
    status: str
    message: str
    details: tuple[Mapping[str, Any], ...] = ()
    html: str = ""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Nobody answers at the endpoint's address."""


Play = Script | Refusal | Unreachable


class RefusedError(Exception):
    """Raised where a request cannot be read; carries what the endpoint says to it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal
