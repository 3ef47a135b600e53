"""The administration's pages of people: administrators make them, and close their accounts."""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from conversations.models import User
from conversations.review.bases import ModelAdmin, UserAdmin, UserChangeForm
from conversations.review.names import free_address, free_username
from conversations.review.newcomers import NewPersonForm

PRIVILEGES = ("is_staff", "is_superuser", "groups", "user_permissions")
"""What makes somebody more than a member; only administrators give it."""


class PersonForm(UserChangeForm):
    """What may be changed about somebody."""

    def clean_username(self) -> str:
        name = str(self.cleaned_data["username"])
        return name if name == self.instance.username else free_username(name, self.instance)

    def clean_email(self) -> str:
        return free_address(str(self.cleaned_data["email"]), self.instance)


class PersonAdmin(UserAdmin):
    """People. Accounts are closed and not deleted: with somebody goes all that they wrote."""

    form = PersonForm
    add_form = NewPersonForm
    fieldsets = (
        (None, {"fields": ("username", "new_password")}),
        (_("Personal info"), {"fields": ("first_name", "last_name", "email")}),
        (_("Permissions"), {"fields": ("is_active", *PRIVILEGES)}),
        (_("Important dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("username", "email", "password1", "password2")}),
    )
    list_display = ("username", "email", "is_active", "is_staff", "is_superuser", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "groups", "date_joined")
    date_hierarchy = "date_joined"
    list_per_page = 50

    @admin.display(description=_("password"))
    def new_password(self, person: User) -> SafeString:
        """A way to a new one; Django's own field shows pieces of the hash."""
        address = reverse("admin:auth_user_password_change", args=[person.pk])
        return format_html('<a href="{}">{}</a>', address, _("Give a new password"))

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        fixed = ("new_password", "last_login", "date_joined")
        return fixed if is_administrator(request) else (*fixed, *PRIVILEGES)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Staff may not touch other staff: a new password is a way into the account."""
        allowed = super().has_change_permission(request, obj)
        if obj is None or is_administrator(request) or obj.pk == request.user.pk:
            return allowed
        return allowed and not (obj.is_staff or obj.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied  # Django looks for the row first, and tells whether it is there
        return super().history_view(request, object_id, extra_context)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Also forget an earlier address, which would go on receiving links for new passwords."""
        super().save_model(request, obj, form, change)
        EmailAddress.objects.filter(user=obj).exclude(email=obj.email).delete()


class GroupsForAdministrators(ModelAdmin):
    """Groups give permissions, so only administrators see to them."""

    search_fields = ("name",)
    filter_horizontal = ("permissions",)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_administrator(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request)

    has_change_permission = has_delete_permission = has_view_permission

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "permissions":
            everything = db_field.remote_field.model.objects
            kwargs["queryset"] = everything.select_related("content_type")
        return super().formfield_for_manytomany(db_field, request, **kwargs)


def is_administrator(request: HttpRequest) -> bool:
    """Whether the person may do everything."""
    return request.user.is_active and request.user.is_superuser
