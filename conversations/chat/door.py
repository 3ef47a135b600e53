"""Who may open a socket, and who may still use it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host
from django.utils import timezone

from conversations.models import User

Scope = Any
"""An ASGI scope of a WebSocket."""
STILL = (
    f"SELECT s.session_data, s.expire_date, u.password, u.is_active"
    f" FROM {Session._meta.db_table} s, {User._meta.db_table} u"
    " WHERE s.session_key = %s AND u.id = %s"
)
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


@dataclass(frozen=True, slots=True)
class Pass:
    """A person let in, and what must not change for the person to stay."""

    person: User
    session_key: str
    session_data: str

    def holds(self) -> bool:
        """Whether the session, the password and the account are still as they were. Blocking.

        One plain query, since it is asked for each message: the session's row holds nothing that
        changes by itself, so any change means that the person has to be looked at anew.
        """
        with connection.cursor() as cursor:
            cursor.execute(STILL, [self.session_key, self.person.pk])
            row = cursor.fetchone()
        if row is None:
            return False
        data, expires, password, active = row
        if isinstance(expires, str):
            expires = datetime.fromisoformat(expires)
        if timezone.is_naive(expires):
            expires = expires.replace(tzinfo=UTC)
        known = (self.session_data, self.person.password, True)
        return (data, password, bool(active)) == known and expires > timezone.now()


def still_in(entry: Pass, scope: Scope) -> Pass | None:
    """The pass of somebody who was let in before, renewed where it must be; None to put them out.

    Blocking. A session may have changed for harmless reasons, so that only a second look says no.
    """
    if entry.holds():
        return entry
    renewed = let_in(scope)
    return renewed if renewed is not None and renewed.person == entry.person else None


def let_in(scope: Scope) -> Pass | None:
    """The person whose session the socket is opened with, if that session holds. Blocking."""
    # As the pages read them: the standard library's parser gives up at the first cookie of
    # another application that it dislikes, and the session behind it would not be seen.
    key = parse_cookie("; ".join(_headers(scope, b"cookie"))).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    row = Session.objects.filter(pk=key).first()
    request = SimpleNamespace(session=SessionStore(key))
    user = get_user(cast(Any, request))
    if row is None or not isinstance(user, User) or not user.is_active:
        return None
    return Pass(user, row.session_key, row.session_data)


def _header(scope: Scope, name: bytes) -> str:
    """A header's value; "" if it is absent or comes more than once."""
    values = _headers(scope, name)
    return values[0] if len(values) == 1 else ""


def _headers(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


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
