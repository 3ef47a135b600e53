"""What the endpoint will say to a question: a function of the question, so that it is known.

A question carries its plan as JSON. The upstream speaks by it, and whoever checks compares what was
shown and stored with it.
"""

import json
import random
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

Piece = list[Any]

SYLLABLES = ("la", "né ", "\n", "世界", "🙂", "e\u0301", '"', "\\", "\u2028", "\u0085", "<b>", "𝛑 ")


@dataclass(frozen=True)
class Plan:
    """How one turn goes upstream.

    `refusals` are the statuses of the answers before the one that streams (each tells to come again
    in `again_after` seconds); `then` is what follows the last event: finish, cut, reset, hang (says
    nothing more), silent (hangs before the first byte), unfinished (a clean end without a finish
    reason), garbage, endless (a line without an end).
    """

    events: int = 40
    every: float = 0.02
    size: int = 4
    then: str = "finish"
    refusals: tuple[int, ...] = ()
    again_after: float = 0.3
    key: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def question(self) -> str:
        """The words that a person sends."""
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, question: str) -> "Plan":
        fields = json.loads(question)
        return cls(**{**fields, "refusals": tuple(fields["refusals"])})

    @cached_property
    def log(self) -> list[list[dict[str, Any]]]:
        """The parts of each event: thoughts first, then the answer, a signature, some code."""
        chance = random.Random(self.key)
        return [self._parts(number, chance) for number in range(self.events)]

    @cached_property
    def pieces(self) -> list[Piece]:
        """The whole truth, as pages show it."""
        return joined(shown(part) for parts in self.log for part in parts)

    def _parts(self, number: int, chance: random.Random) -> list[dict[str, Any]]:
        text = f"{number} " + "".join(chance.choice(SYLLABLES) for _ in range(self.size))
        if number < self.events // 3:
            return [{"text": text, "thought": True}]
        if number == self.events // 3:
            return [{"text": text, "thoughtSignature": "c2lnbmVk"}]
        if number == self.events // 2:
            return [{"executableCode": {"language": "PYTHON", "code": text}}, {"text": text}]
        return [{"text": text}]

    @property
    def asked_at_most(self) -> int:
        """Requests that the endpoint may see: each refusal told the client to come again."""
        return len(self.refusals) + 1


def shown(part: dict[str, Any]) -> Piece:
    if "text" in part:
        return ["t" if part.get("thought") else "a", part["text"]]
    return ["p", part]


def joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces in the one form in which they can be compared: no empty text, neighbours joined."""
    found: list[tuple[str, list[Any]]] = []
    for kind, content in pieces:
        if kind != "p" and content == "":
            continue
        if found and kind != "p" and found[-1][0] == kind:
            found[-1][1].append(content)
        else:
            found.append((kind, [content]))
    return [[kind, run[0] if kind == "p" else "".join(run)] for kind, run in found]


def is_prefix(less: list[Piece], more: list[Piece]) -> bool:
    """Whether the log `more` begins with the log `less`; both joined."""
    if not less:
        return True
    if len(less) > len(more) or less[:-1] != more[: len(less) - 1]:
        return False
    (kind, content), (other, whole) = less[-1], more[len(less) - 1]
    if kind != other:
        return False
    return bool(content == whole) if kind == "p" else bool(whole.startswith(content))


def reach(pieces: Iterable[Piece]) -> int:
    """How much was shown: code points, and 1 for whatever is not text."""
    return sum(1 if kind == "p" else len(content) for kind, content in pieces)
