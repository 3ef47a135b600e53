"""What is installed of the page, and kept by its worker, is whole and holds nothing private."""

import json
import re

from django.contrib.staticfiles.finders import find
from django.test import Client
from pytest_django import Settings

from conversations.chat import shell
from conversations.models import User


def test_the_manifest_names_what_an_install_needs(client: Client, db: None) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    app = json.loads(answer.text)
    assert app["display"] == "standalone"
    assert app["start_url"] == app["scope"] == "/"
    assert {icon["sizes"] for icon in app["icons"]} == {"any", "192x192", "512x512"}
    assert {icon["purpose"] for icon in app["icons"]} == {"any", "maskable"}
    for path, *_rest in shell.ICONS:
        assert find(path), path
    chinese = client.get("/manifest.webmanifest", headers={"Accept-Language": "zh-CN"}).json()
    assert chinese["lang"] == "zh-hans"
    assert chinese["description"] != app["description"]


def test_the_worker_keeps_all_that_the_offline_page_asks_for(client: Client, db: None) -> None:
    page = client.get("/offline").text
    asked = set(re.findall(r'(?:href|src)="(/[^"#]+)"', page))
    assert asked == {f"/static/{path}" for path in shell.FILES}
    for path in shell.FILES:
        assert find(path), path
    worker = client.get("/service-worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    for address in (*asked, "/offline", "/static/js/service-worker.js"):
        assert json.dumps(address) in worker.text


def test_the_offline_page_is_the_same_for_everybody(client: Client, maya: User) -> None:
    """So that nothing of anybody stays in the browser's cache."""
    stranger = client.get("/offline").text
    client.force_login(maya)
    assert client.get("/offline").text == stranger
    assert "csrf" not in stranger


def test_the_worker_changes_with_what_it_keeps(
    client: Client, settings: Settings, db: None
) -> None:
    first = client.get("/service-worker.js").text
    assert client.get("/service-worker.js").text == first
    chinese = client.get("/service-worker.js", headers={"Accept-Language": "zh"}).text
    assert chinese != first
    settings.STATIC_URL = "/other/"
    assert client.get("/service-worker.js").text != first
