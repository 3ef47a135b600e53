"""Files that people give a model to read. The bytes lie under DATA_DIR, in conversations/files/."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations.models.conversation import Conversation


class Attachment(models.Model):
    """One uploaded file. Without a conversation it waits in its owner's composer to be sent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="attachments")
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, null=True, blank=True, related_name="attachments"
    )
    name = models.CharField(_("name"), max_length=200)
    media_type = models.CharField(_("media type"), max_length=100)
    size = models.BigIntegerField(_("bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(conversation__isnull=True),
                name="attachment_unsent",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def described(self) -> dict[str, Any]:
        """The file as the page knows it, and as a message's part names it."""
        return {
            "id": str(self.pk),
            "name": self.name,
            "mimeType": self.media_type,
            "size": self.size,
        }
