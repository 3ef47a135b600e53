"""The start of a turn: checked, idempotent, stored in one commit before anything is answered."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from conversations.endpoint import choices
from conversations.endpoint.capabilities import for_model
from conversations.endpoint.parts import storable
from conversations.models import Conversation, Draft, Message, Turn, User
from conversations.models.conversation import title_from, touched
from conversations.turns.attaching import attach, first_name
from conversations.turns.database import writing
from conversations.turns.refusals import (
    Absent,
    Busy,
    Empty,
    IdReused,
    NotNow,
    OverQuota,
    TooLarge,
)

MESSAGE_LIMIT = 60_000
"""Code points in one message: at four bytes each still within a frame."""
TURNS_AT_ONCE = 8
"""Running turns of one person."""
TURNS_A_MINUTE = 60
"""Started turns of one person."""
LEASE = timedelta(seconds=15)
MORE_ROOM = 65_536
"""Output tokens asked for by "try again with more room": the most that current models allow."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Something new to be asked; a conversation of None begins one.

    `settings` are the choices (endpoint/choices.py) of a conversation that begins; None: those of
    the person's preset for new ones.
    """

    client_id: uuid.UUID
    text: str
    conversation: uuid.UUID | None = None
    model: str | None = None
    settings: Mapping[str, Any] | None = None
    draft: int | None = None
    """The revision of the draft that it was sent from; what is asked does not depend on it."""
    files: tuple[uuid.UUID, ...] = ()

    def digest(self) -> str:
        words: list[object] = ["ask", self.conversation, self.text, self.model, *self.files]
        if self.settings is not None:
            words.append(json.dumps(self.settings, sort_keys=True))
        return _digest(*words)


@dataclass(frozen=True, slots=True)
class AskAgain:
    """An old question asked once more: "same", with "more_room", or to "answer_now"."""

    client_id: uuid.UUID
    turn: uuid.UUID
    how: str = "same"

    def digest(self) -> str:
        return _digest("again", self.turn, self.how)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A stored turn; a duplicate was stored by an earlier sending of the same.

    `emptied` is the draft that the question was sent from, which is empty now.
    """

    turn: Turn
    duplicate: bool
    emptied: Draft | None = None


def accept(person: User, ask: Ask | AskAgain, owner: str) -> Accepted:
    """Store a turn for the process `owner` to run, or find the one that was stored before.

    Raises:
        Refusal: in one of its forms; nothing was stored.
        django.db.Error: the database could not be reached; nothing is known to be stored, and
            sending the same again is safe.
    """
    known = _known(person, ask)
    if known:
        return known
    if isinstance(ask, Ask):
        _check_text(ask.text, ask.files)
    try:
        with writing():
            _check_quota(person)
            turn = _new_question(person, ask) if isinstance(ask, Ask) else _again(person, ask)
            turn.owner, turn.client_id, turn.digest = owner, ask.client_id, ask.digest()
            turn.lease_until = Now() + LEASE
            turn.save(force_insert=True)
            turn.lease_until = timezone.now() + LEASE
            _on_show(turn, follows_leaf=isinstance(ask, Ask))
            emptied = _empty_draft(person, ask) if isinstance(ask, Ask) else None
    except IntegrityError:
        # Either the same sending won the race from another socket, or the conversation is busy.
        known = _known(person, ask)
        if known:
            return known
        raise Busy from None
    return Accepted(turn, duplicate=False, emptied=emptied)


def _digest(*words: object) -> str:
    encoded = json.dumps([None if word is None else str(word) for word in words])
    return hashlib.sha256(encoded.encode("utf-8", "surrogatepass")).hexdigest()


def _known(person: User, ask: Ask | AskAgain) -> Accepted | None:
    mine = Turn.objects.filter(person=person, client_id=ask.client_id).order_by()
    digest = mine.values_list("digest", flat=True).first()
    if digest is None:
        return None
    if digest != ask.digest():
        raise IdReused
    return Accepted(mine.select_related("conversation", "question").get(), duplicate=True)


def _check_text(text: str, files: tuple[uuid.UUID, ...]) -> None:
    if not text.strip() and not files:
        raise Empty
    if len(text) > MESSAGE_LIMIT:
        raise TooLarge


