"""The endpoint's error answers, in its own words and envelope."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from conversations.endpoint.rehearsal.steps import Refusal

_TYPE = "type.googleapis.com/google.rpc."
_MODEL_DOMAIN = "generativelanguage.googleapis.com"

_PAGE = """<html>\r
<head><title>502 Bad Gateway</title></head>\r
<body>\r
<center><h1>502 Bad Gateway</h1></center>\r
<hr><center>a rehearsed proxy</center>\r
</body>\r
</html>\r
"""

_KNOWN = {
    400: ("INVALID_ARGUMENT", "Request contains an invalid argument."),
    401: (
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials.",
    ),
    403: ("PERMISSION_DENIED", "The caller does not have permission"),
    404: ("NOT_FOUND", "Requested entity was not found."),
    408: ("DEADLINE_EXCEEDED", "The request timed out. Please try again."),
    429: ("RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
    500: ("INTERNAL", "An internal error has occurred. Please retry."),
    502: ("", ""),
    503: ("UNAVAILABLE", "The model is overloaded. Please try again later."),
    504: ("DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
}

CODES = tuple(_KNOWN)
PASSING = (408, 429, 500, 502, 503, 504)
"""Statuses that a second try may get past."""


def of_status(code: int) -> Refusal:
    """The plain refusal that the endpoint gives with this status (one of CODES)."""
    status, message = _KNOWN[code]
    return Refusal(code, status, message, html=_PAGE if code == 502 else "")


def invalid(message: str, field: str = "") -> Refusal:
    """A 400 that says what is wrong with the request."""
    violation = {"field": field, "description": message} if field else {"description": message}
    details = ({"@type": _TYPE + "BadRequest", "fieldViolations": [violation]},) if field else ()
    return Refusal(400, "INVALID_ARGUMENT", message, details)


def bad_key() -> Refusal:
    return Refusal(
        400,
        "INVALID_ARGUMENT",
        "API key not valid. Please pass a valid API key.",
        (
            {
                "@type": _TYPE + "ErrorInfo",
                "reason": "API_KEY_INVALID",
                "domain": "googleapis.com",
                "metadata": {"service": _MODEL_DOMAIN},
            },
        ),
    )


def slow_down(model: str, seconds: float) -> Refusal:
    """A 429 of the minute's limit, with the time after which to come back."""
    delay = f"{seconds:g}s"
    message = (
        "You exceeded your current quota, please check your plan and billing details.\n"
        f"* Quota exceeded for metric: {_MODEL_DOMAIN}/generate_requests, limit: 5, "
        f"model: {model}\nPlease retry in {delay}."
    )
    return _quota(model, "GenerateRequestsPerMinutePerProjectPerModel", "5", message, delay)


def day_spent(model: str) -> Refusal:
    """A 429 of the day's limit. It names a delay too, as the endpoint does, that is no use."""
    message = (
        "You exceeded your current quota, please check your plan and billing details.\n"
        f"* Quota exceeded for metric: {_MODEL_DOMAIN}/generate_requests, limit: 100, "
        f"model: {model}\nPlease retry in 41.5s."
    )
    return _quota(model, "GenerateRequestsPerDayPerProjectPerModel", "100", message, "41s")


def _quota(model: str, quota: str, value: str, message: str, delay: str) -> Refusal:
    violation = {
        "quotaMetric": f"{_MODEL_DOMAIN}/generate_requests",
        "quotaId": quota,
        "quotaDimensions": {"location": "global", "model": model},
        "quotaValue": value,
    }
    details: tuple[Mapping[str, Any], ...] = (
        {"@type": _TYPE + "QuotaFailure", "violations": [violation]},
        {"@type": _TYPE + "RetryInfo", "retryDelay": delay},
    )
    return Refusal(429, "RESOURCE_EXHAUSTED", message, details)


def envelope(refusal: Refusal) -> dict[str, Any]:
    error: dict[str, Any] = {
        "code": refusal.code,
        "message": refusal.message,
        "status": refusal.status,
    }
    if refusal.details:
        error["details"] = [dict(detail) for detail in refusal.details]
    return {"error": error}


def body(refusal: Refusal) -> tuple[str, bytes]:
    """The content type and the bytes of the whole answer."""
    if refusal.html:
        return "text/html", refusal.html.encode()
    text = json.dumps(envelope(refusal), indent=2, ensure_ascii=False) + "\n"
    return "application/json; charset=UTF-8", text.encode()
