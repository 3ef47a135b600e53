"""The administration's list of the links by which conversations can be read from outside."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from conversations.library import shares
from conversations.models import Share
from conversations.review.people import is_administrator
from conversations.review.readonly import ReadOnlyAdmin, conversation_of
from conversations.turns.database import writing


class ShareAdmin(ReadOnlyAdmin):
    """Who shared what, since when and until when. Neither the link itself, with which anybody
    could read on, nor the title it was given is on any of these pages."""

    list_display = (
        "short_id",
        "owner",
        "of_conversation",
        "with_thoughts",
        "created_at",
        "expires_at",
        "revoked_at",
        "works",
    )
    list_filter = (
        "created_at",
        "with_thoughts",
        ("expires_at", admin.EmptyFieldListFilter),
        ("revoked_at", admin.EmptyFieldListFilter),
    )
    list_select_related = ("owner",)
    search_fields = ("owner__username", "owner__email")
    search_help_text = _("The owner's name or address, or a link's or conversation's whole id")
    uuid_fields = ("pk", "conversation_id")
    date_hierarchy = "created_at"
    ordering = ("-created_at",)
    fields = (
        "id",
        "owner",
        "of_conversation",
        "with_thoughts",
        "created_at",
        "expires_at",
        "revoked_at",
        "works",
    )
    readonly_fields = ("of_conversation", "works")
    actions = ("revoke",)

    @admin.display(description=_("conversation"))
    def of_conversation(self, share: Share) -> SafeString:
        return conversation_of(share)

    @admin.display(description=_("works"), boolean=True)
    def works(self, share: Share) -> bool:
        """Whether it can be read by it now."""
        return bool(getattr(share, "in_force", False))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        working = shares.working().filter(pk=OuterRef("pk"))
        rows: QuerySet[Any] = super().get_queryset(request).annotate(in_force=Exists(working))
        return rows

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Looking is for whom it was given to; ending what somebody made is not."""
        return is_administrator(request)

    @admin.action(description=_("Revoke the chosen links"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        """End them, and write down who did."""
        revoked = 0
        for share in chosen:
            with writing():
                if shares.end(share):
                    self.log_change(request, share, [{"changed": {"fields": ["revoked"]}}])
                    revoked += 1
        told = ngettext("{count} link was revoked.", "{count} links were revoked.", revoked)
        self.message_user(request, told.format(count=revoked), messages.SUCCESS)