def _check_quota(person: User) -> None:
    since = timezone.now() - timedelta(minutes=1)
    mine = Turn.objects.filter(person=person).order_by()
    lately = Q(state__in=Turn.ACTIVE) | Q(accepted_at__gt=since)
    states = list(mine.filter(lately).values_list("state", flat=True)[:TURNS_A_MINUTE])
    running = sum(state in Turn.ACTIVE for state in states)
    if running >= TURNS_AT_ONCE or len(states) >= TURNS_A_MINUTE:
        raise OverQuota


def _new_question(person: User, ask: Ask) -> Turn:
    if ask.conversation is None:
        preset = None if ask.settings is not None else person.presets.filter(default=True).first()
        chosen = preset.settings if preset else ask.settings or {}
        model = _offered(ask.model) or _offered(preset.model if preset else None)
        conversation = Conversation.objects.create(
            owner=person,
            title=title_from(storable(ask.text)) or first_name(person, ask.files),
            model=model or settings.GEMINI_MODELS[0],
            settings=choices.differing(chosen, settings.GENERATION),
        )
    else:
        conversation = _own(person.conversations, pk=ask.conversation)
        conversation.model = _offered(ask.model) or conversation.model
    files = attach(person, conversation, ask.files)
    text = storable(ask.text)
    question = Message.objects.create(
        conversation=conversation,
        parent_id=conversation.leaf_id,
        role=Message.Role.USER,
        parts=[*files, {"text": text}] if text.strip() or not files else files,
        answer_text=text if text.strip() else "",
    )
    return _turn(person, conversation, question, conversation.settings)


def _again(person: User, ask: AskAgain) -> Turn:
    before: Turn = _own(
        person.turns.select_related("conversation", "question"),
        pk=ask.turn,
        conversation__owner=person,
        conversation__deleted_at=None,
    )
    if before.active:
        raise NotNow
    capability = for_model(before.conversation.model)
    chosen: Mapping[str, Any] = before.conversation.settings
    if ask.how == "more_room":
        chosen = {**chosen, "max_output_tokens": MORE_ROOM}
    elif ask.how == "answer_now":
        chosen = {**chosen, **capability.least_thinking()}
    return _turn(person, before.conversation, before.question, chosen)


def _turn(
    person: User, conversation: Conversation, question: Message, chosen: Mapping[str, Any]
) -> Turn:
    """A turn with the site's settings, and over them the conversation's own."""
    capability = for_model(conversation.model)
    wanted = capability.fit(choices.settings(settings.GENERATION, chosen))
    return Turn(
        conversation=conversation,
        person=person,
        question=question,
        model=conversation.model,
        settings=wanted.to_json(),
        budget=capability.thinking(wanted).get("thinkingBudget"),
    )


def _on_show(turn: Turn, *, follows_leaf: bool) -> None:
    """Put the conversation on top of the list, with the question at the end of what it shows.

    A question follows the leaf that was read. Where another turn's end put its reply there in
    between, the new question would leave that reply out: then the conversation counts as busy.
    """
    conversation = turn.conversation
    own = Conversation.objects.filter(pk=conversation.pk)
    if follows_leaf:
        own = own.filter(leaf=turn.question.parent_id)
    conversation.leaf_id = turn.question_id
    conversation.updated_at = timezone.now()
    conversation.unread = False
    if not own.update(
        leaf=conversation.leaf_id,
        updated_at=conversation.updated_at,
        unread=False,
        model=conversation.model,
        **touched(),
    ):
        raise Busy
    conversation.refresh_from_db(fields=["revision"])


def _empty_draft(person: User, ask: Ask) -> Draft | None:
    """What was sent is no draft any more, on no device; in one commit, so that none revives it.

    What another device has written since, and is not in what was sent, stays.
    """
    drafts = Draft.objects.filter(person=person, conversation=ask.conversation).exclude(text="")
    draft = drafts.select_for_update(no_key=True).first()
    if draft is None or not (draft.revision == ask.draft or draft.text.strip() in ask.text):
        return None
    draft.text, draft.attachments, draft.updated_at = "", [], timezone.now()
    draft.revision += 1
    draft.save(update_fields=["text", "attachments", "revision", "updated_at"])
    return draft


def _offered(model: str | None) -> str | None:
    return model if model in settings.GEMINI_MODELS else None


def _own(among: Any, **wanted: object) -> Any:
    """One row out of a person's own; someone else's is as absent as one that never was."""
    found = among.filter(**wanted).first()
    if found is None:
        raise Absent
    return found
