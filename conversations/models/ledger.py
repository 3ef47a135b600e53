"""The usage ledger: what each turn used, kept when its conversation is deleted."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LedgerEntry(models.Model):
    """The tokens of one turn, or of the title made after it. It names people and turns by value, so
    that it outlives them.

    A title has an id of its own, made of its turn's (conversations/library/titles.py).
    """

    class Purpose(models.TextChoices):
        TURN = "turn", _("a turn")
        TITLE = "title", _("a title")

    turn_id = models.UUIDField(_("turn"), unique=True)
    purpose = models.CharField(_("purpose"), max_length=5, choices=Purpose, default=Purpose.TURN)
    conversation_id = models.UUIDField(_("conversation"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="ledger",
        verbose_name=_("person"),
    )
    username = models.CharField(_("username"), max_length=150)
    model = models.CharField(_("model"), max_length=200)
    prompt_tokens = models.IntegerField(_("prompt tokens"), default=0)
    cached_tokens = models.IntegerField(_("cached tokens"), default=0)
    thought_tokens = models.IntegerField(_("thought tokens"), default=0)
    answer_tokens = models.IntegerField(_("answer tokens"), default=0)
    tool_tokens = models.IntegerField(_("tool tokens"), default=0)
    total_tokens = models.IntegerField(_("total tokens"), default=0)
    at = models.DateTimeField(_("ended"), default=timezone.now)

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger")
        indexes = [models.Index(fields=["person", "at"], name="ledger_by_person")]

    def __str__(self) -> str:
        return f"{self.turn_id}"
