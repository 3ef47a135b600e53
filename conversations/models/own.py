"""What a person keeps besides conversations: drafts, presets, and links given to others."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations.models.conversation import TITLE_LENGTH, Conversation, Message


class Draft(models.Model):
    """What a person has typed and not sent: one for each conversation, and one for a new one.

    Attachments are listed as Attachment.described gives them. The revision rises with each
    change, so that a device that writes on an older one is noticed. For that, the row stays when
    it is empty: conversations/library/drafts.py writes it, and turns/accept.py empties it.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, null=True, blank=True, related_name="drafts"
    )
    text = models.TextField(_("text"), blank=True)
    attachments = models.JSONField(_("attachments"), default=list, blank=True)
    revision = models.BigIntegerField(_("revision"), default=0)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.UniqueConstraint(fields=["person", "conversation"], name="draft_once"),
            models.UniqueConstraint(
                fields=["person"], condition=Q(conversation__isnull=True), name="draft_of_new_once"
            ),
        ]
        indexes = [models.Index(fields=["updated_at"], name="draft_news")]

    def __str__(self) -> str:
        return f"{self.pk}"


class Preset(models.Model):
    """A model and settings (endpoint/choices.py) under a name of the person's own."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="presets")
    name = models.CharField(_("name"), max_length=80)
    model = models.CharField(_("model"), max_length=200)
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    default = models.BooleanField(_("for new conversations"), default=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("preset")
        verbose_name_plural = _("presets")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="preset_once"),
            models.UniqueConstraint(
                fields=["owner"], condition=Q(default=True), name="preset_default_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Share(models.Model):
    """A link by which anybody may read a conversation up to one message, as it was then.

    Messages never change once they are there, so the path to the leaf is the snapshot.
    """

    id = models.UUIDField(_("id"), primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="shares")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="shares", verbose_name=_("owner")
    )
    leaf = models.ForeignKey(Message, models.CASCADE, related_name="+")
    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    token = models.CharField(_("token"), max_length=64, unique=True)
    with_thoughts = models.BooleanField(_("with thoughts"), default=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("shared link")
        verbose_name_plural = _("shared links")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.pk}"
