"""The values of a turn: what is sent, what comes back, how it ends. All frozen and pure."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from conversations.endpoint.errors import MalformedEventError

Kind = Literal["thought", "answer", "other"]

# PostgreSQL holds no NUL, UTF-8 no surrogate.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_DEEPEST = 100
_SIGNATURES = ("thoughtSignature", "thought_signature")


def storable(text: str) -> str:
    """The text with each character that cannot be stored as U+FFFD."""
    if text.isascii() and "\0" not in text:
        return text
    return _UNSTORABLE.sub("\ufffd", text)


def storable_json(value: Any, depth: int = _DEEPEST) -> Any:
    """The same JSON with each text storable and without infinite numbers; nesting has a limit."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if not isinstance(value, (dict, list)):
        return value
    if depth == 0:
        raise MalformedEventError(f"JSON nested more than {_DEEPEST} levels deep")
    if isinstance(value, dict):
        return {storable(key): storable_json(item, depth - 1) for key, item in value.items()}
    return [storable_json(item, depth - 1) for item in value]


def weight_of(value: Any) -> int:
    """About how many characters a value takes as JSON."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping):
        return sum(len(key) + weight_of(item) for key, item in value.items())
    return sum(map(weight_of, value)) if isinstance(value, list) else 8


@dataclass(frozen=True, slots=True, init=False)
class Part:
    """A part exactly as the endpoint sent it, save what cannot be stored (see `storable`)."""

    raw: Mapping[str, Any]

    def __init__(self, raw: Mapping[str, Any]) -> None:
        text = raw.get("text")
        # Most parts are such text and there are many of them, so they are told first.
        if not (
            type(text) is str and len(raw) == 1 + ("thought" in raw) and storable(text) == text
        ):
            raw = storable_json(dict(raw))
        object.__setattr__(self, "raw", raw)

    @property
    def text(self) -> str | None:
        text = self.raw.get("text")
        return text if isinstance(text, str) else None

    @property
    def is_thought(self) -> bool:
        return self.raw.get("thought") is True

    @property
    def signature(self) -> str | None:
        """The thought signature, verbatim and opaque."""
        signature = self.raw.get("thoughtSignature", self.raw.get("thought_signature"))
        return signature if isinstance(signature, str) and signature else None

    @property
    def kind(self) -> Kind:
        if self.text is None:
            return "other"
        return "thought" if self.is_thought else "answer"

    @property
    def is_plain(self) -> bool:
        """Carries nothing besides text and the mark of a thought."""
        return len(self.raw) == ("text" in self.raw) + ("thought" in self.raw)

    @property
    def width(self) -> int:
        """Positions it takes: its text's code points, and one for anything besides."""
        return len(self.text or "") + (not self.is_plain)

    @property
    def weight(self) -> int:
        """About how many characters it takes as JSON: an image is one position and megabytes."""
        return len(self.text or "") if self.is_plain else weight_of(self.raw)

    def without_signature(self) -> "Part":
        """The same part for an endpoint that does not accept the signature."""
        return Part({key: value for key, value in self.raw.items() if key not in _SIGNATURES})


@dataclass(frozen=True, slots=True)
class Content:
    """One side's say: role `user` or `model`, and its parts."""

    role: str
    parts: tuple[Part, ...]


