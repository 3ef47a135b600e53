"""Where a question goes in the tree, and which branch of it is on show."""

from typing import Any
from uuid import UUID

from django.utils import timezone

from conversations.models import Conversation, Message, Turn, User
from conversations.models.conversation import touched
from conversations.models.tree import Choices, Tree
from conversations.turns.database import writing
from conversations.turns.news import Changed, describe_conversation
from conversations.turns.refusals import Absent


class MovedError(Exception):
    """The conversation changed while a turn was being placed: all that was read is out of date."""


def parent_of_edited(conversation: Conversation, message: int) -> int | None:
    """What the message before followed, for the one that takes its place.

    Raises:
        Absent: it is no question of this conversation.
    """
    own = conversation.messages.filter(role=Message.Role.USER, kind=Message.Kind.SAID)
    found = own.filter(pk=message).values_list("parent_id", flat=True)
    if not found:
        raise Absent
    return found[0]


def parent_of_next(conversation: Conversation, after: int | None) -> int | None:
    """What a new question follows: the end of the branch that its writer saw (`after` is in it).

    That is the leaf on show, unless somebody has gone to another branch meanwhile. Where the
    branch has only grown, the question comes after what was added: nothing said is put aside.

    Raises:
        Absent: there is no such message in this conversation.
    """
    leaf = conversation.leaf_id
    if after is None or after == leaf:
        return leaf
    tree = conversation.tree()
    if after not in tree:
        raise Absent
    if after in tree.path(leaf):
        return leaf
    return tree.last_on_show(after, conversation.choices)


def put_on_show(turn: Turn) -> None:
    """Put the conversation on top of the list, and the turn's question at the end of its show.

    Compare and set, by the revision: whoever changed the row in between (another turn's end, a
    choice of another branch) may have made the place that was found for the question a wrong one.

    Raises:
        MovedError: it was changed.
    """
    conversation = turn.conversation
    own = Conversation.objects.filter(pk=conversation.pk, revision=conversation.revision)
    conversation.leaf_id = turn.question_id
    conversation.updated_at = timezone.now()
    conversation.unread = False
    conversation.choices = _without_way_to(turn.question, conversation)
    if not own.update(
        leaf=conversation.leaf_id,
        updated_at=conversation.updated_at,
        unread=False,
        model=conversation.model,
        choices=conversation.choices,
        **touched(),
    ):
        raise MovedError
    conversation.refresh_from_db(fields=["revision"])


def choose(person: User, conversation_id: UUID, message: int) -> Changed | None:
    """Put the branch of a message on show, up to what was last on show of it; None if it is.

    The row is locked first: a turn's end comes before all that is read here, or after all that is
    written. So two choices at once end in the later one, and the question of a turn that is about
    to end is put on show before its reply takes its place, or not at all.

    Raises:
        Absent: not this person's, or no message of this conversation.
    """
    with writing():
        own = person.conversations.select_for_update(no_key=True)
        conversation = own.filter(pk=conversation_id).first()
        if conversation is None or message not in (tree := conversation.tree()):
            raise Absent
        running = conversation.turns.filter(state__in=Turn.ACTIVE)
        asked = running.values_list("question_id", flat=True).first()
        choices = _chosen(tree, message, conversation.choices, asked)
        leaf = tree.last_on_show(message, choices, asked)
        if (leaf, choices) == (conversation.leaf_id, conversation.choices):
            return None
        Conversation.objects.filter(pk=conversation.pk).update(
            leaf=leaf, choices=choices, **touched()
        )
        conversation.refresh_from_db()
        row = describe_conversation(conversation, running=asked is not None)
    return Changed(person.pk, row)


def _chosen(tree: Tree, message: int, before: Choices, asked: int | None) -> dict[str, int]:
    """The ways at forks with the one to this message among them."""
    choices = dict(before)
    for step in tree.path(message):
        before_it = tree.parents[step]
        if len(tree.siblings(step)) > 1 or (asked is not None and before_it == asked):
            choices[_fork(before_it)] = step
    if message == asked:
        # Whoever wants the question that is being answered wants the answer that is coming.
        choices.pop(_fork(message), None)
    return choices


def _without_way_to(question: Message, conversation: Conversation) -> dict[str, Any]:
    """The ways at forks but for those on the way to what is the newest of all from now on."""
    if not conversation.choices:
        return {}
    way = conversation.tree().path(question.pk)
    passed = {_fork(message) for message in (None, *way)}
    return {fork: to for fork, to in conversation.choices.items() if fork not in passed}


def _fork(message: int | None) -> str:
    return "" if message is None else str(message)
