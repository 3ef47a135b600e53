"""The search index: a table of documents, and for each the words that are in it.

A document is what a message says, what it thought, or a conversation's title. Its number tells
which: a higher one was stored later, so the order of numbers is the order of time, and a database
finds the newest first without sorting.

Besides its words a document has those of whose it is, and what kind; they begin with `_`, as no
word does. A search always asks for one of them: so it never looks through what others wrote.

SQLite keeps the table in FTS5, PostgreSQL as a tsvector with a GIN index. Migration 0003 makes
it, with triggers that take the documents of a message away when the message is deleted, whoever
deletes it. Whoever stores a message or changes a title calls `messages` or `title` here, in the
same transaction: a database cannot make the words itself.
"""

from collections.abc import Iterable, Sequence

from django.db import connections
from django.db.models import Min

from conversations.models.conversation import Conversation, Message
from conversations.models.words import spaceless, words_of

TABLE = "conversations_search"
SAID, THOUGHT, TITLE = 0, 1, 2
"""Kinds of documents: the last two bits of a document's number; the rest is the message's."""
NEAR, FAR = 13, 18
"""PostgreSQL looks first among the newest documents: these bits of a number count within a block,
so a near block has 2,048 messages, and a far one 65,536."""
PREFIXES = (2, 3)
"""Lengths of the beginnings of words that are indexed for themselves. Longer ones are few enough
to be looked up among the words."""


def number(message: int, kind: int) -> int:
    return message << 2 | kind


def place(document: int) -> tuple[int, int]:
    """The message and the kind that a document's number stands for."""
    return document >> 2, document & 3


def owner_word(owner: int, kind: int) -> str:
    return f"_{owner}{'stn'[kind]}"


def block_word(owner: int, kind: int, bits: int, block: int) -> str:
    return f"{owner_word(owner, kind)}_{bits}_{block}"


def beginning_word(beginning: str) -> str:
    """The word that a document has for words that begin so."""
    return f"{beginning}_"


def messages(stored: Iterable[Message], using: str = "default") -> None:
    """Index messages that were stored within this transaction, with their conversations at hand."""
    found = []
    for message in stored:
        for kind, text in ((SAID, message.answer_text), (THOUGHT, message.thought_text)):
            if text and (words := words_of(text)):
                owner = message.conversation.owner_id
                found.append((number(message.pk, kind), owner, words))
    write(found, using)


def title(conversation: Conversation, using: str = "default") -> None:
    """Index a conversation's title, anew where it had another one.

    It goes by the number of the conversation's first message, and away with that.
    """
    first = Message.objects.using(using).filter(conversation=conversation.pk)
    titles([(conversation, first.aggregate(first=Min("pk"))["first"])], using)


def titles(found: Iterable[tuple[Conversation, int | None]], using: str = "default") -> None:
    """Index titles; each conversation comes with the number of its first message."""
    write(
        [
            (number(first, TITLE), conversation.owner_id, words_of(conversation.title))
            for conversation, first in found
            if first is not None
        ],
        using,
    )


Document = tuple[int, int, list[str]]
"""A document's number, its owner and its words."""


def write(documents: Sequence[Document], using: str = "default") -> None:
    """Put documents into the index, in the place of what they were."""
    if not documents:
        return
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.executemany(
                f"INSERT INTO {TABLE} (id, words)"
                " VALUES (%s, array_to_tsvector(string_to_array(%s, ' '))) "
                "ON CONFLICT (id) DO UPDATE SET words = excluded.words",
                [(document[0], in_postgresql(*document)) for document in documents],
            )
        else:
            cursor.executemany(
                f"INSERT OR REPLACE INTO {TABLE} (rowid, words) VALUES (%s, %s)",
                [(document[0], in_sqlite(*document)) for document in documents],
            )


def in_sqlite(document: int, owner: int, words: list[str]) -> str:
    """A document's words as FTS5 takes them; it makes the beginnings of words itself."""
    return " ".join([owner_word(owner, place(document)[1]), *words])


def in_postgresql(document: int, owner: int, words: list[str]) -> str:
    """A document's words as lexemes: with the beginnings, and the blocks that it is in."""
    kind = place(document)[1]
    long = [word for word in words if not spaceless(word)]
    begun = {word[:length] for word in long for length in PREFIXES if len(word) >= length}
    found = [
        owner_word(owner, kind),
        *(block_word(owner, kind, bits, document >> bits) for bits in (NEAR, FAR)),
        *words,
        *map(beginning_word, begun),
    ]
    return " ".join(found)
