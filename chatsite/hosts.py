"""Where the product listens, and the names and origins that people reach it by."""

import ipaddress
import re
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from chatsite.environment import names, text

HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.(?!-)[a-z0-9-]{1,63})*", re.IGNORECASE)


def host(env: environ.Env) -> str:
    """The address to listen on, an IPv6 one without its brackets."""
    value = text(env, "HOST", "127.0.0.1").lower().removeprefix("[").removesuffix("]")
    if is_ipv6(value):
        return str(ipaddress.IPv6Address(value))  # as browsers write it
    if not HOST.fullmatch(value):
        raise ImproperlyConfigured(
            "HOST must be an address of this machine such as 127.0.0.1, or 0.0.0.0 for all of "
            "them, without http:// and without a port."
        )
    return value


def is_ipv6(address: str) -> bool:
    try:
        ipaddress.IPv6Address(address)
    except ValueError:
        return False
    return True


def is_everywhere(host: str) -> bool:
    """Whether HOST stands for all addresses of the machine, and so is none to go to."""
    return not host.strip("0.:")


def bracketed(host: str) -> str:
    """A host as it stands in an address."""
    return f"[{host}]" if ":" in host else host


def allowed_hosts(env: environ.Env, host: str, origins: list[str]) -> list[str]:
    """The names that people may reach the product by. Unset: those that the rest speaks of."""
    found = [name.lower() for name in names(env, "ALLOWED_HOSTS", "")]
    for name in found:
        plain = name.removeprefix(".")
        ipv6 = name.startswith("[") and name.endswith("]") and is_ipv6(name[1:-1])
        if name != "*" and not ipv6 and not HOST.fullmatch(plain):
            raise ImproperlyConfigured(
                "ALLOWED_HOSTS must hold names such as chat.example.org, separated by commas, "
                "without http:// and without a port (an IPv6 address in brackets)."
            )
    if found:
        return found
    own = [] if is_everywhere(host) else [bracketed(host)]
    named = [str(urlsplit(origin).hostname).removeprefix("*") for origin in origins]
    return list(dict.fromkeys(["localhost", "127.0.0.1", "[::1]", *own, *map(bracketed, named)]))


def origins(env: environ.Env) -> list[str]:
    """Origins that people reach the product by: scheme, host and port, nothing behind them."""
    found = names(env, "CSRF_TRUSTED_ORIGINS", "")
    for origin in found:
        try:
            parts = urlsplit(origin)
            hostname = parts.hostname or ""
            usable = (
                parts.scheme in ("http", "https")
                and parts.port != 0
                and origin == f"{parts.scheme}://{parts.netloc}"
                and "@" not in parts.netloc
                and bool(HOST.fullmatch(hostname.removeprefix("*.")) or is_ipv6(hostname))
            )
        except ValueError:
            usable = False
        if not usable:
            raise ImproperlyConfigured(
                "CSRF_TRUSTED_ORIGINS must hold origins such as https://chat.example.org, "
                "separated by commas and without a path."
            )
    return found


def check_host(address: str) -> None:
    """Raises ValueError if there is no host, or none that a resolver would even look up.

    An @ behind it comes from a password that was cut at one of its own characters: what counts as
    the host then is a piece of it.
    """
    parts = urlsplit(address)
    if not parts.hostname or "@" in parts.path + parts.query + parts.fragment:
        raise ValueError("no host")
    if not is_ipv6(parts.hostname):
        parts.hostname.encode("idna")
