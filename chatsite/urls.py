"""The addresses of the site."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import JavaScriptCatalog

from chatsite import health
from conversations.chat import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.chat, name="chat"),
    path("c/<uuid:conversation_id>", pages.chat, name="conversation"),
    path("accounts/", include("chatsite.accounts")),
    path("admin/", admin.site.urls),
    path(
        "text.js",
        login_not_required(JavaScriptCatalog.as_view(packages=["conversations"])),
        name="javascript-catalog",
    ),
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
]
