"""The language in which somebody is spoken to: a person's own, else what the browser asks for."""

import functools
import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import django
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.http.cookie import parse_cookie
from django.utils import translation
from django.utils.translation import get_language_from_request
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import JavaScriptCatalog, set_language

from conversations.models import User

FOR_EVER = "public, max-age=31536000, immutable"
_catalogue = JavaScriptCatalog.as_view(packages=["conversations"])


def chosen(person: object) -> str:
    """The language that a person chose; empty where none was, or one that is no longer here."""
    language = person.language if isinstance(person, User) else ""
    return language if language in dict(settings.LANGUAGES) else ""


def of_socket(person: User, headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The language of the page that opens a socket, found as the page's own was."""

    def values(wanted: bytes) -> list[str]:
        return [value.decode("latin-1") for name, value in headers if name == wanted]

    asked = SimpleNamespace(
        COOKIES=parse_cookie("; ".join(values(b"cookie"))),
        META={"HTTP_ACCEPT_LANGUAGE": ",".join(values(b"accept-language"))},
    )
    return chosen(person) or get_language_from_request(cast(Any, asked))


class PersonsLanguageMiddleware:
    """Speaks to a signed-in person in the language of the account, in every browser.

    Before it, Django's own has found the language that the browser's cookie or headers ask for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = chosen(request.user)
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        return self.get_response(request)


@login_not_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Take a choice: for the account of whoever is signed in, and for this browser."""
    language = request.POST.get("language")
    if isinstance(request.user, User) and language in dict(settings.LANGUAGES):
        User.objects.filter(pk=request.user.pk).update(language=language)
    return set_language(request)


@login_not_required
@require_safe
def words(request: HttpRequest, language: str, look: str) -> HttpResponseBase:
    """The page's words. The address changes with them, so they are fetched once."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    with translation.override(language):
        answer = _catalogue(request)
    if look == look_of_words(language):
        answer["Cache-Control"] = FOR_EVER
    return answer


@functools.cache
def look_of_words(language: str) -> str:
    """A digest that changes with the page's words in this language."""
    name = translation.to_locale(language)
    digest = hashlib.sha256(django.__version__.encode())
    for folder in settings.LOCALE_PATHS:
        for path in Path(folder).glob(f"{name}/LC_MESSAGES/djangojs.mo"):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
