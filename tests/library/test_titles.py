"""Titles made by a small model: once, in the background, and never over a person's own."""

import asyncio
import uuid
from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async

from conversations.endpoint import naming
from conversations.endpoint.client import Config, Endpoint
from conversations.endpoint.rehearsal import RehearsalTransport
from conversations.library import order
from conversations.library.order import Arrangement
from conversations.library.titles import Titler
from conversations.models import Conversation, LedgerEntry, User
from conversations.turns.accept import Ask
from conversations.turns.live import Live
from conversations.turns.news import Changed, News
from tests.endpoint.scripted import Script, Scripted
from tests.endpoint.vectors import chunk

SMALL = "gemini-2.5-flash-lite"


@pytest.fixture
async def live(transactional_db: None) -> AsyncIterator[Live]:
    live = Live(Endpoint(Config("http://rehearsal.invalid", ""), RehearsalTransport(pace=0)))
    live.after_turns(Titler(live, SMALL).hear)
    await live.start()
    yield live
    await live.drain(0)


async def told_title(live: Live, alice: User, text: str) -> str:
    """Ask, and wait for a title that is not the question's."""
    heard: asyncio.Queue[News] = asyncio.Queue()
    live.hub.subscribe(f"person:{alice.pk}", heard.put_nowait)
    await live.accept(alice, Ask(uuid.uuid4(), text))
    while True:
        news = await asyncio.wait_for(heard.get(), 20)
        if isinstance(news, Changed) and news.conversation["title"] != text:
            return str(news.conversation["title"])


async def rest(live: Live) -> None:
    """Wait until no turn runs here and no title is asked for."""
    while live._tasks or live._background:
        await asyncio.wait({*live._tasks.values(), *live._background})


@sync_to_async
def stored() -> tuple[Conversation, list[LedgerEntry]]:
    return Conversation.objects.get(), list(LedgerEntry.objects.order_by("at"))


async def test_after_the_first_turn_a_title_comes_once(live: Live, alice: User) -> None:
    title = await told_title(live, alice, "Please explain why the sky is blue in the daytime")
    assert title == "Explain why the sky is blue"
    conversation, ledger = await stored()
    assert (conversation.title, conversation.title_from) == (title, "model")
    entry = next(entry for entry in ledger if entry.purpose == "title")
    assert (entry.model, entry.username, entry.conversation_id) == (SMALL, "alice", conversation.pk)
    assert entry.prompt_tokens
    await live.accept(alice, Ask(uuid.uuid4(), "And the sunset?", conversation.pk))
    await rest(live)
    assert len((await stored())[1]) == 3
    assert (await stored())[0].title == title


async def test_a_persons_own_title_stands(live: Live, alice: User) -> None:
    accepted = await live.accept(alice, Ask(uuid.uuid4(), "rehearse long answer of 300 characters"))
    wanted = Arrangement(title="Mine")
    await sync_to_async(order.arrange)(alice, accepted.turn.conversation_id, wanted)
    await rest(live)
    conversation, _ledger = await stored()
    assert (conversation.title, conversation.title_from) == ("Mine", "person")


@pytest.mark.parametrize("question", ["rehearse empty", "rehearse cut off"])
async def test_no_title_after_an_end_that_is_none(live: Live, alice: User, question: str) -> None:
    await live.accept(alice, Ask(uuid.uuid4(), question))
    await rest(live)
    conversation, ledger = await stored()
    assert conversation.title_from == "question"
    assert len(ledger) == 1


async def test_an_endpoint_that_fails_is_asked_once(alice: User) -> None:
    answer = Script([chunk({"text": "2"}, finish="STOP")])
    async with Scripted(answer, default=Script(status=503)) as server:
        live = Live(Endpoint(Config(server.url, "key")))
        live.after_turns(Titler(live, SMALL).hear)
        await live.start()
        await live.accept(alice, Ask(uuid.uuid4(), "1+1?"))
        await rest(live)
        conversation, ledger = await stored()
        assert conversation.title_from == "question"
        assert {entry.purpose for entry in ledger} == {"turn", "title"}
        assert len(server.requests) == 2
        assert SMALL in server.requests[1].target
        await live.drain(0)


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Blue sky", "Blue sky"),
        ('\n\n"Blue sky."\nBecause…', "Blue sky"),
        ("## **Title:** _Blue_ `sky`", "Blue sky"),
        ("标题：“蓝天”。", "蓝天"),
        ("[Blue](https://x.example/) sky", "Blue sky"),
        ("- Blue\tsky\u202e\x07", "Blue sky"),
        ("Title: ", ""),
        ("", ""),
        ('***\n""', ""),
        ("word " * 40, "word " * 14 + "word…"),
        ("x" * 200, "x" * 79 + "…"),
        ("😀" * 81, "😀" * 79 + "…"),
    ],
)
def test_a_title_is_one_clean_line(said: str, title: str) -> None:
    assert naming.title_in(said) == title
    assert len(title) <= naming.LONGEST


def test_what_is_asked_is_short_and_thinks_as_little_as_it_can() -> None:
    for model, room in ((SMALL, 100), ("gemini-2.5-pro", 228), ("gemini-3-flash", 2100)):
        wanted = naming.request(model, "q" * 10_000, "a" * 10_000, ())
        assert wanted.settings.temperature == 0
        assert wanted.settings.max_output_tokens == room
        assert len(wanted.contents[0].parts[0].text or "") < 2 * naming.SHOWN + 100
        assert naming.question_in(wanted.contents[0].parts[0].text or "") == "q" * naming.SHOWN
