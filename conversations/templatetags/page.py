"""The import map: plain names and addresses of browser modules to the hashed files behind them.

Django's own rewriting of imports breaks on highlight.js's full set. Import maps apply to the
addresses that relative imports resolve to, so the modules need no rewriting at all.
"""

import functools
import json
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from conversations.chat.language import look_of_words

register = template.Library()

LIBRARIES = {
    "markdown-it": "lib/markdown-it/markdown-it.esm.min.mjs",
    "dompurify": "lib/dompurify/purify.es.mjs",
    "katex": "lib/katex/katex.mjs",
}
# Scripts that no module imports.
ALONE = ("js/theme.js", "js/early.js", "js/offline.js", "js/service-worker.js")


@register.simple_tag(takes_context=True)
def importmap(context: template.RequestContext) -> SafeString:
    """The one inline script of a page, allowed by the response's nonce."""
    nonce = getattr(context["request"], "csp_nonce", "")
    # No user's text is in it: file names of the collected files only, as JSON without "<".
    return mark_safe(f'<script type="importmap" nonce="{nonce}">{_map()}</script>')  # noqa: S308


@register.simple_tag
def modules() -> list[str]:
    """The addresses of our own modules, to be fetched at once instead of one after the other."""
    alone = {f"{settings.STATIC_URL}{path}" for path in ALONE}
    return [
        address
        for name, address in _addresses().items()
        if name.startswith("/") and name not in alone
    ]


@register.simple_tag
def words() -> str:
    """The address of the page's words, in the language of this response."""
    language = get_language() or settings.LANGUAGE_CODE
    return reverse("words", args=[language, look_of_words(language)])


@functools.cache
def _map() -> str:
    return json.dumps({"imports": _addresses()}, separators=(",", ":")).replace("<", "\\u003c")


@functools.cache
def _addresses() -> dict[str, str]:
    plain = {name: staticfiles_storage.url(path) for name, path in LIBRARIES.items()}
    hashed: dict[str, Any] = getattr(staticfiles_storage, "hashed_files", {})
    base = settings.STATIC_URL
    own = {
        f"{base}{path}": staticfiles_storage.url(path)
        for path in sorted(hashed)
        if path.startswith("js/") and path.endswith(".js")
    }
    return {**plain, **own}
