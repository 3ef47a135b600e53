"""The start of a turn: checked, idempotent, stored in one commit before anything is answered."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from conversations.endpoint import choices
from conversations.endpoint.capabilities import for_model
from conversations.endpoint.parts import storable
from conversations.models import Conversation, Draft, Message, Turn, User, index
from conversations.models.conversation import title_from
from conversations.turns.asking import Accepted, Ask, AskAgain
from conversations.turns.attaching import attach, first_name
from conversations.turns.database import writing
from conversations.turns.news import describe_question
from conversations.turns.placing import (
    MovedError,
    parent_of_edited,
    parent_of_next,
    put_on_show,
)
from conversations.turns.refusals import (
    Absent,
    Answered,
    Busy,
    Empty,
    IdReused,
    NotNow,
    OverQuota,
    TooLarge,
)

__all__ = ["Accepted", "Ask", "AskAgain", "accept", "follow"]

MESSAGE_LIMIT = 60_000
"""Code points in one message: at four bytes each still within a frame."""
TURNS_AT_ONCE = 8
"""Running turns of one person."""
TURNS_A_MINUTE = 60
"""Started turns of one person."""
LEASE = timedelta(seconds=15)
MORE_ROOM = 65_536
"""Output tokens asked for by "try again with more room": the most that current models allow."""
GO_ON = "Go on exactly from where you stopped, in the same language."
"""What a model is asked in order to continue an answer. Nobody reads it: the page draws a rule."""
TRIES = 5
"""Times that a place is looked for while others change the conversation."""


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
    for _once_more in range(TRIES):
        try:
            with writing():
                _check_quota(person)
                return _stored(person, ask, owner)
        except MovedError:
            continue
        except IntegrityError:
            # Either the same sending won the race from another socket, or the conversation is busy.
            known = _known(person, ask)
            if known:
                return known
            raise Busy from None
    raise Busy


def _stored(person: User, ask: Ask | AskAgain, owner: str) -> Accepted:
    if isinstance(ask, AskAgain):
        before = _asked_before(person, ask)
        if before.active:
            return Accepted(before, duplicate=False, wished=True)
        turn = _again(before, ask.how)
    else:
        turn = _new_question(person, ask)
    begun = _begun(turn, owner, ask.client_id, ask.digest())
    return replace(begun, emptied=_empty_draft(person, ask)) if isinstance(ask, Ask) else begun


def _begun(turn: Turn, owner: str, client_id: uuid.UUID, digest: str) -> Accepted:
    turn.owner, turn.client_id, turn.digest = owner, client_id, digest
    turn.lease_until = Now() + LEASE
    turn.save(force_insert=True)
    turn.lease_until = timezone.now() + LEASE
    put_on_show(turn)
    return Accepted(turn, duplicate=False, question=describe_question(turn.question))


def follow(before: Turn, owner: str) -> Accepted | None:
    """Store the turn that was wished for when this one, which has just ended, was to be stopped.

    Within the caller's transaction, which must not fail for it: an id that its page has used for
    something else meanwhile is no id, and nothing follows.
    """
    wish = before.follow_up or {}
    turn = _again(before, Turn.How.ANSWER_NOW)
    try:
        with transaction.atomic():
            return _begun(turn, owner, uuid.UUID(wish["id"]), wish["digest"])
    except (IntegrityError, MovedError):
        return None


def _known(person: User, ask: Ask | AskAgain) -> Accepted | None:
    mine = Turn.objects.filter(person=person, client_id=ask.client_id).order_by()
    digest = mine.values_list("digest", flat=True).first()
    if digest is None:
        return None
    if digest != ask.digest():
        raise IdReused
    turn = mine.select_related("conversation", "question").get()
    return Accepted(turn, duplicate=True, question=describe_question(turn.question))


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
        parent_id=_parent(conversation, ask),
        role=Message.Role.USER,
        parts=[*files, {"text": text}] if text.strip() or not files else files,
        answer_text=text if text.strip() else "",
    )
    index.messages([question])
    if ask.conversation is None:
        index.titles([(conversation, question.pk)])
    return _turn(person, conversation, question, conversation.settings)


def _parent(conversation: Conversation, ask: Ask) -> int | None:
    if ask.edits is not None:
        return parent_of_edited(conversation, ask.edits)
    return parent_of_next(conversation, ask.after)


def _asked_before(person: User, ask: AskAgain) -> Turn:
    """The turn to be asked again. One that runs notes that it is to be stopped and followed.

    Compare and set, since it may be ending: a wish that comes too late for its end finds it ended.
    """
    mine = person.turns.filter(
        pk=ask.turn, conversation__owner=person, conversation__deleted_at=None
    )
    if ask.how == Turn.How.ANSWER_NOW:
        wish = {"id": str(ask.client_id), "digest": ask.digest()}
        running = Turn.objects.filter(pk__in=mine.values("pk"), state__in=Turn.ACTIVE)
        running.filter(follow_up__isnull=True).update(stop_requested=True, follow_up=wish)
    before: Turn = _own(mine.select_related("conversation", "person", "question"))
    if before.active and ask.how != Turn.How.ANSWER_NOW:
        raise NotNow
    if ask.how == Turn.How.ANSWER_NOW and before.state == Turn.State.DONE:
        raise Answered
    return before


def _again(before: Turn, how: str) -> Turn:
    capability = for_model(before.conversation.model)
    chosen: Mapping[str, Any] = before.conversation.settings
    question = before.question
    if how == Turn.How.MORE_ROOM:
        chosen = {**chosen, "max_output_tokens": MORE_ROOM}
    elif how == Turn.How.ANSWER_NOW:
        chosen = {**chosen, **capability.least_thinking()}
    elif how == Turn.How.CONTINUE:
        question = _asking_to_go_on(before)
    turn = _turn(before.person, before.conversation, question, chosen)
    turn.how = how
    return turn


def _asking_to_go_on(before: Turn) -> Message:
    """The question that follows an answer which is to be gone on with."""
    if before.reply_id is None or before.ended_as.action != "continue":
        raise NotNow
    return Message.objects.create(
        conversation=before.conversation,
        parent_id=before.reply_id,
        role=Message.Role.USER,
        kind=Message.Kind.CONTINUE,
        parts=[{"text": GO_ON}],
    )


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


def _empty_draft(person: User, ask: Ask) -> Draft | None:
    """What was sent is no draft any more, on no device; in one commit, so that none revives it.

    What another device has written or attached since, and is not in what was sent, stays; an
    edited question was never a draft.
    """
    if ask.edits is not None:
        return None
    drafts = Draft.objects.filter(person=person, conversation=ask.conversation)
    draft = drafts.select_for_update(no_key=True).first()
    if draft is None:
        return None
    whole = draft.revision == ask.draft
    sent = {str(file) for file in ask.files}
    text = "" if whole or draft.text.strip() in ask.text else draft.text
    files = [] if whole else [file for file in draft.attachments if file["id"] not in sent]
    if (text, files) == (draft.text, draft.attachments):
        return None
    draft.text, draft.attachments, draft.updated_at = text, files, timezone.now()
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
