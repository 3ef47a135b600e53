"""`python3 -m tests.bench.search`: search at a million messages, on either database.

It makes a database of its own with a corpus (tests/bench/corpus.py) in a temporary folder, and
prints what the index costs and how long searches take, by the same way as a page's.
"""

import argparse
import contextlib
import os
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

PEOPLE = 2_000
EACH = 25
"""Questions of each kind."""
BATCH = 5_000
Timed = tuple[list[float], list[float], list[int]]


def main() -> None:
    options = arguments()
    with database(options.database, options.keep) as (address, folder):
        os.environ |= {"DATABASE_URL": address, "DATA_DIR": str(folder), "GEMINI_API_KEY": ""}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        from tests.bench.corpus import Corpus

        corpus = Corpus()
        if not filled():
            fill(corpus, options.rows)
        told_sizes()
        questions(corpus, options.rows)
        turns(corpus)
        from django.db import connections

        connections["default"].close()
        if hasattr(connections["default"], "close_pool"):
            connections["default"].close_pool()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="messages (1,000,000)")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--keep", type=Path, help="a folder for SQLite's file, to be used again")
    return parser.parse_args()


@contextlib.contextmanager
def database(kind: str, keep: Path | None) -> Iterator[tuple[str, Path]]:
    from tests import throwaway

    with contextlib.ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(exist_ok=True)
        if kind == "sqlite":
            yield f"sqlite:///{folder / 'bench.sqlite3'}", folder
        else:
            yield stack.enter_context(throwaway.postgres()), folder


def filled() -> bool:
    from conversations.models import Message

    return Message.objects.exists()


# The corpus


