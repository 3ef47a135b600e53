"""One way to ask the index, on both databases: the newest documents that have all the words.

What it costs must not grow with what others wrote, nor with how frequent a word is. FTS5 walks its
lists from the newest number down and stops when enough are found. PostgreSQL's GIN index can only
give all that fit: so it is asked for the newest block first, then for a larger one, and for the
rest only if that is still not enough, that is, if what is looked for is rare.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

from conversations.library.search.asked import Question, Word
from conversations.models import index
from conversations.turns.refusals import Refusal

PATIENCE = 1.0
"""Seconds that one search may take of a database."""
STEPS = 20_000
"""Of SQLite's machine, between two looks at the clock."""
CANCELLED = "57014"
"""PostgreSQL's code for a statement that took too long."""
TOP = 2**62
"""Above every document."""


class TooSlow(Refusal):
    code = "search_slow"


class Lookup:
    """A question of one person about some kinds of documents; asked of either database.

    A hasty one takes a long beginning for its first letters, and leaves it to the caller to look at
    each text. Either database would first gather all texts that have any word with a beginning:
    that costs nothing where they are few, and where they are many, nearly each one is right.
    """

    def __init__(
        self, owner: int, kinds: Sequence[int], question: Question, *, hasty: bool = False
    ) -> None:
        self.owner, self.kinds, self.hasty = owner, kinds, hasty
        self.wanted = [word for term in question.wanted for word in term.words]
        self.unwanted = [term.words[0] for term in question.unwanted if term.simple]

    def below(self, document: int, count: int) -> list[int]:
        """The numbers of the newest documents below one, at most `count`, newest first."""
        ask = self.as_postgresql if connection.vendor == "postgresql" else self.as_sqlite
        return ask(document, count)

    def as_sqlite(self, document: int, count: int) -> list[int]:
        owned = " OR ".join(f'"{index.owner_word(self.owner, kind)}"' for kind in self.kinds)
        match = " AND ".join([f"({owned})", *map(_in_sqlite, self._wanted())])
        without = "".join(f" NOT {_in_sqlite(word)}" for word in self.unwanted)
        return _numbers(
            f"SELECT rowid FROM {index.TABLE} WHERE {index.TABLE} MATCH %s AND rowid < %s"
            " ORDER BY rowid DESC LIMIT %s",
            [f"({match}){without}", document, count],
        )

    def as_postgresql(self, document: int, count: int) -> list[int]:
        found: list[int] = []
        top = min(document, _newest() + 1)
        for bits in (index.NEAR, index.FAR, None):
            floor, owned = self._block(top, bits)
            words = [owned, *map(_in_postgresql, self._wanted())]
            words += [f"!{_in_postgresql(word)}" for word in self.unwanted]
            found += _numbers(
                f"WITH found AS MATERIALIZED"
                f" (SELECT id FROM {index.TABLE} WHERE words @@ %s::tsquery)"
                " SELECT id FROM found WHERE id < %s AND id >= %s ORDER BY id DESC LIMIT %s",
                [" & ".join(words), document, floor, count - len(found)],
            )
            document = floor
            if len(found) >= count or floor <= 0:
                break
        return found

    def _wanted(self) -> list[Word]:
        if not self.hasty:
            return self.wanted
        most = index.PREFIXES[-1]
        return [Word(word.text[:most], True) if word.open else word for word in self.wanted]

    def _block(self, top: int, bits: int | None) -> tuple[int, str]:
        """The lowest number among the two newest blocks of a size, and the words for them."""
        if bits is None:
            owned = [index.owner_word(self.owner, kind) for kind in self.kinds]
            return 0, f"({' | '.join(owned)})"
        newest = top >> bits
        owned = [
            index.block_word(self.owner, kind, bits, block)
            for kind in self.kinds
            for block in (newest, newest - 1)
        ]
        return (newest - 1) << bits, f"({' | '.join(owned)})"


def _in_sqlite(word: Word) -> str:
    return f'"{word.text}"{"*" if word.open else ""}'


def _in_postgresql(word: Word) -> str:
    if word.open and len(word.text) in index.PREFIXES:
        return f"'{index.beginning_word(word.text)}'"
    return f"'{word.text}'{':*' if word.open else ''}"


def _newest() -> int:
    found = _numbers(f"SELECT id FROM {index.TABLE} ORDER BY id DESC LIMIT 1", [])
    return found[0] if found else 0


def _numbers(statement: str, values: Sequence[int | str]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]


@contextmanager
def bounded(seconds: float = PATIENCE) -> Iterator[None]:
    """No statement within takes longer than this.

    Raises:
        TooSlow: it would have.
    """
    way = _bounded_postgresql if connection.vendor == "postgresql" else _bounded_sqlite
    try:
        with way(seconds):
            yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == CANCELLED or "interrupted" in str(error):
            raise TooSlow from None
        raise


@contextmanager
def _bounded_postgresql(seconds: float) -> Iterator[None]:
    """It misjudges how many documents have all of some words, most of all without statistics, and
    would rather read the whole table: 1.5 s where the index takes 1 ms."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {int(seconds * 1000)}")
            cursor.execute("SET LOCAL enable_seqscan = off")
        yield


@contextmanager
def _bounded_sqlite(seconds: float) -> Iterator[None]:
    """Without a transaction: here it would be one that writes (IMMEDIATE), and keep others out."""
    connection.ensure_connection()
    until = time.monotonic() + seconds
    raw = connection.connection
    raw.set_progress_handler(lambda: time.monotonic() > until, STEPS)
    try:
        yield
    finally:
        raw.set_progress_handler(None, 0)
