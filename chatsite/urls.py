"""The addresses of the site."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from chatsite import health
from conversations.chat import exporting, importing, language, links, pages, shell, uploads

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.chat, name="chat"),
    path("c/<uuid:conversation_id>", pages.chat, name="conversation"),
    path("files/", uploads.upload, name="upload"),
    path("files/<uuid:file_id>", uploads.file, name="file"),
    path("c/<uuid:conversation_id>/export.json", exporting.as_json, name="export-json"),
    path("c/<uuid:conversation_id>/export.md", exporting.markdown, name="export-markdown"),
    path("c/<uuid:conversation_id>/print", exporting.on_paper, name="print"),
    path("c/<uuid:conversation_id>/links", links.of_conversation, name="links"),
    path("links/<uuid:link_id>/revoke", links.revoke, name="revoke-link"),
    path("s/<str:token>", links.shared, name="shared"),
    path("export/all", exporting.everything, name="export-all"),
    path("import", importing.import_, name="import"),
    path("accounts/", include("chatsite.accounts")),
    path("admin/", admin.site.urls),
    path("language", language.choose, name="language"),
    path("words/<str:language>/<slug:look>.js", language.words, name="words"),
    path("manifest.webmanifest", shell.manifest, name="manifest"),
    path("service-worker.js", shell.worker, name="service-worker"),
    path("offline", shell.offline, name="offline"),
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
]
