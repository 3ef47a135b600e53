"""Conversations, and the tree of messages in each."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations.models.tree import Tree

TITLE_LENGTH = 200


class Kept(models.Manager["Conversation"]):
    """The conversations that are there: a deleted one is gone for everybody but its own undo."""

    def get_queryset(self) -> "models.QuerySet[Conversation]":
        return super().get_queryset().filter(deleted_at=None)


class Conversation(models.Model):
    """What one person and the model said to each other.

    Whoever changes a row raises its revision in the same UPDATE and dates it (`touched()`): the
    page takes the higher revision, and other processes find the row by its date.
    """

    class TitleFrom(models.TextChoices):
        QUESTION = "question", _("the first question")
        MODEL = "model", _("a model")
        PERSON = "person", _("a person")

    id = models.UUIDField(_("id"), primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="conversations",
        verbose_name=_("owner"),
    )
    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    title_from = models.CharField(
        _("title from"), max_length=8, choices=TitleFrom, default=TitleFrom.QUESTION
    )
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
    # What was last on show below a fork comes back with it; see conversations/models/tree.py.
    choices = models.JSONField(_("ways chosen at forks"), default=dict, blank=True)
    unread = models.BooleanField(_("unread end"), default=False)
    pinned_at = models.DateTimeField(_("pinned"), null=True, blank=True)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)
    # The index of what is in a folder, below, begins with it.
    folder = models.ForeignKey(
        "Folder",
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="conversations",
        verbose_name=_("folder"),
    )
    revision = models.BigIntegerField(_("revision"), default=0)
    changed_at = models.DateTimeField(_("row changed"), default=timezone.now)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now)

    objects = Kept()
    every = models.Manager["Conversation"]()

    class Meta:
        base_manager_name = "every"
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        ordering = ["-updated_at", "-id"]
        indexes = [
            models.Index(
                fields=["owner", "-updated_at", "-id"],
                condition=models.Q(deleted_at__isnull=True, archived_at__isnull=True),
                name="conversation_list",
            ),
            models.Index(
                fields=["owner", "-updated_at", "-id"],
                condition=models.Q(deleted_at__isnull=True, archived_at__isnull=False),
                name="conversation_archive",
            ),
            models.Index(
                fields=["owner"],
                condition=models.Q(pinned_at__isnull=False),
                name="conversation_pinned",
            ),
            models.Index(
                fields=["folder", "-updated_at", "-id"],
                condition=models.Q(folder__isnull=False),
                name="conversation_in_folder",
            ),
            models.Index(fields=["changed_at"], name="conversation_news"),
            models.Index(
                fields=["deleted_at"],
                condition=models.Q(deleted_at__isnull=False),
                name="conversation_gone",
            ),
        ]

    def __str__(self) -> str:
        # Not the title: a model's name for itself gets into logs.
        return str(self.pk)

    def tree(self) -> Tree:
        """The shape of all that was said, in every branch."""
        return Tree.of(self.messages.all())

    def path_to(self, leaf_id: int | None) -> list["Message"]:
        """The messages from the first to the given one, in order.

        The ids first, then the rows that are needed: walking parent by parent would take a query
        for each message, and other branches can be longer than this one.
        """
        path = self.tree().path(leaf_id)
        found = self.messages.select_related("turn").in_bulk(path)
        return [found[message] for message in path]


def touched() -> dict[str, Any]:
    """What every UPDATE of a conversation's row sets besides: a higher revision, and when."""
    return {"revision": models.F("revision") + 1, "changed_at": timezone.now()}


class Folder(models.Model):
    """Where a person keeps conversations together.

    Of a row whose folder is gone the revision does not rise: to a page, a folder that it does not
    know is none.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="folders")
    name = models.CharField(_("name"), max_length=80)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("folder")
        verbose_name_plural = _("folders")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="folder_once")]

    def __str__(self) -> str:
        return f"{self.pk}"


class Message(models.Model):
    """A node of the tree: what one side said, as the endpoint's parts and as plain text.

    A person's message may have parts `{"attachment": {"id", "name", "mimeType", "size"}}`, which
    turns/history.py sends as inlineData.
    """

    class Kind(models.TextChoices):
        SAID = "", _("said")
        CONTINUE = "continue", _("asked to go on")

    class Role(models.TextChoices):
        USER = "user", _("user")
        MODEL = "model", _("model")

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children"
    )
    role = models.CharField(_("role"), max_length=5, choices=Role)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, blank=True, default=Kind.SAID)
    parts = models.JSONField(_("parts"), default=list)
    metadata = models.JSONField(_("grounding and citations"), default=list, blank=True)
    answer_text = models.TextField(_("text"), blank=True)
    thought_text = models.TextField(_("thoughts"), blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["conversation", "parent", "id"], name="message_tree"),
        ]

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
