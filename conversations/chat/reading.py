"""What a person's page asks of the database. Blocking; each begins at the person's own rows."""

from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Q, TextField
from django.db.models.functions import Cast, Length

from conversations.library import drafts
from conversations.models import Conversation, Message, Turn, User
from conversations.models.tree import Tree
from conversations.turns.news import (
    among,
    describe_conversation,
    describe_message,
    describe_turn,
)
from conversations.turns.refusals import Absent, Refusal

PART, PART_WEIGHT = 40, 150_000
"""Messages of a conversation that are read at once, and about how many characters of them."""
FAR = 400
"""Messages that are read at once for a page that has what comes before them."""


def whole(person: User, conversation_id: UUID, from_: int | None = None) -> dict[str, Any]:
    """A conversation as it is shown: the last of its messages up to the leaf on show, and the turn
    that runs in it, in whichever branch.

    While a turn runs its question is the leaf, and its end puts the reply there. Should it end
    between the queries here, the leaf that was read is still the question: so that turn is named
    whether it runs or has ended since, and whoever joins it gets the rest. A turn that begins in
    between follows another leaf, and its own news tell of it.

    Args:
        person: whose it is.
        conversation_id: the conversation.
        from_: a message that the page has. What is on show from there on, or from where its branch
            parts from the one on show, is among the answer, unless it is very much.

    Raises:
        Absent: not this person's.
    """
    conversation = _own(person, conversation_id)
    named = Q(question=conversation.leaf_id) | Q(state__in=Turn.ACTIVE)
    turn = conversation.turns.filter(named).order_by("-accepted_at").first()
    tree = conversation.tree()
    path = tree.path(conversation.leaf_id)
    begin = _last_part(conversation, path)
    shared = sum(one == other for one, other in zip(path, tree.path(from_), strict=False))
    if from_ in tree and len(path) - shared < FAR:
        begin = max(0, min(begin, shared - 1))
    asked = turn.question_id if turn else None
    return {
        "conversation": describe_conversation(conversation, running=bool(turn and turn.active)),
        "settings": conversation.settings,
        "messages": _described(conversation, tree, path[begin:], asked),
        "earlier": path[begin - 1] if begin else None,
        "turn": turn and describe_turn(turn),
        "draft": drafts.described(person, conversation_id),
    }


def earlier(person: User, conversation_id: UUID, before: int) -> dict[str, Any]:
    """What was said before a message: the last part of it.

    Raises:
        Absent: not this person's, or no message of this conversation.
    """
    conversation = _own(person, conversation_id)
    tree = conversation.tree()
    if before not in tree:
        raise Absent
    path = tree.path(before)[:-1]
    begin = _last_part(conversation, path)
    return {
        "conversation": str(conversation.pk),
        "before": before,
        "messages": _described(conversation, tree, path[begin:]),
        "earlier": path[begin - 1] if begin else None,
    }


def _last_part(conversation: Conversation, path: list[int]) -> int:
    """Where the part of a path begins that is read at once: at a question, if there is one."""
    rows = conversation.messages.filter(pk__in=path[-PART:]).order_by()
    weighed = rows.annotate(weight=Length(Cast("parts", TextField())))
    found = {row.pk: row for row in weighed.only("conversation", "role")}
    begin = len(path)
    room = PART_WEIGHT
    while begin > max(0, len(path) - PART) and (room > 0 or begin == len(path)):
        begin -= 1
        room -= found[path[begin]].weight
    is_reply = begin < len(path) and found[path[begin]].role == Message.Role.MODEL
    return max(0, begin - 1) if is_reply else begin


def _described(
    conversation: Conversation, tree: Tree, messages: list[int], asked: int | None = None
) -> list[dict[str, Any]]:
    """The messages, each with its siblings; the question of the turn that is named, with those of
    the reply that is to come."""
    rows = conversation.messages.select_related("turn")
    # What only search and replay need is most of what a long answer weighs.
    found = rows.defer("answer_text", "thought_text", "turn__timeline").in_bulk(messages)
    _give_texts([message for message in found.values() if message.metadata])
    replies = {asked: {"replies": tree.following(asked)}} if asked else {}
    return [
        describe_message(found[message]) | among(tree.siblings(message)) | replies.get(message, {})
        for message in messages
    ]


def _give_texts(answers: list[Message]) -> None:
    """The texts that sources refer to, in one query."""
    if answers:
        texts = Message.objects.filter(pk__in=[answer.pk for answer in answers])
        read = dict(texts.values_list("pk", "answer_text"))
        for answer in answers:
            answer.answer_text = read.get(answer.pk, "")


def _own(person: User, conversation_id: UUID) -> Conversation:
    conversation = person.conversations.filter(pk=conversation_id).first()
    if conversation is None:
        raise Absent
    return conversation


def own_turn(person: User, turn_id: UUID) -> Turn:
    """A turn in one of the person's conversations.

    Raises:
        Absent: not this person's.
    """
    own = Turn.objects.filter(conversation__owner=person, conversation__deleted_at=None)
    turn = own.filter(pk=turn_id).first()
    if turn is None:
        raise Absent
    return turn


def timeline(person: User, turn_id: UUID) -> list[list[int]]:
    """When a turn's log came: pairs of milliseconds and position, as they were stored.

    Raises:
        Absent: not this person's.
        Refusal: it is still coming.
    """
    turn = own_turn(person, turn_id)
    if turn.active:
        raise Refusal("not_now")
    return msgspec.json.decode(turn.timeline or "[]", type=list[list[int]])
