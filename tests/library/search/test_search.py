"""What a search finds, on both databases: and that it finds the same on both."""

import random
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conversations.library.order import Arrangement, arrange
from conversations.library.search import found as module
from conversations.library.search.found import find
from conversations.library.search.lookup import TooSlow, bounded
from conversations.models import Conversation, Message, User, index
from conversations.models.words import words_of
from conversations.turns.refusals import Absent
from tests.library.search.talks import every_message, hits, person, talk, where

DAY = "What is a Fourier transform?"
Both = Callable[[Callable[[], Any]], list[Any]]


@pytest.fixture
def maya(database: str) -> User:
    return person("maya")


def test_questions_answers_titles_and_thoughts(maya: User) -> None:
    talk(maya, "Why is the sky blue?", "Blue light is *scattered* most.", "Rayleigh, surely.")
    assert hits(maya, "sky") == [
        ("title", "Why is the [sky] blue?"),
        ("question", "Why is the [sky] blue?"),
    ]
    assert hits(maya, "scattered light") == [("answer", "Blue [light] is *[scattered]* most.")]
    assert hits(maya, "rayleigh") == []
    assert hits(maya, "rayleigh", thoughts=True) == [("thought", "[Rayleigh], surely.")]


@pytest.mark.parametrize(
    ("text", "asked", "passage"),
    [
        ("A conversation begins", "conver", "A [conver]sation begins"),
        ("A conversation begins", "conversation ", "A [conversation] begins"),
        ("A conversation begins", "conver ", None),
        ("A conversation begins", "con begins", None),
        ("A conversation begins", "co", "A [co]nversation begins"),
        ("Un café crème", "CAFE", "Un [café] crème"),
        ("Un cafe\u0301 noir", "café", "Un [café] noir"),
        ("Größe zählt", "grosse", None),
        ("Größe zählt", "große zahlt ", "[Größe] [zählt]"),
        ("def get_user_name(id):", "get_user_name", "def [get_user_name](id):"),
        ("def get_user_name(id):", "user", "def get_[user]_name(id):"),
        ("call getUserName now", "getusername", "call [getUserName] now"),
        ("call getUserName now", "user ", "call get[User]Name now"),
        ("np.array(3.14, 1_000)", "3.14", "np.array([3.14], 1_000)"),
        ("np.array(3.14, 1_000)", "np.array", "[np.array](3.14, 1_000)"),
        ("np.array(3.14, 1_000)", "14.3", None),
        ("我们来学习机器学习吧", "机器学习", "我们来学习[机器学习]吧"),
        ("我们来学习机器学习吧", "学习", "我们来[学习]机器[学习]吧"),
        ("我们来学习机器学习吧", "吧", "我们来学习机器学习[吧]"),
        ("我们来学习机器学习吧", "机学", None),
        ("机器人学习", "机器学习", None),
        ("用GPT模型写Python代码", "gpt模型", "用[GPT模型]写Python代码"),
        ("用GPT模型写Python代码", "python", "用GPT模型写[Python]代码"),
        ("日本語を勉強する", "勉強", "日本語を[勉強]する"),
        ("한국어를 배워요", "한국어", "[한국어]를 배워요"),
        ("ＦＵＬＬ width", "full", "[ＦＵＬＬ] width"),
        ("the quick brown fox", '"quick brown"', "the [quick brown] fox"),
        ("the quick brown fox", '"brown quick"', None),
        ("the quick brown fox", '"quick bro', "the [quick bro]wn fox"),
        ("the quick brown fox", "fox -slow", "the quick brown [fox]"),
        ("the quick brown fox", "fox -quick", None),
        ("the quick brown fox", 'fox -"brown fox"', None),
        ("the quick brown fox", 'fox -"fox brown"', "the quick brown [fox]"),
        ("see RFC-9110, please", "rfc-9110", "see [RFC-9110], please"),
        ("Привет, Ёлка", "елка", "Привет, [Ёлка]"),
    ],
)
def test_what_a_question_fits(maya: User, text: str, asked: str, passage: str | None) -> None:
    talk(maya, "??", text)
    assert hits(maya, asked) == ([("answer", passage)] if passage else [])


