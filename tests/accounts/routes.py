"""Every route of the site, with an address for each, so that a test can try them all."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.urls.converters import get_converters
from django.utils.regex_helper import normalize

SAMPLES = {
    "int": "1",
    "path": "conversations/user",
    "slug": "word",
    "str": "word",
    "uuid": "5f0c7b5e-6a8c-4a0e-9a52-8e0b8c1f9c11",
}
# Parts of addresses that are regular expressions: what fits each name.
NAMED = {"uidb36": "1", "key": "abc-0123", "app_label": "conversations", "url": "nothing/"}


@dataclass(frozen=True)
class Route:
    """One route: its pattern as it is written, and an address that it answers."""

    pattern: str
    address: str


def every_route() -> Iterator[Route]:
    """All routes, in order; each address was resolved back to the route's own view."""
    return _routes(get_resolver().url_patterns, "", "")


def _routes(patterns: list[Any], written: str, address: str) -> Iterator[Route]:
    for each in patterns:
        own = str(each.pattern).removeprefix("^") if written else str(each.pattern)
        pattern, sample = f"{written}{own}", f"{address}{_sample(each.pattern)}"
        if isinstance(each, URLResolver):
            yield from _routes(each.url_patterns, pattern, sample)
        elif isinstance(each, URLPattern):
            found = resolve(f"/{sample}")
            if found.route != pattern:
                raise AssertionError(f"{pattern} was meant by {sample}, which is {found.route}")
            yield Route(pattern, f"/{sample}")


def _sample(pattern: Any) -> str:
    """Something that the pattern fits."""
    (form, names), *_others = normalize(pattern.regex.pattern)
    converters = {type(converter): name for name, converter in get_converters().items()}
    values = {
        name: SAMPLES[converters[type(pattern.converters[name])]]
        if name in pattern.converters
        else NAMED[name]
        for name in names
    }
    return str(form) % values
