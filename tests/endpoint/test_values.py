"""Parts and what of them can be stored; outcomes and their buttons; the forms of an error."""

import dataclasses
import email.utils
import json
import time
from typing import Any

import pytest

from conversations.endpoint import refusal
from conversations.endpoint.errors import MalformedEventError, RefusedError
from conversations.endpoint.parts import Chunk, Outcome, Part


@pytest.mark.parametrize(
    ("raw", "kind", "width"),
    [
        ({"text": "abc"}, "answer", 3),
        ({"text": "a😀"}, "answer", 2),
        ({"text": ""}, "answer", 0),
        ({"text": "abc", "thought": True}, "thought", 3),
        ({"text": "abc", "thought": False}, "answer", 3),
        ({"text": "abc", "thought": "true"}, "answer", 3),
        ({"text": "abc", "thoughtSignature": "x"}, "answer", 4),
        ({"text": "", "thoughtSignature": "x"}, "answer", 1),
        ({"text": "", "thought": True, "thoughtSignature": "x"}, "thought", 1),
        ({"inlineData": {"mimeType": "image/png"}}, "other", 1),
        ({"thought": True}, "other", 0),
        ({}, "other", 0),
    ],
)
def test_part(raw: dict[str, Any], kind: str, width: int) -> None:
    part = Part(raw)
    assert (part.kind, part.width, part.raw) == (kind, width, raw)
    assert part.signature == raw.get("thoughtSignature")
    assert part.is_plain == (not raw.keys() - {"text", "thought"})


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        ({"text": "a\0b"}, {"text": "a\ufffdb"}),
        ({"text": "a\ud83d", "thought": True}, {"text": "a\ufffd", "thought": True}),
        ({"text": "😀\udc00é"}, {"text": "😀\ufffdé"}),
        ({"thoughtSignature": "\0"}, {"thoughtSignature": "\ufffd"}),
        ({"x\0": [{"\ud800": "\0"}, 1, None]}, {"x\ufffd": [{"\ufffd": "\ufffd"}, 1, None]}),
        ({"x": [float("inf"), float("nan"), 1.5]}, {"x": [None, None, 1.5]}),
    ],
)  # fmt: skip
def test_what_cannot_be_stored_is_replaced(raw: dict[str, Any], stored: dict[str, Any]) -> None:
    part = Part(raw)
    assert part.raw == stored
    json.dumps(part.raw, ensure_ascii=False, allow_nan=False).encode()


def test_nesting_has_a_limit() -> None:
    deep: Any = 1
    for _ in range(200):
        deep = [deep]
    with pytest.raises(MalformedEventError):
        Part({"x": deep})


def test_values_are_frozen() -> None:
    part: Any = Part({})
    with pytest.raises(dataclasses.FrozenInstanceError):
        part.raw = {}
    chunk: Any = Chunk()
    with pytest.raises(AttributeError):
        chunk.usage = None


@pytest.mark.parametrize(
    ("outcome", "action"),
    [
        (Outcome("complete", "STOP"), None),
        (Outcome("stopped"), "again"),
        (Outcome("stopped", "partial"), "continue"),
        (Outcome("blocked", "SAFETY"), None),
        (Outcome("filtered", "RECITATION"), "again"),
        (Outcome("out_of_tokens", "MAX_TOKENS"), "continue"),
        (Outcome("out_of_tokens", "thoughts"), "answer_now"),
        (Outcome("out_of_tokens", "no_room"), "more_room"),
        (Outcome("cut_off", "partial"), "continue"),
        (Outcome("cut_off"), "again"),
        (Outcome("stalled", "partial"), "continue"),
        (Outcome("stalled"), "again"),
        (Outcome("refused", "UNAVAILABLE", 503, retryable=True), "again"),
        (Outcome("refused", "quota", 429), None),
        (Outcome("over_quota"), None),
        (Outcome("interrupted", "restart"), "again"),
        (Outcome("empty", "STOP"), "again"),
    ],
)
def test_the_one_useful_button(outcome: Outcome, action: str | None) -> None:
    assert outcome.action == action


def refused(error: Any, status: int | None = None) -> RefusedError:
    return refusal.from_json(error, status)


@pytest.mark.parametrize(
    ("error", "status", "reason", "message", "retryable"),
    [
        ({"error": {"code": 503, "status": "AWAY", "message": "m"}}, 503, "AWAY", "m", True),
        ({"error": {"status": "INTERNAL"}}, 500, "INTERNAL", "", True),
        ({"error": {"code": "503"}}, 503, "UNAVAILABLE", "", True),
        ({"error": {"code": 12345, "message": "m"}}, None, "", "m", True),
        ({"error": 503}, 503, "UNAVAILABLE", "", True),
        ({"error": "gone wrong"}, None, "", "gone wrong", True),
        ({"error": []}, None, "", "", True),
        ({"error": {"code": "x", "type": "y", "message": "m"}}, None, "x", "m", True),
        ({"error": {"type": "y", "message": ["m"]}}, None, "y", "", True),
        ({"code": 400, "message": "m"}, 400, "INVALID_ARGUMENT", "m", False),
        ([{"error": {"code": 404, "message": "m"}}], 404, "NOT_FOUND", "m", False),
        ({"error": {"code": 404, "details": 3, "status": "\0"}}, 404, "\ufffd", "", False),
        ([], None, "", "", True),
        (None, None, "", "", True),
        ({"error": {"message": "x" * 5000}}, None, "", "x" * 2000, True),
    ],
)  # fmt: skip
def test_forms_of_an_error(
    error: Any, status: int | None, reason: str, message: str, retryable: bool
) -> None:
    came = refused(error)
    assert (came.status, came.reason, came.message) == (status, reason, message)
    assert came.retryable == retryable


@pytest.mark.parametrize(
    ("delay", "seconds"),
    [
        ("45.1s", 45.1),
        ("0s", 0.0),
        ({"seconds": 3, "nanos": 500_000_000}, 3.5),
        ({"seconds": "4"}, 4.0),
        ("soon", None),
        ("infs", None),
        ("nan", None),
        (7, None),
        (None, None),
    ],
)
def test_retry_info(delay: Any, seconds: float | None) -> None:
    details = [
        {"@type": 5},
        "x",
        {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay},
    ]
    assert refused({"error": {"code": 503, "details": details}}).delay == seconds


def test_retry_after_takes_a_date() -> None:
    seconds = refusal.retry_after(email.utils.formatdate(time.time() + 100, usegmt=True))
    assert seconds is not None
    assert 90 < seconds <= 100
    assert refusal.retry_after(email.utils.formatdate(0, usegmt=True)) == 0


@pytest.mark.parametrize("value", ["", "soon", "nan", "inf", "Mon, 99 Foo 2020", "1e999"])
def test_retry_after_that_is_none(value: str) -> None:
    assert refusal.retry_after(value) is None


@pytest.mark.parametrize(
    ("message", "terminal"),
    [
        ("limit: 0, model: m", True),
        ("limit: 0", True),
        ("limit: 0.", True),
        ("limit: 0.5", False),
        ("limit: 05", False),
        ("limit: 10", False),
    ],
)
def test_no_quota_at_all(message: str, terminal: bool) -> None:
    came = refused({"error": {"code": 429, "message": message}})
    assert (came.reason == "quota") is terminal
    assert came.retryable is not terminal


def test_other_statuses_may_speak_of_limits() -> None:
    assert refused({"error": {"code": 503, "message": "limit: 0"}}).retryable
