"""What every response carries."""

import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Next = Callable[[HttpRequest], HttpResponse]


class CSP:
    """The source expressions of a policy, named as in Django 6's django.utils.csp."""

    NONE = "'none'"
    SELF = "'self'"
    UNSAFE_INLINE = "'unsafe-inline'"
    NONCE = "<CSP_NONCE_SENTINEL>"


class ContentSecurityPolicyMiddleware:
    """Sends the policy of the setting SECURE_CSP, with a nonce for each response.

    It takes Django 6's setting in Django 6's form and is to be deleted with Django 5.2. Templates
    read the nonce as request.csp_nonce (the import map is the one inline script).
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.policy = "; ".join(
            f"{directive} {' '.join(sources)}" for directive, sources in settings.SECURE_CSP.items()
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        nonce = secrets.token_urlsafe(16)
        request.csp_nonce = nonce  # type: ignore[attr-defined]  # Django 6 declares it
        response = self.get_response(request)
        policy = self.policy.replace(CSP.NONCE, f"'nonce-{nonce}'")
        response.headers.setdefault("Content-Security-Policy", policy)
        return response


class PrivatePagesMiddleware:
    """Keeps what a signed-in person sees to that person.

    It stays out of every cache, the browser's own included; and no browser looks up the names in
    an answer's links before they are clicked, which would carry a text in a name to whoever
    answers for it.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("X-DNS-Prefetch-Control", "off")
        return response
