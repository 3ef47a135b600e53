"""Who may open a socket, and who may still use it."""

import http.cookies
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.http.request import split_domain_port, validate_host

from conversations.models import User

Scope = Any
"""An ASGI scope of a WebSocket."""
PORTS = {"http": 80, "https": 443}


def origin_allowed(scope: Scope) -> bool:
    """Whether the page that opens the socket is ours: the same scheme, host and port, exactly.

    Channels' own validator accepts other ports and schemes of the same host. A missing or "null"
    origin is refused: every browser sends one with a WebSocket.
    """
    origin = _header(scope, b"origin")
    host = _header(scope, b"host")
    name, _port = split_domain_port(host)
    if not name or not validate_host(name, settings.ALLOWED_HOSTS):
        return False
    if _exact(origin) is None:
        return False
    trusted = {_exact(trusted) for trusted in settings.CSRF_TRUSTED_ORIGINS}
    return _exact(origin) in {*trusted, _exact(f"{_scheme(scope)}://{host}")}


def person_of(scope: Scope) -> User | None:
    """The person whose session the socket was opened with, if that session still holds.

    Blocking. Read anew each time: a session that was ended, a changed password or an account that
    was closed must close the socket too.
    """
    cookies = http.cookies.SimpleCookie()
    try:
        cookies.load(_header(scope, b"cookie"))
    except http.cookies.CookieError:
        return None
    cookie = cookies.get(settings.SESSION_COOKIE_NAME)
    if cookie is None:
        return None
    request = SimpleNamespace(session=SessionStore(cookie.value))
    user = get_user(cast(Any, request))
    return user if isinstance(user, User) and user.is_active else None


def _header(scope: Scope, name: bytes) -> str:
    """A header's value; "" if it is absent or comes more than once."""
    values = [value for key, value in scope["headers"] if key == name]
    return values[0].decode("latin-1") if len(values) == 1 else ""


def _scheme(scope: Scope) -> str:
    """The scheme that the browser used; a proxy's word is taken only where one is configured."""
    if settings.BEHIND_TLS and _header(scope, b"x-forwarded-proto") == "https":
        return "https"
    return "https" if scope.get("scheme") in ("wss", "https") else "http"


def _exact(origin: str) -> tuple[str, str, int] | None:
    """An origin's scheme, host and port; None if it is not an http(s) origin and nothing else."""
    try:
        parts = urlsplit(origin)
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        return None
    if not parts.hostname or origin.lower() != f"{parts.scheme}://{parts.netloc.lower()}":
        return None
    return (parts.scheme, parts.hostname, port) if "@" not in parts.netloc else None