def test_newest_first_titles_before_all(maya: User) -> None:
    old = talk(maya, "Apples", "about pears")
    new = talk(maya, "Bananas", "about apples")
    found = find(maya, "apples")
    assert list(found.items) == [old.conversation_id, new.conversation_id]
    talk(maya, "more of them", "more apples", to=new.conversation_id)
    assert [place for place, _text in where(find(maya, "apples"))] == [
        "title",
        "question",
        "answer",
        "answer",
    ]


def test_a_passage_is_cut_at_words_and_told_on_one_line(maya: User) -> None:
    talk(maya, "?", "word " * 100 + "\n\n## The **needle** `here`\n" + "tail " * 100)
    ((_where, passage),) = hits(maya, "needle")
    assert passage.startswith("…word")
    assert passage.endswith("tail…")
    assert "The [needle] here tail" in passage
    assert len(passage) < 200


# Whose it is


def test_somebody_elses_and_what_is_deleted_is_not_found(maya: User) -> None:
    other = person("ben")
    talk(other, "treasure of another", "treasure", "treasure")
    gone, kept = talk(maya, "my treasure"), talk(maya, "old treasure")
    Conversation.objects.filter(pk=gone.conversation_id).update(deleted_at=timezone.now())
    Conversation.objects.filter(pk=kept.conversation_id).update(archived_at=timezone.now())
    assert list(find(maya, "treasure", thoughts=True).items) == [kept.conversation_id]
    assert find(maya, f"_{other.pk}s").items == {}


def documents() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {index.TABLE}")
        return int(cursor.fetchone()[0])


def test_what_is_deleted_for_good_leaves_no_word_behind(maya: User) -> None:
    talk(maya, "first", "an answer", "thoughts")
    other = person("ben")
    talk(other, "second", "an answer")
    assert documents() == 7
    Conversation.every.filter(owner=maya).delete()
    assert documents() == 3
    other.delete()
    assert documents() == 0
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {index.TABLE}({index.TABLE}) VALUES('integrity-check')")


def test_a_changed_title_is_found_by_its_new_words(maya: User) -> None:
    turn = talk(maya, "An old name")
    arrange(maya, turn.conversation_id, Arrangement(title="Another one"))
    assert [place for place, _text in hits(maya, "old name")] == ["question"]
    assert hits(maya, "another") == [("title", "[Another] one")]


# Pages, bounds, and questions that are none


def test_pages_hold_everything_once(maya: User) -> None:
    turns = [talk(maya, f"common {number}") for number in range(module.PAGE + 5)]
    first = find(maya, "common")
    assert len(first.items) == module.PAGE
    assert first.more
    found = every_message(maya, "common")
    assert len(found) == len(set(found)) == 2 * len(turns)


def test_three_hits_of_a_conversation_are_shown(maya: User) -> None:
    turn = talk(maya, "common")
    for number in range(5):
        talk(maya, f"common {number}", to=turn.conversation_id)
    assert len(hits(maya, "common")) == module.HITS


@pytest.mark.parametrize("cursor", ["", "x", "m", "t-1", "m1.5", "q7", "m" + "9" * 30, "m٣"])
def test_a_cursor_that_is_none(maya: User, cursor: str) -> None:
    with pytest.raises(Absent):
        find(maya, "common", cursor=cursor)


@pytest.mark.parametrize("text", ["", " ", '"', '""', "-", "-the", '-"', "?!", "\0", "_1s", "***"])
def test_a_question_without_anything_to_look_for(maya: User, text: str) -> None:
    talk(maya, "the message")
    assert find(maya, text).items == {}


def test_a_search_that_takes_too_long_is_given_up(maya: User, monkeypatch: Any) -> None:
    for number in range(30):
        talk(maya, f"common {number}")
    statement = {
        "postgresql": "SELECT pg_sleep(5)",
        "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT count(*) FROM (SELECT i FROM n LIMIT 100000000)",
    }[connection.vendor]
    with pytest.raises(TooSlow), bounded(0.05), connection.cursor() as cursor:
        cursor.execute(statement)
    assert len(find(maya, "common").items) == module.PAGE


