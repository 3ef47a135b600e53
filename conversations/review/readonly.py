"""What every list of stored things in the administration has in common: nothing can be changed."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from conversations.review.bases import ModelAdmin


class Nameless:
    """Stands in for a row where the administration would write what the row calls itself.

    A conversation calls itself by its title, which is what somebody wrote.
    """

    def __init__(self, model: type[Model], key: str) -> None:
        self.pk = key
        self._text = f"{model._meta.verbose_name} {key}"

    def __str__(self) -> str:
        return self._text


def conversation_of(row: Any) -> SafeString:
    """A way to the conversation that a row is of, by its id: Django would write its title."""
    address = reverse("admin:conversations_conversation_change", args=[row.conversation_id])
    return format_html('<a href="{}">{}</a>', address, row.conversation_id)


class ReadOnlyAdmin(ModelAdmin):
    """Rows to be found and looked at. Texts of conversations are on none of these pages."""

    actions: tuple[str, ...] | None = None
    list_per_page = 50
    show_full_result_count = False
    uuid_fields: tuple[str, ...] = ("pk",)
    """The fields that a whole id is searched in."""
    id_field = "pk"
    """The field whose beginning stands for the row in lists."""

    @admin.display(description=_("id"))
    def short_id(self, row: Model) -> str:
        """Enough of the id to tell rows apart: all of it fills a column of five lines."""
        return str(getattr(row, self.id_field))[:8]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only by what the list offers: Django would let every field of the rows through, and a
        text that is shown nowhere could be guessed at, letter by letter."""
        filters = [each[0] if isinstance(each, tuple) else each for each in self.list_filter]
        offered = [*filters, self.date_hierarchy]
        return any(lookup == field or lookup.startswith(f"{field}__") for field in offered)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A whole id finds its row by the index; anything else is looked for in the fields."""
        try:
            wanted = UUID(search_term.strip())
        except ValueError:
            return super().get_search_results(request, queryset, search_term)
        found = queryset.none()
        for field in self.uuid_fields:
            found |= queryset.filter(**{field: wanted})
        return found, False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        name = Nameless(self.model, object_id)
        context = {"original": name, "subtitle": str(name), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied  # Django looks for the row first, and tells whether it is there
        name = Nameless(self.model, object_id)
        context = {"object": name, "title": str(name), **(extra_context or {})}
        return super().history_view(request, object_id, context)
