"""The model's endpoint: where it is, how it is asked, and for which models."""

from dataclasses import replace
from typing import Literal, cast

import environ
from django.core.exceptions import ImproperlyConfigured

from chatsite.environment import choice, names, text
from chatsite.hosts import check_host
from conversations.endpoint.client import Config

LONGEST_MODEL = 200
"""Characters that the database has for a model's name."""


def config(env: environ.Env) -> Config:
    """The endpoint, refused here if its address or key cannot be one."""
    auths = ("x-goog-api-key", "bearer")
    auth = cast(Literal["x-goog-api-key", "bearer"], choice(env, "GEMINI_AUTH", auths[0], auths))
    default = "https://generativelanguage.googleapis.com"
    address = text(env, "GEMINI_BASE_URL", default).rstrip("/")
    try:
        found = Config(address, "", auth)
        check_host(address)
    except ValueError:
        # Without Config's own words: they repeat the address, and it may hold a password.
        raise ImproperlyConfigured(
            f"GEMINI_BASE_URL must be an address such as {default}, without user, query or "
            "fragment."
        ) from None
    try:
        return replace(found, key=text(env, "GEMINI_API_KEY"))
    except ValueError as error:
        raise ImproperlyConfigured(f"GEMINI_API_KEY: {error}") from None


def models(env: environ.Env, config: Config) -> list[str]:
    """The models that people can choose from; the first is the default."""
    found = names(env, "GEMINI_MODELS", "gemini-2.5-pro")
    for name in found:
        if not _usable(name, config):
            raise ImproperlyConfigured(
                "GEMINI_MODELS must hold names of models such as gemini-2.5-pro, separated by "
                f"commas; {name[:40]!r} is none."
            )
    return list(dict.fromkeys(found))


def title_model(env: environ.Env, config: Config) -> str:
    """The model that makes titles; empty for none."""
    name = text(env, "GEMINI_TITLE_MODEL")
    if name and not _usable(name, config):
        raise ImproperlyConfigured(
            "GEMINI_TITLE_MODEL must be the name of one model such as gemini-2.5-flash-lite; "
            f"{name[:40]!r} is none."
        )
    return name


def _usable(name: str, config: Config) -> bool:
    try:
        config.url(name)
    except ValueError:
        return False
    return len(name) <= LONGEST_MODEL and name.isprintable() and not {" ", ","} & {*name}
