"""What the endpoint says when it says no: Google's envelope, relays' forms of it, web pages."""

import email.utils
import http
import math
import re
import time
from collections.abc import Iterable, Mapping
from typing import Any

from conversations.endpoint.errors import MalformedEventError, RefusedError
from conversations.endpoint.parts import storable
from conversations.endpoint.wire import parse

RETRYABLE = frozenset({408, 429, 500, 502, 503, 504})
LONGEST_WAIT = 300.0

_LONGEST_MESSAGE = 2000
_CODES = {
    "CANCELLED": 499,
    "DEADLINE_EXCEEDED": 504,
    "FAILED_PRECONDITION": 400,
    "INTERNAL": 500,
    "INVALID_ARGUMENT": 400,
    "NOT_FOUND": 404,
    "PERMISSION_DENIED": 403,
    "RESOURCE_EXHAUSTED": 429,
    "UNAUTHENTICATED": 401,
    "UNAVAILABLE": 503,
}
_WORDS = {code: word for word, code in _CODES.items() if word != "FAILED_PRECONDITION"}
_RETRY_IN = re.compile(
    r"retry in (?=\d|\.)(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d*\.?\d+)(ms|s))?", re.IGNORECASE
)
_NO_QUOTA = re.compile(r"limit: 0(?!\d|\.\d)")
_BAD_SIGNATURE = re.compile(r"(invalid|corrupt\w*)\W+thought.?signature", re.IGNORECASE)


def from_response(status: int, headers: Mapping[str, str], body: bytes) -> RefusedError:
    """An answer whose status is not success. Of a body that is not JSON only plain text is kept."""
    try:
        content: Any = parse(body)
    except MalformedEventError:
        is_text = headers.get("content-type", "").startswith("text/plain")
        content = body.decode("utf-8", "replace").strip() if is_text else ""
    refused = from_json(content, status, retry_after(headers.get("retry-after", "")))
    if 300 <= status < 400:
        refused.message = (
            "The endpoint answered with a redirect, and redirects are not followed: "
            "the address in GEMINI_BASE_URL must be the final one."
        )
    refused.message = refused.message or _phrase(status)
    return refused


def from_json(content: Any, status: int | None = None, delay: float | None = None) -> RefusedError:
    """An error object, in its envelope or not, from a body or from the middle of a stream."""
    if isinstance(content, list):
        content = content[0] if content else None
    error = content.get("error", content) if isinstance(content, dict) else content
    if isinstance(error, str):
        error = {"message": error}
    elif type(error) is int:
        error = {"code": error}
    elif not isinstance(error, dict):
        error = {}
    word = _word(error.get("status"))
    code = status or _http_code(error.get("code")) or _CODES.get(word)
    details = [item for item in _list(error.get("details")) if isinstance(item, dict)]
    message = _message(error)
    if delay is None:
        delay = _asked_delay(details, message)
    # Nothing tells that a relay's error without any code would come again.
    retryable = code is None or code in RETRYABLE
    reason = (
        word or _word(error.get("code")) or _word(error.get("type")) or _WORDS.get(code or 0, "")
    )
    if code in (400, 401, 403):
        reason = _error_info(details) or reason
    if code == 429 and _is_terminal(details, message, delay):
        reason, retryable = "quota", False
    return RefusedError(code, reason, message, retryable, delay)


def is_about_signatures(refused: RefusedError) -> bool:
    """Signatures of another model, key or route are not accepted: without them the request is."""
    return refused.status == 400 and _BAD_SIGNATURE.search(refused.message) is not None


def retry_after(value: str) -> float | None:
    """Seconds from a Retry-After header, which holds seconds or a date."""
    try:
        return _seconds(float(value))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None


def _asked_delay(details: Iterable[Mapping[str, Any]], message: str) -> float | None:
    for detail in details:
        if str(detail.get("@type", "")).endswith("RetryInfo"):
            delay = _duration(detail.get("retryDelay"))
            if delay is not None:
                return delay
    found = _RETRY_IN.search(message)
    if found is None:
        return None
    hours, minutes, seconds, unit = found.groups()
    scale = 0.001 if unit == "ms" else 1
    return _seconds(3600 * int(hours or 0) + 60 * int(minutes or 0) + scale * float(seconds or 0))


def _duration(value: Any) -> float | None:
    if isinstance(value, dict):
        seconds, nanos = value.get("seconds", 0), value.get("nanos", 0)
        value = f"{seconds}s" if type(nanos) is not int else f"{seconds}.{max(nanos, 0):09d}s"
    if not isinstance(value, str):
        return None
    try:
        return _seconds(float(value.strip().removesuffix("s")))
    except ValueError:
        return None


def _seconds(value: float) -> float | None:
    return max(0.0, value) if math.isfinite(value) else None


def _is_terminal(details: Iterable[Mapping[str, Any]], message: str, delay: float | None) -> bool:
    """Whether a 429 will still be one in a few minutes."""
    violated = (
        str(violation.get("quotaId", "")).lower()
        for detail in details
        for violation in _list(detail.get("violations"))
        if isinstance(violation, dict)
    )
    return (
        any("perday" in quota or "daily" in quota for quota in violated)
        or _NO_QUOTA.search(message) is not None
        or (delay or 0) > LONGEST_WAIT
    )


def _error_info(details: Iterable[Mapping[str, Any]]) -> str:
    for detail in details:
        if str(detail.get("@type", "")).endswith("ErrorInfo"):
            return _word(detail.get("reason"))
    return ""


def _http_code(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == 3:
        value = int(value)
    return value if type(value) is int and 100 <= value <= 599 else None


def _word(value: Any) -> str:
    """A reason for the record: one short word, and not a number."""
    if not isinstance(value, str) or value.isdigit():
        return ""
    return storable(value).strip()[:64]


def _message(error: Mapping[str, Any]) -> str:
    message = error.get("message")
    return storable(message).strip()[:_LONGEST_MESSAGE] if isinstance(message, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _phrase(status: int) -> str:
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return ""
