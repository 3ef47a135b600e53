"""Conversations, and the tree of messages in each."""

import uuid
from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

TITLE_LENGTH = 200


class Conversation(models.Model):
    """What one person and the model said to each other."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="conversations"
    )
    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    model = models.CharField(_("model"), max_length=200)
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    leaf = models.ForeignKey(
        "Message",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("last message on show"),
    )
    unread = models.BooleanField(_("unread end"), default=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now)

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        ordering = ["-updated_at", "-id"]
        indexes = [
            models.Index(fields=["owner", "-updated_at", "-id"], name="conversation_list"),
            models.Index(fields=["updated_at"], name="conversation_news"),
        ]

    def __str__(self) -> str:
        # Not the title: a model's name for itself gets into logs.
        return str(self.pk)

    def path_to(self, leaf_id: int | None) -> list["Message"]:
        """The messages from the first to the given one, in order.

        One query for the whole conversation: walking parent by parent would take one for each
        message.
        """
        by_id = {message.pk: message for message in self.messages.select_related("turn")}
        path: list[Message] = []
        current = by_id.get(leaf_id) if leaf_id is not None else None
        while current is not None:
            path.append(current)
            current = by_id.get(current.parent_id) if current.parent_id is not None else None
        return path[::-1]


class Message(models.Model):
    """A node of the tree: what one side said, as the endpoint's parts and as plain text."""

    class Role(models.TextChoices):
        USER = "user", _("user")
        MODEL = "model", _("model")

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children"
    )
    role = models.CharField(_("role"), max_length=5, choices=Role)
    parts = models.JSONField(_("parts"), default=list)
    metadata = models.JSONField(_("grounding and citations"), default=list, blank=True)
    answer_text = models.TextField(_("text"), blank=True)
    thought_text = models.TextField(_("thoughts"), blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"


def title_from(text: str) -> str:
    """A title made of a question's first words, on one line, cut at a word where there is one."""
    line = " ".join(first_filled_line(text.splitlines()).split())
    if len(line) <= 80:
        return line
    head, _space, _rest = line[:80].rpartition(" ")
    return f"{head if len(head) > 40 else line[:79]}…"


def first_filled_line(lines: Iterable[str]) -> str:
    """The first line that is more than white space, or an empty one."""
    return next((line for line in lines if line.strip()), "")
