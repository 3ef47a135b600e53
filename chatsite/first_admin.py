"""The one-time link with which the first administrator is made.

Whoever merely finds the port has no way to take the site: while there is no administrator, each
start prints a new link to the terminal, and only the digest of its token is kept, in the data
folder. It is good for one administrator; afterwards the address is absent for ever.
"""

import hashlib
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import validate_host
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from chatsite.hosts import bracketed, is_everywhere
from conversations.models import User
from conversations.review.newcomers import NewPersonForm


def new_link() -> str | None:
    """A link to make the first administrator, in place of any earlier one; None if there is one."""
    if administrator_exists():
        _kept().unlink(missing_ok=True)
        return None
    token = secrets.token_urlsafe(32)
    _keep(_digest(token))
    return f"{_origin()}{reverse('first_admin', args=[token])}"


def administrator_exists() -> bool:
    """Whether anybody may do everything, or could before their account was closed."""
    return User.objects.filter(is_superuser=True).exists()


class FirstAdminForm(NewPersonForm):
    """The first administrator's name and password."""

    def save(self, commit: bool = True) -> User:
        self.instance.is_staff = self.instance.is_superuser = True
        return super().save(commit)


@login_not_required
@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "POST"])
def make(request: HttpRequest, token: str) -> HttpResponse:
    """Make the first administrator, and sign them in."""
    _check(token)
    form = FirstAdminForm(request.POST or None)
    if not form.is_valid():
        return render(request, "account/first.html", {"form": form})
    with transaction.atomic():
        # Held until the commit, so that of two who send the form at once the second finds an
        # administrator (SQLite's transactions exclude each other as they are).
        ContentType.objects.select_for_update().get(app_label="conversations", model="user")
        _check(token)
        person = form.save()
        _kept().unlink()
    login(request, person, settings.AUTHENTICATION_BACKENDS[0])
    return redirect("chat")


def _check(token: str) -> None:
    """Raises Http404 unless the token is that of the link, and still good."""
    try:
        kept = _kept().read_text().strip()
    except FileNotFoundError:
        kept = ""
    fits = constant_time_compare(_digest(token), kept)
    if not fits or administrator_exists():
        raise Http404(_("This link is no longer good. Start the server again for a new one."))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _kept() -> Path:
    return Path(settings.DATA_DIR) / "first_admin"


def _keep(digest: str) -> None:
    """Replace the digest as a whole, in a file that only its owner can read."""
    draft = _kept().with_suffix(f".{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(digest)
    draft.replace(_kept())


def _origin() -> str:
    """Where the person at the terminal finds the site with a browser, at a name it answers to."""
    for origin in settings.CSRF_TRUSTED_ORIGINS:
        if "*" not in origin:
            return str(origin)
    own = "127.0.0.1" if is_everywhere(settings.HOST) else bracketed(settings.HOST)
    named = [name.removeprefix(".") for name in settings.ALLOWED_HOSTS if name != "*"]
    good = (name for name in (own, *named) if validate_host(name, settings.ALLOWED_HOSTS))
    return f"http://{next(good, own)}:{settings.PORT}"
