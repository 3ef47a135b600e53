"""The application's entry in Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConversationsConfig(AppConfig):
    """Conversations, their turns, and the people who have them."""

    name = "conversations"
    verbose_name = _("Conversations")
