"""The administration's lists of conversations, turns and the ledger."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from conversations.models import Conversation, LedgerEntry, Share, Turn
from conversations.review.links import ShareAdmin
from conversations.review.readonly import ReadOnlyAdmin, conversation_of


class ConversationAdmin(ReadOnlyAdmin):
    """Who talked, when, with which model. The title is left out: it is what somebody wrote."""

    list_display = ("short_id", "owner", "model", "unread", "created_at", "updated_at")
    list_filter = ("updated_at", "model", "turns__state", "turns__outcome")
    list_select_related = ("owner",)
    search_fields = ("owner__username", "owner__email")
    search_help_text = _("The owner's name or address, or a conversation's whole id")
    date_hierarchy = "created_at"
    ordering = ("-updated_at", "-id")
    fields = ("id", "owner", "model", "turns", "shares", "unread", "created_at", "updated_at")
    readonly_fields = ("turns", "shares")

    @admin.display(description=_("turns"))
    def turns(self, conversation: Conversation) -> SafeString:
        """A way to its turns."""
        return _list_of("turn", conversation, conversation.turns.count())

    @admin.display(description=_("shared links"))
    def shares(self, conversation: Conversation) -> SafeString:
        """A way to the links by which others may read it."""
        return _list_of("share", conversation, conversation.shares.count())


class TurnAdmin(ReadOnlyAdmin):
    """Each run of the endpoint, and how it ended."""

    list_display = (
        "short_id",
        "person",
        "model",
        "state",
        "outcome",
        "reason",
        "accepted_at",
        "ended_at",
    )
    list_filter = ("accepted_at", "state", "outcome", "model", "reason")
    list_select_related = ("person",)
    search_fields = ("person__username", "person__email")
    search_help_text = _("The person's name or address, or a turn's or conversation's whole id")
    uuid_fields = ("pk", "conversation_id")
    date_hierarchy = "accepted_at"
    ordering = ("-accepted_at",)
    readonly_fields = ("of_conversation",)
    fieldsets = (
        (None, {"fields": ("id", "person", "of_conversation", "model", "budget")}),
        (_("End"), {"fields": ("state", "outcome", "reason", "status", "stop_requested")}),
        (
            _("Times"),
            {"fields": ("accepted_at", "asked_at", "thought_at", "answer_at", "ended_at")},
        ),
        (
            _("Tokens"),
            {
                "fields": (
                    "prompt_tokens",
                    "cached_tokens",
                    "thought_tokens",
                    "answer_tokens",
                    "tool_tokens",
                    "total_tokens",
                )
            },
        ),
        (
            _("Tracing"),
            {
                "fields": (
                    "client_id",
                    "model_version",
                    "response_id",
                    "owner",
                    "lease_until",
                    "position",
                )
            },
        ),
    )

    @admin.display(description=_("conversation"))
    def of_conversation(self, turn: Turn) -> SafeString:
        return conversation_of(turn)


class LedgerAdmin(ReadOnlyAdmin):
    """What each turn used. It outlives conversations and people."""

    list_display = (
        "short_id",
        "username",
        "model",
        "prompt_tokens",
        "thought_tokens",
        "answer_tokens",
        "total_tokens",
        "at",
    )
    list_filter = ("at", "model")
    search_fields = ("username", "person__email")
    search_help_text = _("The person's name or address, or a turn's or conversation's whole id")
    uuid_fields = ("turn_id", "conversation_id")
    id_field = "turn_id"
    date_hierarchy = "at"
    ordering = ("-at",)


def _list_of(kind: str, conversation: Conversation, count: int) -> SafeString:
    address = f"{reverse(f'admin:conversations_{kind}_changelist')}?q={conversation.pk}"
    return format_html('<a href="{}">{}</a>', address, count)


def register(site: admin.AdminSite) -> None:
    """Put the lists on a site."""
    site.register(Conversation, ConversationAdmin)
    site.register(Turn, TurnAdmin)
    site.register(LedgerEntry, LedgerAdmin)
    site.register(Share, ShareAdmin)
