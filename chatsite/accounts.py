"""What of allauth's accounts is decided here, and which of its pages there are."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from allauth.account import views
from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import make_password
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from chatsite import first_admin
from conversations.models import User
from conversations.review.names import free_username

View = Callable[..., HttpResponse]
NO_MAIL = "django.core.mail.backends.console.EmailBackend"


class AccountAdapter(DefaultAccountAdapter):
    """allauth's decisions that are ours."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        # One sentence for every reason, so that it tells nothing about who has an account.
        **dict.fromkeys(
            ["username_password_mismatch", "email_password_mismatch"],
            _("This name and this password do not go together. Check both, then try again."),
        ),
        "too_many_login_attempts": _(
            "Too many attempts to sign in did not succeed. Wait five minutes, then try again."
        ),
        "enter_current_password": _("This is not your current password."),
        "email_taken": _("There is an account with this address already."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return signup_is_open()

    def is_safe_url(self, url: str) -> bool:
        """Whether a `next` may be followed: only to a path of this site.

        allauth would also follow it to any host of ALLOWED_HOSTS: on a machine of several
        services, to someone else's.
        """
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def clean_username(self, username: str, shallow: bool = False) -> str:
        return free_username(super().clean_username(username, shallow=True))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """The person, by exactly one hash, whoever is asked for.

        allauth's backend tries an address twice, as an address and as a name: those that exist
        would take twice the time of those that do not. Somebody whose account was closed is
        returned too; allauth then says so, to them alone.
        """
        self.pre_authenticate(request, **credentials)
        person, password = named(credentials), credentials["password"]
        if person is None:
            make_password(password)
        elif person.check_password(password):
            self._rollback_login_failed_rl_usage()
            return person
        self.authentication_failed(request, **credentials)
        return None

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """What failed attempts are counted by: the account, under whichever name it was asked for.

        allauth's own key holds the Host header, which an attacker may vary by its port.
        """
        person = named(credentials)
        return f"person:{person.pk}" if person else f"name:{name_in(credentials).lower()}"


def name_in(credentials: Mapping[str, Any]) -> str:
    """The name or the address that somebody signs in with."""
    return str(credentials.get("email") or credentials.get("username") or "")


def named(credentials: Mapping[str, Any]) -> User | None:
    """Whom the credentials name: by address, else by username."""
    name = name_in(credentials)
    by_address = User.objects.filter(email__iexact=name).first() if "@" in name else None
    return by_address or User.objects.filter(username__iexact=name).first()


def signup_is_open() -> bool:
    """Whether people may make their own accounts."""
    return bool(settings.SIGNUP_OPEN)


def mail_is_sent() -> bool:
    """Whether EMAIL_URL names a way to send mail."""
    return bool(settings.EMAIL_BACKEND != NO_MAIL)


def with_mail(view: View) -> View:
    """The view, where mail is sent; absent elsewhere."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not mail_is_sent():
            raise Http404
        return view(request, *args, **kwargs)

    return answer


# What the sign-in page offers beside signing in; templates call them.
OFFERED = {"mail_is_sent": mail_is_sent, "signup_is_open": signup_is_open}

# allauth has more (its own page of addresses, sign-in by code): pages that nobody was promised.
urlpatterns: list[URLPattern] = [
    path("login/", views.LoginView.as_view(extra_context=OFFERED), name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", views.signup, name="account_signup"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", with_mail(views.password_reset), name="account_reset_password"),
    path(
        "password/reset/done/",
        with_mail(views.password_reset_done),
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        with_mail(views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        with_mail(views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("first/<str:token>", first_admin.make, name="first_admin"),
]
