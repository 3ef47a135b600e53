"""Without a session every address leads to the sign-in page, but for those that are named here."""

import re
from typing import Any
from urllib.parse import quote, unquote

import pytest
from django.test import Client
from pytest_django import Settings

from conversations.models import User
from tests.accounts.routes import Route, every_route
from tests.library.talks import gathered

# What strangers may see, and why. A route that is not named here must lead to the sign-in page.
OPEN = {
    "accounts/login/": "the way in",
    "accounts/logout/": "harmless without a session",
    "accounts/inactive/": "where a closed account ends",
    "accounts/signup/": "closed or open as the environment says",
    "accounts/password/reset/": "for those who cannot sign in",
    "accounts/password/reset/done/": "the same",
    "accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "asks for its token",
    "accounts/password/reset/key/done/": "the same",
    "accounts/first/<str:token>": "asks for its token",
    "admin/login/": "leads to the sign-in page by itself",
    "manifest.webmanifest": "names and icons, fetched before anybody is known",
    "service-worker.js": "code that is the same for everybody",
    "offline": "shown when nobody can be known",
    "language": "chosen on the sign-in page too",
    "words/<str:language>/<slug:look>.js": "the page's words, which are the same for everybody",
    "s/<str:token>": "asks for its token, and shows what its owner shared",
    "healthz": "for what watches the process",
    "readyz": "for what sends people here",
}
ROUTES = list(every_route())
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")


def test_the_walk_sees_the_site() -> None:
    patterns = {route.pattern for route in ROUTES}
    assert {"", "c/<uuid:conversation_id>", "admin/", "accounts/password/change/"} <= patterns
    assert "admin/conversations/turn/<path:object_id>/change/" in patterns
    assert set(OPEN) <= patterns


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.pattern)
def test_without_a_session(client: Client, db: None, route: Route) -> None:
    for method in METHODS:
        answer = getattr(client, method)(route.address)
        if route.pattern in OPEN:
            assert answer.status_code in {200, 302, 404, 405}
        else:
            assert answer.status_code == 302
            if answer["Location"] == f"/admin/login/?next={quote(route.address)}":
                answer = client.get(answer["Location"])  # Django's own, which goes on to ours
            assert answer.status_code == 302
            assert unquote(answer["Location"]) == unquote(to_sign_in(route.address))
        assert answer["Cache-Control"]


def to_sign_in(address: str) -> str:
    return f"/accounts/login/?next={quote(address)}"


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.pattern)
def test_every_answer_carries_the_policies(client: Client, maya: User, route: Route) -> None:
    client.force_login(maya)
    answer = client.get(route.address)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in re.sub(r"style-src-attr [^;]*", "", policy)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    # Whoever is at a shared link tells nobody of it.
    referrer = "no-referrer" if route.pattern == "s/<str:token>" else "same-origin"
    assert answer["Referrer-Policy"] == referrer
    assert answer["X-DNS-Prefetch-Control"] == "off"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.pattern)
def test_no_secret_is_on_any_page(settings: Settings, maya: User, route: Route) -> None:
    settings.GEMINI_API_KEY = "a-key-that-must-not-be-seen"
    User.objects.filter(pk=maya.pk).update(is_staff=True, is_superuser=True)
    client = Client(raise_request_exception=False)
    client.force_login(maya)
    answer: Any = client.get(route.address, follow=True)
    text = answer.text if not answer.streaming else gathered(answer.streaming_content).decode()
    maya.refresh_from_db()
    salt, digest = maya.password.split("$")[-2:]
    for secret in (
        settings.SECRET_KEY,
        settings.GEMINI_API_KEY,
        salt,
        digest,
        salt[:6],
        digest[:6],
    ):
        assert secret not in text


def test_the_administration_has_no_door_of_its_own(client: Client, maya: User) -> None:
    inside = "/admin/conversations/turn/"
    assert client.get(inside)["Location"] == to_sign_in(inside)
    door = client.get("/admin/login/", {"next": inside})
    assert door["Location"] == f"/accounts/login/?next={quote(inside, safe='')}"
    form = {"username": "maya", "password": "correct horse battery staple"}
    assert client.post("/admin/login/", form).status_code == 302
    assert "_auth_user_id" not in client.session
    client.force_login(maya)
    refused = client.get(inside, follow=True)
    assert refused.status_code == 403
    assert "This is not for your account" in refused.text


def test_what_is_absent_says_so_in_the_products_look(client: Client, db: None) -> None:
    answer = client.get("/no/such/page")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


def test_a_fault_of_ours_is_told_without_the_details(settings: Settings, maya: User) -> None:
    settings.ROOT_URLCONF = "tests.accounts.broken"
    client = Client(raise_request_exception=False)
    client.force_login(maya)
    answer = client.get("/broken")
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.text
    assert "a detail" not in answer.text