def fill(corpus: Any, rows: int) -> None:
    from django.contrib.auth import get_user_model

    from conversations.models import Conversation
    from tests.bench.corpus import messages

    people = get_user_model()
    people.objects.bulk_create([people(username=f"person-{n}", password="") for n in range(PEOPLE)])
    ids = list(people.objects.order_by("pk").values_list("pk", flat=True))
    count = max(1, rows // 8)
    owners = [ids[owner] for owner in corpus.owners(PEOPLE, count)]
    began = time.monotonic()
    kept = [
        Conversation(owner_id=owner, title=corpus.write(1, False).text[:80], model="m")
        for owner in owners
    ]
    Conversation.objects.bulk_create(kept, batch_size=BATCH)
    seconds = {"rows": time.monotonic() - began, "index": 0.0}
    prepared()
    stored = enumerate(messages(corpus, count, rows), 1)
    titled: set[int] = set()
    while batch := list(islice(stored, BATCH)):
        timed(seconds, "rows", partial(store, batch, kept))
        timed(seconds, "index", partial(indexed, batch, kept, titled))
    timed(seconds, "index", finished)
    print(f"{rows:,} messages of {PEOPLE:,} people in {count:,} conversations:", flush=True)
    print(f"  rows stored in {seconds['rows']:.0f} s, indexed in {seconds['index']:.0f} s")


def timed(seconds: dict[str, float], name: str, do: Callable[[], None]) -> None:
    began = time.monotonic()
    do()
    seconds[name] += time.monotonic() - began


def store(batch: list[Any], kept: list[Any]) -> None:
    from django.db import connection, transaction

    columns = "id, role, kind, parts, metadata, answer_text, thought_text, created_at"
    names = f"{columns}, conversation_id"
    key = kept[0]._meta.pk.get_db_prep_value
    now = datetime.now(UTC)
    rows = [
        (
            pk,
            said.role,
            "",
            said.parts,
            "[]",
            said.said.text,
            said.thought.text if said.thought else "",
            now,
            key(kept[said.conversation].pk, connection),
        )
        for pk, said in batch
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY conversations_message ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * 9)
            cursor.executemany(
                f"INSERT INTO conversations_message ({names}) VALUES ({marks})", rows
            )


def indexed(batch: list[Any], kept: list[Any], titled: set[int]) -> None:
    from django.db import transaction

    from conversations.models import index
    from conversations.models.words import words_of

    documents = []
    for pk, said in batch:
        conversation = kept[said.conversation]
        owner = conversation.owner_id
        documents.append((index.number(pk, index.SAID), owner, said.said.words))
        if said.thought:
            documents.append((index.number(pk, index.THOUGHT), owner, said.thought.words))
        if said.conversation not in titled:
            titled.add(said.conversation)
            words = words_of(conversation.title)
            documents.append((index.number(pk, index.TITLE), owner, words))
    with transaction.atomic():
        index.write(documents)


def configure(size: int) -> None:
    """How much FTS5 holds in memory before it writes: more while much is written at once."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO conversations_search(conversations_search, rank) VALUES('hashsize', %s)",
            [size],
        )


def prepared() -> None:
    from django.db import connection

    if connection.vendor == "sqlite":
        configure(64 * 1024 * 1024)
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX conversations_search_words")


def finished() -> None:
    """As the migration does it, and as after a day of use: no statistics of the new rows."""
    from django.db import connection, transaction

    if connection.vendor == "sqlite":
        configure(1024 * 1024)
        return
    migration = import_module("conversations.migrations.0003_search")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        cursor.execute(migration.INDEX)
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('conversations_message', 'id'),"
            " (SELECT max(id) FROM conversations_message))"
        )


def told_sizes() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT pg_table_size('conversations_search'),"
                " pg_indexes_size('conversations_search'),"
                " pg_total_relation_size('conversations_message')"
            )
        else:
            cursor.execute(
                "SELECT sum(pgsize) FILTER (WHERE name = 'conversations_search_content'),"
                " sum(pgsize) FILTER (WHERE name LIKE 'conversations_search_%' AND"
                " name <> 'conversations_search_content'),"
                " sum(pgsize) FILTER (WHERE name LIKE 'conversations_message%') FROM dbstat"
            )
        words, index, texts = (int(size or 0) / 2**20 for size in cursor.fetchone())
    print(f"  messages {texts:,.0f} MB; words {words:,.0f} MB, index {index:,.0f} MB", flush=True)


# The questions


def questions(corpus: Any, rows: int) -> None:
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.db.models import Count

    from conversations.library.search.found import find

    people = get_user_model().objects.order_by("pk")
    large = people.first()
    middle = people.annotate(n=Count("conversations")).filter(n__gte=20, n__lte=40).first()
    small = people.annotate(n=Count("conversations")).filter(n__gte=3, n__lte=6).first()
    print(f"\n{'question':24}{'person':>8}{'first ms':>24}{'again ms':>24}{'found':>8}")
    print(f"{'':32}{'p50   p95   max':>24}{'p50   p95   max':>24}{'p50':>8}")
    owners = {"large": large, "middle": middle, "small": small}
    for kind, asked, thoughts in kinds(corpus, rows):
        for name, person in owners.items():
            connection.close()
            first: list[float] = []
            again: list[float] = []
            found: list[int] = []
            for text in asked:
                for times in (first, again):
                    began = time.perf_counter()
                    items = answer(find, person, text, thoughts)
                    times.append((time.perf_counter() - began) * 1000)
                found.append(items)
            told = f"{kind:24}{name:>8}{figures(first):>24}{figures(again):>24}"
            print(f"{told}{middle_of(found):>8}", flush=True)


def answer(find: Callable[..., Any], person: Any, text: str, thoughts: bool) -> int:
    from conversations.library.search.lookup import TooSlow

    try:
        return len(find(person, text, thoughts=thoughts).items)
    except TooSlow:
        return -1


def kinds(corpus: Any, rows: int) -> Iterator[tuple[str, list[str], bool]]:
    draw = corpus.random
    common, middling = corpus.vocabulary[:EACH], corpus.vocabulary[300 : 300 + 4 * EACH]
    many = [draw.choice(corpus.pool).text.rstrip(".") for _ in range(EACH)]
    chinese = [word for word in corpus.chinese[200:] if len(word) == 2][:EACH]
    four = [word for word in corpus.chinese if len(word) == 4][:EACH]
    yield "rare word", [f"ref{draw.randrange(rows // 20)}x " for _ in range(EACH)], False
    yield "frequent word", [f"{word} " for word in common], False
    yield "two middling words", [" ".join(draw.sample(middling, 2)) + " " for _ in many], False
    yield "two frequent words", [" ".join(draw.sample(common, 2)) + " " for _ in many], False
    yield (
        "frequent and rare",
        [f"the {draw.choice(corpus.vocabulary[30_000:])} " for _ in many],
        False,
    )
    for length in (2, 3, 4, 6):
        yield f"beginning, {length} letters", [word[:length] for word in middling[:EACH]], False
    yield "word and beginning", [f"{draw.choice(middling)} th" for _ in many], False
    yield "phrase of two", ['"' + " ".join(text.split()[:2]) + '"' for text in many], False
    yield "phrase of four", ['"' + " ".join(text.split()[1:5]) + '"' for text in many], False
    yield (
        "Chinese, one character",
        list("的一是不了在人有我他这个们中来上大为和国地到以说时"),
        False,
    )
    yield "Chinese, two", chinese, False
    yield "Chinese, four", four, False
    yield "with thoughts", [f"{word} " for word in middling[:EACH]], True
    yield "frequent, with thoughts", [f"{word} " for word in common], True
    yield "without another", [f"{draw.choice(middling)} -{word} " for word in common], False
    yield "no hit", [f"nothing{n}has " for n in range(EACH)], False
    yield "two that never meet", [f"the {draw.choice(chinese)}" for _ in many], False


def figures(times: list[float]) -> str:
    ranked = sorted(times)
    p95 = ranked[min(len(ranked) - 1, round(len(ranked) * 0.95) - 1)]
    return f"{middle_of(ranked):5.1f} {p95:6.1f} {ranked[-1]:6.1f}"


def middle_of(values: list[Any]) -> Any:
    return sorted(values)[len(values) // 2]


# What a turn pays


def turns(corpus: Any) -> None:
    from django.contrib.auth import get_user_model

    person = get_user_model().objects.order_by("pk").last()
    print("\nwhat the index adds to a turn, of all that it stores (ms: p50 p95 max)")
    for name, answer_, thought, times in (
        ("usual", 10, 15, 300),
        ("100 KB and 300 KB", 1_000, 3_000, 8),
    ):
        for chinese in (False, True):
            spent = [turn(corpus, person, answer_, thought, chinese) for _ in range(times)]
            accept, accepting, end, ending = (figures([one[n] for one in spent]) for n in range(4))
            label = f"  {name}{', Chinese' if chinese else ''}"
            print(
                f"{label:30} accept {accept} of {accepting}   end {end} of {ending}",
                flush=True,
            )


def turn(
    corpus: Any, person: Any, answer_: int, thought: int, chinese: bool
) -> tuple[float, float, float, float]:
    from unittest import mock

    from conversations.endpoint.parts import Outcome, Part
    from conversations.models import Turn, index
    from conversations.turns.accept import Ask, accept
    from conversations.turns.commit import Ending, Row, store
    from conversations.turns.runner import claim

    spent = 0.0

    def watch(do: Callable[..., None]) -> Callable[..., None]:
        def watched(*args: Any) -> None:
            nonlocal spent
            began = time.perf_counter()
            do(*args)
            spent += time.perf_counter() - began

        return watched

    Turn.objects.filter(person=person).update(accepted_at=datetime(2020, 1, 1, tzinfo=UTC))
    with (
        mock.patch.object(index, "messages", watch(index.messages)),
        mock.patch.object(index, "titles", watch(index.titles)),
    ):
        began = time.perf_counter()
        asked = accept(person, Ask(uuid.uuid4(), corpus.write(2, chinese).text), "bench").turn
        accepted, accepting = spent, time.perf_counter() - began
        claim(asked, "bench")
        parts = (
            Part({"text": corpus.write(thought, chinese).text, "thought": True}),
            Part({"text": corpus.write(answer_, chinese).text}),
        )
        store("bench", [Row(asked.pk, 0, sum(part.width for part in parts), 5, parts)], [], [])
        spent = 0.0
        began = time.perf_counter()
        store("bench", [], [], [Ending(asked.pk, Outcome("complete"))])
        return accepted * 1e3, accepting * 1e3, spent * 1e3, (time.perf_counter() - began) * 1e3


if __name__ == "__main__":
    main()