TEXT = st.text(
    st.sampled_from("ab é-\"*:()^~_&|!\\'%<>\0\u0301学习機ไทย한😀\ud800ıİß\n") | st.characters(),
    max_size=40,
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(TEXT)
def test_nothing_that_is_typed_is_an_error(maya: User, text: str) -> None:
    if not Message.objects.exists():
        talk(maya, "ab é学习", "a b 한 ไทย")
    find(maya, text, thoughts=True)


# The same on both

# fmt: off
PARTS = [
    "conversation", "converse", "café", "Straße", "getUserName", "get_user_name", "x86_64", "3.14",
    "RFC-9110", "the", "the", "the", "of", "quick", "brown", "机器学习", "机器", "学习", "人工智能",
    "日本語", "한국어", "GPT模型", "Ёлка", "ok", "--", "“quoted”", "a", "b", "don't", "naïve",
]
# fmt: on
QUESTIONS = [
    *PARTS,
    "con",
    "conver",
    "th",
    "the of",
    "the -quick",
    "quick -brown",
    '"quick brown"',
    '"the the"',
    "机",
    "学习 机器",
    "人工智",
    "gpt模",
    'the -"quick brown"',
    "get user",
    "don't",
]


def fill_() -> None:
    """The same for each database: two people, texts of the same few words in many orders."""
    draw = random.Random(3)
    people = [person("maya"), person("ben")]
    conversations = [
        Conversation.objects.create(
            owner=draw.choice(people), title=" ".join(draw.choices(PARTS, k=3)), model="m"
        )
        for _ in range(60)
    ]
    for _ in range(700):
        conversation = draw.choice(conversations)
        message = Message.objects.create(
            conversation=conversation,
            role=draw.choice(["user", "model"]),
            answer_text=draw.choice(["", " "]).join(draw.choices(PARTS, k=draw.randint(1, 9))),
            thought_text=" ".join(draw.choices(PARTS, k=draw.randint(0, 5))),
        )
        index.messages([message])
        index.title(conversation)


@pytest.fixture(scope="module")
def filled(on_both: Both) -> Both:
    on_both(fill_)
    return on_both


@pytest.mark.parametrize("text", QUESTIONS)
def test_both_databases_find_the_same(filled: Both, text: str) -> None:
    def ask() -> Any:
        maya = User.objects.get(username="maya")
        first = find(maya, text, thoughts=True)
        shown = [
            [(hit.message, hit.where, hit.snippet) for hit in hits] for hits in first.items.values()
        ]
        return shown, every_message(maya, text), every_message(maya, text, thoughts=True)

    sqlite, postgresql = filled(ask)
    assert sqlite == postgresql


def test_the_index_misses_nothing(filled: Both) -> None:
    """Every message of a person that has a word is found by it: counted without the index."""

    def ask() -> Any:
        maya = User.objects.get(username="maya")
        mine = Message.objects.filter(conversation__owner=maya)
        texts = dict(mine.values_list("pk", "answer_text"))
        for word in ("conversation", "cafe", "学习", "机", "user", "3"):
            expected = {pk for pk, text in texts.items() if word in words_of(text)}
            found = {pk for pk, where in every(maya, f"{word} ") if where in ("question", "answer")}
            assert found == expected
        return True

    def every(maya: User, text: str) -> list[tuple[int, str]]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "HITS", 10_000)
            patch.setattr(module, "PAGE", 10_000)
            return every_message(maya, text)

    assert filled(ask) == [True, True]


def test_far_and_near_blocks_join_without_a_gap(maya: User, monkeypatch: Any) -> None:
    """Blocks of a few documents: PostgreSQL asks several times, and nothing falls between."""
    monkeypatch.setattr(index, "NEAR", 4)
    monkeypatch.setattr(index, "FAR", 6)
    turns = [talk(maya, f"common {number}") for number in range(40)]
    found = every_message(maya, "common")
    assert len(found) == len(set(found)) == 2 * len(turns)
    assert find(maya, "common 7 ").items.keys() == {turns[7].conversation_id}


# What was there before the index


def test_the_migration_indexes_what_is_there(maya: User) -> None:
    from importlib import import_module

    from django.apps import apps

    talk(maya, "an old question", "an old answer", "old thoughts")
    migration = import_module("conversations.migrations.0003_search")
    with connection.schema_editor() as editor:
        migration.unmake(apps, editor)
        migration.make(apps, editor)
        migration.fill(apps, editor)
        migration.find_by_words(apps, editor)
    assert [place for place, _text in hits(maya, "old", thoughts=True)] == [
        "title",
        "thought",
        "answer",
    ]
    assert uuid.UUID(int=0) not in find(maya, "old").items
