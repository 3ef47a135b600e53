"""Conversations for the tests of the library, stored as the product stores them."""

import uuid

from conversations.endpoint.parts import Outcome, Part
from conversations.library.search.found import Found, find
from conversations.models import Message, Turn, User
from conversations.turns.accept import Ask, accept
from conversations.turns.commit import Ending, Row, store
from conversations.turns.runner import claim


def person(name: str) -> User:
    return User.objects.create_user(name, password=None)


def talk(
    owner: User, question: str, answer: str = "", thoughts: str = "", to: uuid.UUID | None = None
) -> Turn:
    """A question and its answer, each by the way that a turn goes."""
    Turn.objects.update(accepted_at="2020-01-01T00:00Z")  # nobody is over a quota
    turn = accept(owner, Ask(uuid.uuid4(), question, to), "here").turn
    claim(turn, "here")
    parts = [Part({"text": thoughts, "thought": True})] if thoughts else []
    parts += [Part({"text": answer})] if answer else []
    width = sum(part.width for part in parts)
    rows = [Row(turn.pk, 0, width, 5, tuple(parts))] if parts else []
    ended = store("here", rows, [], [Ending(turn.pk, Outcome("complete"), width)])
    return ended.ended[turn.pk].turn


def where(found: Found) -> list[tuple[str, str]]:
    """Each hit: where it is, and its passage with the marks written as brackets."""
    return [
        (hit.where, "".join(f"[{text}]" if marked else text for text, marked in hit.snippet))
        for hits in found.items.values()
        for hit in hits
    ]


def hits(owner: User, text: str, *, thoughts: bool = False) -> list[tuple[str, str]]:
    return where(find(owner, text, thoughts=thoughts))


def every_message(owner: User, text: str, *, thoughts: bool = False) -> list[tuple[int, str]]:
    """The messages of all pages of a search, in order."""
    found: list[tuple[int, str]] = []
    cursor = None
    while True:
        page = find(owner, text, thoughts=thoughts, cursor=cursor)
        found += [(hit.message, hit.where) for hits in page.items.values() for hit in hits]
        cursor = page.more
        if cursor is None:
            return found


def message_count() -> int:
    return Message.objects.count()