class Usage(NamedTuple):
    """Tokens, as last reported: the endpoint's figures are cumulative, so they are never summed."""

    prompt: int = 0
    cached: int = 0
    thought: int = 0
    answer: int = 0
    tool: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Settings:
    """How a turn is to be asked. None and empty mean: not sent.

    `tools` names built-in ones (`googleSearch`); `functions` are declarations. `extra` holds other
    fields of generationConfig, `more` those of the request's top level (`toolConfig`, ...).
    """

    system_instruction: str = ""
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    max_output_tokens: int | None = None
    thinking_budget: int | None = None
    thinking_level: str | None = None
    include_thoughts: bool = True
    safety: tuple[tuple[str, str], ...] = ()
    tools: tuple[str, ...] = ()
    functions: tuple[Mapping[str, Any], ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """For storage; `from_json` gives back an equal value."""
        return {
            "system_instruction": self.system_instruction,
            "temperature": self.temperature,
            "top_p": self.top_p,
            "top_k": self.top_k,
            "max_output_tokens": self.max_output_tokens,
            "thinking_budget": self.thinking_budget,
            "thinking_level": self.thinking_level,
            "include_thoughts": self.include_thoughts,
            "safety": [list(pair) for pair in self.safety],
            "tools": list(self.tools),
            "functions": [dict(function) for function in self.functions],
            "extra": dict(self.extra),
            "more": dict(self.more),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Settings":
        """Missing fields take their defaults; an unknown or ill-typed one is a ValueError."""
        values: dict[str, Any] = {}
        for name, value in stored.items():
            fits = _FIELD_TYPES.get(name)
            if fits is None:
                raise ValueError(f"Settings have no field {name!r}.")
            if not isinstance(value, fits) or (isinstance(value, bool) and bool not in fits):
                raise ValueError(f"The setting {name!r} cannot be a {type(value).__name__}.")
            values[name] = tuple(value) if isinstance(value, list) else value
        for name, fits in _ITEM_TYPES.items():
            if not all(isinstance(item, fits) for item in values.get(name, ())):
                raise ValueError(f"An item of the setting {name!r} is of the wrong type.")
        if "safety" in values:
            values["safety"] = tuple(_pair(item) for item in values["safety"])
        return cls(**values)


_NUMBER = (int, float, type(None))
_COUNT = (int, type(None))
_FIELD_TYPES: dict[str, tuple[type, ...]] = {
    "system_instruction": (str,),
    "temperature": _NUMBER,
    "top_p": _NUMBER,
    "top_k": _COUNT,
    "max_output_tokens": _COUNT,
    "thinking_budget": _COUNT,
    "thinking_level": (str, type(None)),
    "include_thoughts": (bool,),
    "safety": (list, tuple),
    "tools": (list, tuple),
    "functions": (list, tuple),
    "extra": (dict,),
    "more": (dict,),
}
_ITEM_TYPES: dict[str, tuple[type, ...]] = {
    "safety": (list, tuple),
    "tools": (str,),
    "functions": (dict,),
}


def _pair(item: Sequence[Any]) -> tuple[str, str]:
    if [type(word) for word in item] != [str, str]:
        raise ValueError("An item of the setting 'safety' is a category and a threshold.")
    return item[0], item[1]


@dataclass(frozen=True, slots=True)
class Request:
    """One turn to ask for."""

    model: str
    contents: tuple[Content, ...]
    settings: Settings = field(default_factory=Settings)


class Chunk(NamedTuple):
    """One event of the stream. `extras` has grounding, citation and URL-context metadata.

    A named tuple because a stream makes one for each event, and a frozen dataclass costs six times
    as much to make.
    """

    parts: tuple[Part, ...] = ()
    usage: Usage | None = None
    finish_reason: str | None = None
    finish_message: str = ""
    block_reason: str | None = None
    model_version: str = ""
    response_id: str = ""
    extras: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Waiting:
    """A retry is coming: the `attempt`th `of` so many starts in `seconds`."""

    attempt: int
    of: int
    seconds: float
    status: int | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a turn ended.

    `reason` is a fixed word of ours or the endpoint's own; `message` is the endpoint's own,
    untrusted text. The fixed words:

    - out_of_tokens: `MAX_TOKENS` (in the middle of the answer), `thoughts` (spent on thinking, no
      answer began), `no_room` (neither);
    - cut_off, stalled, stopped: `partial` when some of the answer had come, else empty;
    - cut_off: `too_long` when more came than is kept of one turn;
    - refused: `unreachable`, `protocol` (what came is not the protocol), `quota` (waiting a few
      minutes will not help).
    """

    name: str
    reason: str = ""
    status: int | None = None
    message: str = ""
    retryable: bool = False

    @property
    def action(self) -> str | None:
        """The one useful button: `continue`, `again`, `more_room`, `answer_now`, or None."""
        if self.name == "refused":
            return "again" if self.retryable else None
        if self.name == "out_of_tokens":
            return _ROOM.get(self.reason, "more_room")
        if self.name in ("cut_off", "stalled", "stopped"):
            return "continue" if self.reason == "partial" else "again"
        return _ACTIONS.get(self.name)


# Thoughts that took all the room would take more room too: less thinking is what helps.
_ROOM = {"MAX_TOKENS": "continue", "thoughts": "answer_now"}
# Asking a blocked prompt again is blocked again, and one's own quota does not grow by asking.
_ACTIONS = {
    "filtered": "again",
    "interrupted": "again",
    "empty": "again",
    "complete": None,
    "blocked": None,
    "over_quota": None,
}


@dataclass(frozen=True, slots=True)
class End:
    """The last value of every stream."""

    outcome: Outcome
