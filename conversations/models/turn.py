"""Turns, and the log of the running ones."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations.endpoint import parts
from conversations.models.conversation import Conversation, Message


class Turn(models.Model):
    """One run of the endpoint: from a question to a named outcome.

    Each change of state is one UPDATE with the old state in its WHERE, and with the owner, or for
    a turn that nobody seems to run, the lease; where no row changed, somebody else was quicker.
    Only conversations.turns writes here.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        STOPPED = "stopped", _("stopped")
        FAILED = "failed", _("failed")
        INTERRUPTED = "interrupted", _("interrupted")

    class Outcome(models.TextChoices):
        COMPLETE = "complete", _("complete")
        STOPPED = "stopped", _("stopped")
        BLOCKED = "blocked", _("blocked")
        FILTERED = "filtered", _("filtered")
        OUT_OF_TOKENS = "out_of_tokens", _("out of tokens")
        CUT_OFF = "cut_off", _("cut off")
        STALLED = "stalled", _("stalled")
        REFUSED = "refused", _("refused by the endpoint")
        OVER_QUOTA = "over_quota", _("over quota")
        INTERRUPTED = "interrupted", _("interrupted")
        EMPTY = "empty", _("empty")

    class How(models.TextChoices):
        ASK = "ask", _("asked")
        SAME = "same", _("asked again")
        MORE_ROOM = "more_room", _("asked again with more room")
        ANSWER_NOW = "answer_now", _("asked to answer now")
        CONTINUE = "continue", _("asked to go on")

    ACTIVE = (State.QUEUED, State.RUNNING)

    id = models.UUIDField(_("id"), primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="turns")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="turns", verbose_name=_("person")
    )
    question = models.ForeignKey(Message, models.CASCADE, related_name="turns")
    reply = models.OneToOneField(
        Message, models.SET_NULL, null=True, blank=True, related_name="turn"
    )

    client_id = models.UUIDField(_("the page's id"))
    digest = models.CharField(_("digest of what was asked"), max_length=64)
    how = models.CharField(_("how"), max_length=10, choices=How, default=How.ASK)
    model = models.CharField(_("model"), max_length=200)
    settings = models.JSONField(_("settings as sent"), default=dict)
    budget = models.IntegerField(_("thinking budget"), null=True, blank=True)
    model_version = models.CharField(_("model version"), max_length=200, blank=True)
    response_id = models.CharField(_("response id"), max_length=200, blank=True)

    state = models.CharField(_("state"), max_length=11, choices=State, default=State.QUEUED)
    outcome = models.CharField(_("outcome"), max_length=13, choices=Outcome, blank=True)
    reason = models.CharField(_("reason"), max_length=100, blank=True)
    retryable = models.BooleanField(_("may be tried again"), default=False)
    status = models.IntegerField(_("HTTP status"), null=True, blank=True)
    detail = models.TextField(_("the endpoint's words"), blank=True)
    waiting = models.JSONField(_("coming retry"), null=True, blank=True)
    stop_requested = models.BooleanField(_("stop requested"), default=False)
    follow_up = models.JSONField(
        _("to be asked once it is stopped"), null=True, blank=True, help_text=_("id and digest")
    )
    owner = models.CharField(_("process"), max_length=100, blank=True)
    lease_until = models.DateTimeField(_("leased until"), null=True, blank=True)

    accepted_at = models.DateTimeField(_("accepted"), default=timezone.now)
    asked_at = models.DateTimeField(_("asked upstream"), null=True, blank=True)
    thought_at = models.DateTimeField(_("first thought"), null=True, blank=True)
    answer_at = models.DateTimeField(_("first answer"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    position = models.BigIntegerField(_("length of the log"), default=0)
    # JSON as text: it is read for a replay alone, and decoding it would cost at each look.
    timeline = models.TextField(_("timeline"), blank=True)
    prompt_tokens = models.IntegerField(_("prompt tokens"), default=0)
    cached_tokens = models.IntegerField(_("cached tokens"), default=0)
    thought_tokens = models.IntegerField(_("thought tokens"), default=0)
    answer_tokens = models.IntegerField(_("answer tokens"), default=0)
    tool_tokens = models.IntegerField(_("tool tokens"), default=0)
    total_tokens = models.IntegerField(_("total tokens"), default=0)

    class Meta:
        verbose_name = _("turn")
        verbose_name_plural = _("turns")
        ordering = ["-accepted_at"]
        constraints = [
            models.UniqueConstraint(fields=["person", "client_id"], name="turn_sent_once"),
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(state__in=["queued", "running"]),
                name="turn_one_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["lease_until"],
                condition=Q(state__in=["queued", "running"]),
                name="turn_leases",
            ),
            models.Index(fields=["person", "-accepted_at"], name="turn_by_person"),
            models.Index(fields=["accepted_at"], name="turn_news"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def ended_as(self) -> parts.Outcome:
        """The named end of one that has ended."""
        return parts.Outcome(self.outcome, self.reason, self.status, self.detail, self.retryable)

    @property
    def abandoned(self) -> bool:
        """Whether nobody seems to run it any more; the database's own clock decides in the end."""
        return self.active and (self.lease_until is None or self.lease_until < timezone.now())

    @property
    def active(self) -> bool:
        """Whether it is still to end."""
        return self.state in self.ACTIVE


class Chunk(models.Model):
    """One event of a running turn, as it came: the log, folded into the reply at the end.

    Positions count code points of text, and 1 for whatever else a part carries (FRAMES.md).
    """

    # The constraint below begins with the turn and serves as its index.
    turn = models.ForeignKey(Turn, models.CASCADE, related_name="chunks", db_index=False)
    start = models.BigIntegerField()
    end = models.BigIntegerField()
    at_ms = models.BigIntegerField(help_text=_("milliseconds since the run began"))
    parts = models.TextField(help_text=_("the event's parts, as JSON"))
    usage = models.TextField(blank=True, help_text=_("the tokens used so far, as JSON"))

    class Meta:
        ordering = ["start"]
        constraints = [models.UniqueConstraint(fields=["turn", "start"], name="chunk_once")]

    def __str__(self) -> str:
        return f"{self.turn_id} [{self.start}, {self.end})"
