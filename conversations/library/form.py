"""The form of an exported conversation. Export writes these values, and import takes nothing else.

Numbers count within the file: messages from 1, each after its parent. No id of a database is in it.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

FORMAT: Literal["thinkalong-conversation"] = "thinkalong-conversation"
VERSION: Literal[1] = 1

Number = Annotated[int, Meta(ge=1, le=2**31)]
Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Moment = Annotated[datetime, Meta(tz=True)]
Word = Annotated[str, Meta(max_length=200)]
Json = dict[str, Any]


class Form(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every value of the file is: strict, and without unknown fields."""


class About(Form, frozen=True, kw_only=True):
    """A conversation's own row."""

    title: Annotated[str, Meta(min_length=1, max_length=200)]
    title_from: Literal["question", "model", "person"] = "question"
    model: Word
    settings: Json = {}
    leaf: Number | None = None
    created: Moment
    updated: Moment
    pinned: Moment | None = None
    archived: Moment | None = None
    folder: Annotated[str, Meta(min_length=1, max_length=80)] | None = None


class Enclosed(Form, frozen=True, kw_only=True):
    """A file that somebody gave the model to read; its bytes are base64 in the file,
    unless they were lost before it was written."""

    id: Word
    name: Word
    type: Annotated[str, Meta(max_length=100)]
    size: Count
    created: Moment
    data: bytes | None = None


class Said(Form, frozen=True, kw_only=True):
    """A message, its parts verbatim."""

    id: Number
    parent: Number | None = None
    role: Literal["user", "model"]
    kind: Literal["", "continue"] = ""
    created: Moment
    parts: list[Json]
    metadata: list[Json] = []


class Used(Form, frozen=True, kw_only=True):
    """The tokens of a turn."""

    prompt: Count = 0
    cached: Count = 0
    thought: Count = 0
    answer: Count = 0
    tool: Count = 0
    total: Count = 0


class Run(Form, frozen=True, kw_only=True):
    """A turn that has ended."""

    question: Number
    reply: Number | None = None
    how: Literal["ask", "same", "more_room", "answer_now", "continue"] = "ask"
    model: Word
    settings: Json = {}
    budget: Annotated[int, Meta(ge=-1, le=2**31 - 1)] | None = None
    model_version: Word = ""
    response_id: Word = ""
    outcome: Literal[
        "complete",
        "stopped",
        "blocked",
        "filtered",
        "out_of_tokens",
        "cut_off",
        "stalled",
        "refused",
        "over_quota",
        "interrupted",
        "empty",
    ]
    reason: Annotated[str, Meta(max_length=100)] = ""
    retryable: bool = False
    status: Annotated[int, Meta(ge=0, le=999)] | None = None
    detail: str = ""
    accepted: Moment
    asked: Moment | None = None
    thought: Moment | None = None
    answer: Moment | None = None
    ended: Moment | None = None
    timeline: Annotated[
        list[tuple[Annotated[int, Meta(ge=0, le=2**53)], Annotated[int, Meta(ge=0, le=2**53)]]],
        Meta(max_length=5000),
    ] = []
    usage: Used = Used()


class Document(Form, frozen=True, kw_only=True):
    """One conversation, whole."""

    format: Literal["thinkalong-conversation"]
    version: Literal[1]
    exported: Moment
    conversation: About
    attachments: list[Enclosed] = []
    messages: list[Said]
    turns: list[Run] = []
