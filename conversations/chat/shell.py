"""What makes the page an app that can be installed: its manifest, the worker that shows something
when the server cannot be reached, and what that is. Nothing private is in any of it."""

import hashlib
import json

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

PAPER = "#fbfaf7"
WORKER = "js/service-worker.js"
ICONS = (
    ("img/mark.svg", "any", "image/svg+xml", "any"),
    ("img/icon-192.png", "192x192", "image/png", "any"),
    ("img/icon-512.png", "512x512", "image/png", "any"),
    ("img/icon-maskable-512.png", "512x512", "image/png", "maskable"),
)
FILES = (
    "css/tokens.css",
    "css/base.css",
    "css/button.css",
    "css/account.css",
    "js/theme.js",
    "js/offline.js",
    "img/mark.svg",
)
"""All that templates/offline.html asks for."""


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """A page of its own, since the icons' addresses change with their content."""
    icons = [
        {"src": static(path), "sizes": sizes, "type": kind, "purpose": purpose}
        for path, sizes, kind, purpose in ICONS
    ]
    app = {
        "id": "/",
        "name": "Thinkalong",
        "short_name": "Thinkalong",
        "description": _("A chat with a model that thinks aloud."),
        "lang": get_language(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "categories": ["productivity"],
        "icons": icons,
        "shortcuts": [{"name": _("New conversation"), "url": "/"}],
    }
    return JsonResponse(app, content_type="application/manifest+json")


@login_not_required
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What is shown when the server cannot be reached."""
    return render(request, "offline.html")


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. It is another one, to the byte, when anything that it keeps is."""
    files = [static(path) for path in FILES]
    digest = hashlib.sha256(json.dumps([files, render_to_string("offline.html")]).encode())
    shell = {"version": digest.hexdigest()[:12], "page": reverse("offline"), "files": files}
    code = f"self.shell = {json.dumps(shell)};\nimportScripts({json.dumps(static(WORKER))});\n"
    return HttpResponse(code, content_type="text/javascript; charset=utf-8")
