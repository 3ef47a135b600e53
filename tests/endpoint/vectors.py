"""The rows of WIRE.md section 6 that are a body: its bytes, and what they must come to."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from conversations.endpoint.parts import Chunk, Outcome, Usage

USAGE = {"promptTokenCount": 5, "thoughtsTokenCount": 7, "candidatesTokenCount": 9}


def event(value: Any, **more: Any) -> bytes:
    """E(x): compact and in raw UTF-8, which is the harder case."""
    text = json.dumps({**value, **more}, ensure_ascii=False, separators=(",", ":"))
    return b"data: " + text.encode() + b"\r\n\r\n"


def chunk(
    *parts: dict[str, Any], finish: Any = None, total: int | None = None, **more: Any
) -> bytes:
    candidate: dict[str, Any] = {"content": {"parts": list(parts), "role": "model"}}
    if finish is not None:
        candidate["finishReason"] = finish
    value: dict[str, Any] = {"candidates": [{**candidate, **more}]}
    if total is not None:
        value["usageMetadata"] = {**USAGE, "totalTokenCount": total}
    return event(value)


def thought(text: str) -> dict[str, Any]:
    return {"text": text, "thought": True}


def answer(text: str) -> dict[str, Any]:
    return {"text": text}


T = chunk(thought("Let me see. "))
A = chunk(answer("wörld 你好"))
F = chunk(answer(""), finish="STOP", total=21)
USED = Usage(prompt=5, thought=7, answer=9, total=21)
ENVELOPE = {"error": {"code": 503, "message": "overloaded", "status": "UNAVAILABLE"}}
BARE = json.dumps(ENVELOPE, indent=2).replace("\n", "\r\n").encode() + b"\r\n"
QUOTED = 'it said "}" and \\'
QUOTING = json.dumps({"error": {**ENVELOPE["error"], "message": QUOTED}}, indent=1).encode()
THOUGHT, ANSWER = ("thought", "Let me see. "), ("answer", "wörld 你好")
WHOLE = (THOUGHT, ANSWER)
SIGNED = {"text": "", "thoughtSignature": "EsAB+/=="}


@dataclass(frozen=True)
class Vector:
    """`pieces` are neighbours of a kind joined; a part that is not plain text stands as itself."""

    row: int
    name: str
    body: bytes
    outcome: str = "complete"
    reason: str = "STOP"
    pieces: tuple[Any, ...] = WHOLE
    status: int | None = None
    message: str = ""
    retryable: bool = False
    usage: Usage | None = USED
    cut: bool = False
    """The connection breaks after the body."""

    def __str__(self) -> str:
        return f"{self.row}-{self.name}"


def _no_usage(row: int, name: str, body: bytes, outcome: str, reason: str, **more: Any) -> Vector:
    return Vector(row, name, body, outcome, reason, usage=None, **more)


def _unavailable(row: int, name: str, body: bytes, **more: Any) -> Vector:
    expected = {"status": 503, "message": "overloaded", "retryable": True, **more}
    return _no_usage(row, name, body, "refused", "UNAVAILABLE", **expected)


def _framed(body: bytes, ending: bytes) -> bytes:
    return body.replace(b"\r\n", ending)


_CUT_OFF: dict[str, Any] = {"outcome": "cut_off", "reason": "partial", "retryable": True}
_RELAY = {"error": {"type": "new_api_error", "code": "bad_response", "message": "upstream"}}
_PING = b": PING\r\n\r\n"
_CALL = {"functionCall": {"name": "look", "args": {"at": "\u2028"}}}
_LONG = "word, wörd " * 425_000
_NEL = chunk(answer("a\u2028b\u0085c\u2029d"))
_ARRAY = b"[" + b",\r\n".join(part[6:-4] for part in (T, A, F)) + b"]\r\n"

VECTORS = (
    Vector(1, "utf8-bytewise", T + A + F),
    _unavailable(2, "error-mid-framed", T + A + event({"error": 503}), message=""),
    _unavailable(2, "error-mid-framed-envelope", T + A + event(ENVELOPE)),
    _unavailable(3, "error-mid-bare", T + BARE, pieces=(THOUGHT,)),
    _unavailable(3, "error-mid-bare-quotes", T + QUOTING, pieces=(THOUGHT,), message=QUOTED),
    _unavailable(3, "error-twice", T + event(ENVELOPE) + BARE, pieces=(THOUGHT,)),
    _no_usage(
        4,
        "error-string-code",
        A + event(_RELAY),
        "refused",
        "bad_response",
        pieces=(ANSWER,),
        message="upstream",
        retryable=True,
    ),
    _unavailable(
        5, "error-not-first-key", A + event({"modelVersion": "m"}, **ENVELOPE), pieces=(ANSWER,)
    ),
    _no_usage(6, "no-finish-eof", T + A, "cut_off", "partial", retryable=True),
    _no_usage(6, "no-answer-eof", T, "cut_off", "", pieces=(THOUGHT,), retryable=True),
    _no_usage(6, "nothing-at-all", b"", "cut_off", "", pieces=(), retryable=True),
    _no_usage(
        7, "abrupt-close", T + A[:40], "cut_off", "", pieces=(THOUGHT,), cut=True, retryable=True
    ),
    Vector(7, "abrupt-close-after-finish", T + A + F, cut=True, **_CUT_OFF),
    _no_usage(7, "half-an-event", T + A[:40], "cut_off", "", pieces=(THOUGHT,), retryable=True),
    _unavailable(8, "event-error", T + b"event: error\r\n" + event(ENVELOPE), pieces=(THOUGHT,)),
    _unavailable(
        8,
        "event-error-without-envelope",
        T + b"event: error\r\n" + event(ENVELOPE["error"]),
        pieces=(THOUGHT,),
    ),
    _no_usage(
        8,
        "event-error-in-words",
        T + b"event: error\r\ndata: out of service\r\n\r\n",
        "refused",
        "",
        pieces=(THOUGHT,),
        message="out of service",
        retryable=True,
    ),
    _no_usage(
        9,
        "block-only",
        event({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}})[:-2],
        "blocked",
        "PROHIBITED_CONTENT",
        pieces=(),
    ),
    Vector(
        10,
        "early-stop",
        chunk(finish="STOP") + A + A + F,
        pieces=(("answer", "wörld 你好wörld 你好"),),
    ),
    Vector(
        10,
        "last-reason-counts",
        chunk(finish="STOP") + T + A + chunk(finish="MAX_TOKENS", total=21),
        outcome="out_of_tokens",
        reason="MAX_TOKENS",
    ),
    _no_usage(
        11,
        "stop-every",
        b"".join(chunk(answer(text), finish="STOP") for text in "abc"),
        "complete",
        "STOP",
        pieces=(("answer", "abc"),),
    ),
    Vector(
        12,
        "thought-and-text",
        chunk(thought("c"), answer("d")) + F,
        pieces=(("thought", "c"), ("answer", "d")),
    ),
    Vector(13, "thought-after-text", T + A + T + A + F, pieces=WHOLE + WHOLE),
    Vector(14, "usage-only-chunk", T + A + event({"usageMetadata": {"totalTokenCount": 3}}) + F),
    Vector(
        14,
        "usage-last",
        T + A + F + event({"usageMetadata": {"totalTokenCount": 3}}),
        usage=Usage(total=3),
    ),
    Vector(
        15,
        "usage-reset",
        b"".join(chunk(answer("x"), total=total) for total in (447, 8, 52))
        + chunk(finish="STOP", total=1767),
        pieces=(("answer", "xxx"),),
        usage=Usage(prompt=5, thought=7, answer=9, total=1767),
    ),
    _no_usage(
        16,
        "sig-final-empty",
        A + chunk(SIGNED, finish="STOP"),
        "complete",
        "STOP",
        pieces=(ANSWER, ("answer", SIGNED)),
    ),
    _no_usage(
        17,
        "sig-urlsafe-unpadded",
        chunk(
            {"text": "a", "thoughtSignature": "_-8"},
            {"text": "b", "thoughtSignature": "%%%"},
            finish="STOP",
        ),
        "complete",
        "STOP",
        pieces=(
            ("answer", {"text": "a", "thoughtSignature": "_-8"}),
            ("answer", {"text": "b", "thoughtSignature": "%%%"}),
        ),
    ),
    Vector(18, "comments", _PING + T + _PING + b":\r\n" + A + b": x\r\n" + F + _PING),
    Vector(19, "lf", _framed(T + A + F, b"\n")),
    Vector(19, "cr", _framed(T + A + F, b"\r")),
    Vector(20, "bom", b"\xef\xbb\xbf" + T + A + F),
    Vector(21, "no-space", (T + A + F).replace(b"data: ", b"data:")),
    Vector(22, "multi-data-lines", (T + A + F).replace(b',"role"', b',\r\ndata: "role"')),
    Vector(23, "no-final-blank", (T + A + F)[:-2]),
    Vector(23, "no-final-newline", (T + A + F)[:-4]),
    Vector(24, "done-sentinel", T + A + F + b"data: [DONE]\r\n\r\n"),
    Vector(24, "done-sentinel-bare", T + A + F + b"[DONE]\r\n"),
    Vector(25, "huge-line", chunk(answer(_LONG)) + F, pieces=(("answer", _LONG),)),
    Vector(26, "u2028", _NEL + F, pieces=(("answer", "a\u2028b\u0085c\u2029d"),)),
    Vector(27, "array-framed", _ARRAY),
    Vector(27, "array-truncated", _ARRAY.replace(b"]\r\n", b""), **_CUT_OFF),
    _unavailable(27, "array-error", b"[" + json.dumps(ENVELOPE).encode() + b"]\n", pieces=()),
    _unavailable(
        27,
        "array-late-error",
        b"[" + T[6:-4] + b"," + json.dumps(ENVELOPE).encode() + b"]",
        pieces=(THOUGHT,),
    ),
    Vector(
        29,
        "unknown-part",
        chunk({"hologram": {"n": 1}}) + T + A + F,
        pieces=(("other", {"hologram": {"n": 1}}), *WHOLE),
    ),
    Vector(29, "call", T + A + chunk(_CALL) + F, pieces=(*WHOLE, ("other", _CALL))),
    Vector(
        29,
        "new-reason",
        T + A + chunk(finish="NEW_REASON", total=21),
        outcome="filtered",
        reason="NEW_REASON",
    ),
    Vector(29, "int-reason", T + A + chunk(finish=3, total=21), outcome="filtered", reason="3"),
    Vector(
        29,
        "unknown-fields",
        event({"candidates": [], "dice": [1]})
        + event({})
        + T
        + A
        + event({"candidates": None})
        + F,
    ),
    Vector(
        29,
        "odd-content",
        T
        + event({"candidates": [{"content": {}}]})
        + event({"candidates": [{"content": {"parts": None}}]})
        + event({"candidates": [{}]})
        + event({"candidates": [None]})
        + event({"candidates": [{"content": None}]})
        + chunk({}, {"text": None}, {"text": 5, "thought": True})
        + A
        + F,
    ),
    _no_usage(
        30,
        "html",
        b"<!doctype html>\n<title>Sign in</title>\n",
        "refused",
        "protocol",
        pieces=(),
        retryable=True,
        message="neither",
    ),
    _no_usage(
        30,
        "other-json",
        b'{"choices":[{"delta":{"content":"x"}}]}',
        "refused",
        "protocol",
        pieces=(),
        retryable=True,
        message="neither",
    ),
    _no_usage(
        30,
        "not-json",
        T + b"data: {oops}\r\n\r\n" + A,
        "refused",
        "protocol",
        pieces=(THOUGHT,),
        retryable=True,
        message="not JSON",
    ),
    Vector(
        31,
        "max-tokens-no-parts",
        T
        + event(
            {
                "candidates": [{"finishReason": "MAX_TOKENS"}],
                "usageMetadata": {**USAGE, "totalTokenCount": 21},
            }
        ),
        outcome="out_of_tokens",
        reason="thoughts",
        pieces=(THOUGHT,),
    ),
    Vector(
        31,
        "max-tokens-in-answer",
        T + A + chunk(finish="MAX_TOKENS", total=21),
        outcome="out_of_tokens",
        reason="MAX_TOKENS",
    ),
    _no_usage(
        31, "max-tokens-nothing", chunk(finish="MAX_TOKENS"), "out_of_tokens", "no_room", pieces=()
    ),
    Vector(32, "stop-no-text", F, outcome="empty", pieces=()),
    Vector(32, "stop-thoughts-only", T + F, outcome="empty", pieces=(THOUGHT,)),
    Vector(
        32, "stop-blank", chunk(answer(" \n")) + F, outcome="empty", pieces=(("answer", " \n"),)
    ),
    _no_usage(
        33,
        "malformed-call",
        T + chunk(finish="MALFORMED_FUNCTION_CALL", finishMessage="Malformed call: look("),
        "filtered",
        "MALFORMED_FUNCTION_CALL",
        pieces=(THOUGHT,),
        message="Malformed call: look(",
    ),
)


@dataclass(frozen=True)
class Seen:
    """What a stream came to: pieces as in Vector, and the last usage."""

    pieces: tuple[Any, ...]
    usage: Usage | None


def seen(chunks: Iterable[Chunk]) -> Seen:
    pieces: list[tuple[str, Any]] = []
    usage = None
    for one in chunks:
        usage = one.usage or usage
        for part in one.parts:
            if not part.is_plain:
                pieces.append((part.kind, dict(part.raw)))
            elif pieces and pieces[-1][0] == part.kind and isinstance(pieces[-1][1], str):
                pieces[-1] = (part.kind, pieces[-1][1] + (part.text or ""))
            else:
                pieces.append((part.kind, part.text))
    return Seen(tuple(pieces), usage)


def check(vector: Vector, chunks: Iterable[Chunk], outcome: Outcome) -> None:
    came = seen(chunks)
    assert came.pieces == vector.pieces
    assert came.usage == vector.usage
    assert (outcome.name, outcome.reason) == (vector.outcome, vector.reason)
    assert outcome.status == vector.status
    assert outcome.retryable == vector.retryable
    assert vector.message in outcome.message
    assert bool(vector.message) == bool(outcome.message)
