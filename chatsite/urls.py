"""The addresses of the site."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from chatsite import health
from conversations.chat import language, pages, uploads

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.chat, name="chat"),
    path("c/<uuid:conversation_id>", pages.chat, name="conversation"),
    path("files/", uploads.upload, name="upload"),
    path("files/<uuid:file_id>", uploads.file, name="file"),
    path("accounts/", include("chatsite.accounts")),
    path("admin/", admin.site.urls),
    path("language", language.choose, name="language"),
    path("words/<str:language>/<slug:look>.js", language.words, name="words"),
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
]
