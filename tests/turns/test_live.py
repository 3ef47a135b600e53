"""A turn's whole life in one process, on a real database, with the rehearsal model."""

import asyncio
import json
import math
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from conversations.endpoint.client import Config, Endpoint
from conversations.endpoint.parts import Outcome
from conversations.endpoint.rehearsal import RehearsalTransport
from conversations.models import Chunk, LedgerEntry, Turn, User
from conversations.turns import recovery, runner
from conversations.turns.accept import Ask, AskAgain, accept
from conversations.turns.live import Live
from conversations.turns.news import News, Snapshot, Started, Tail, TurnEnd, TurnState
from conversations.turns.refusals import Draining
from tests.endpoint.scripted import Script, Scripted
from tests.endpoint.vectors import event

PATIENCE = 20


def endpoint(pace: float = 0) -> Endpoint:
    return Endpoint(Config("http://rehearsal.invalid", ""), RehearsalTransport(pace=pace))


@pytest.fixture
async def live(transactional_db: None) -> AsyncIterator[Live]:
    live = Live(endpoint())
    await live.start()
    yield live
    await live.drain(0)


class Viewer:
    """What one page would have: it takes what it is told, and checks that it fits."""

    def __init__(self, live: Live, turn: Turn, at: int = 0) -> None:
        self.position = at
        self.text = {"t": "", "a": ""}
        self.parts: list[dict[str, Any]] = []
        self.states: list[str] = []
        self.end: dict[str, Any] | None = None
        self.answering = asyncio.Event()
        self.ended = asyncio.Event()
        self.subscription = live.join(turn.pk, at, self.take)

    def take(self, news: Snapshot | News) -> None:
        if isinstance(news, Snapshot | Tail):
            assert news.start == self.position
            self.position = news.end
            for kind, content in news.pieces:
                if kind == "p":
                    self.parts.append(content)
                else:
                    self.text[kind] += content
            if self.text["a"]:
                self.answering.set()
        elif isinstance(news, TurnState):
            self.states.append(news.turn["state"])
        elif isinstance(news, TurnEnd):
            assert news.at == self.position
            self.end = news.turn
            self.ended.set()

    async def until_end(self) -> dict[str, Any]:
        await asyncio.wait_for(self.ended.wait(), PATIENCE)
        assert self.end is not None
        return self.end


async def ask(live: Live, person: User, text: str) -> Turn:
    return (await live.accept(person, Ask(uuid.uuid4(), text))).turn


async def stored(turn: Turn) -> Turn:
    return await Turn.objects.select_related("reply", "conversation__leaf").aget(pk=turn.pk)


async def test_a_turn_is_shown_as_it_is_stored(live: Live, alice: User) -> None:
    turn = await ask(live, alice, "1+2+3+4+5+....+999?")
    viewer = Viewer(live, turn)
    end = await viewer.until_end()
    kept = await stored(turn)
    assert end["outcome"]["name"] == kept.outcome == "complete"
    assert kept.reply is not None
    assert viewer.text["a"] == kept.reply.answer_text
    assert viewer.text["t"] == kept.reply.thought_text
    assert "499,500" in viewer.text["a"]
    assert kept.position == viewer.position
    assert kept.conversation.leaf == kept.reply
    assert kept.conversation.unread
    moments = [kept.accepted_at, kept.asked_at, kept.thought_at, kept.answer_at, kept.ended_at]
    assert moments == sorted(moment for moment in moments if moment)
    assert json.loads(kept.timeline)[-1][1] == kept.position
    assert not await Chunk.objects.aexists()
    assert live.hub.heard("turn:") == []


async def test_the_ledger_has_the_tokens(live: Live, alice: User) -> None:
    turn = await ask(live, alice, "2+2")
    await Viewer(live, turn).until_end()
    entry = await LedgerEntry.objects.aget(turn_id=turn.pk)
    kept = await stored(turn)
    assert entry.username == "alice"
    assert (entry.thought_tokens, entry.total_tokens) == (kept.thought_tokens, kept.total_tokens)
    assert entry.total_tokens > 0
    await sync_to_async(kept.conversation.delete)()
    assert await LedgerEntry.objects.acount() == 1


@pytest.mark.parametrize("at", [0, 1, 200, 977])
async def test_an_ended_turn_is_joined_at_any_position(live: Live, alice: User, at: int) -> None:
    turn = await ask(live, alice, "1+2+3+4+5+....+999?")
    whole = Viewer(live, turn)
    await whole.until_end()
    late = Viewer(live, turn, at)
    await late.until_end()
    text = whole.text["t"] + whole.text["a"]
    assert late.text["t"] + late.text["a"] == text[at:]


async def test_viewers_who_join_in_the_middle_have_the_same_text(alice: User) -> None:
    live = Live(endpoint(pace=0.1))
    await live.start()
    turn = await ask(live, alice, "rehearse long answer 4000 characters")
    viewers = [Viewer(live, turn)]
    for _ in range(500):
        if viewers[0].ended.is_set():
            break
        await asyncio.sleep(0.02)
        viewers.append(Viewer(live, turn))
        viewers[-2].subscription.pause()
        viewers[-2].subscription.resume()
    for viewer in viewers:
        await viewer.until_end()
    assert len(viewers) > 5
    assert len({(viewer.text["t"], viewer.text["a"], viewer.position) for viewer in viewers}) == 1
    await live.drain(0)


@pytest.mark.parametrize(
    ("text", "outcome", "state"),
    [
        ("rehearse blocked", "blocked", "failed"),
        ("rehearse filtered", "filtered", "failed"),
        ("rehearse empty", "empty", "failed"),
        ("rehearse cut off", "cut_off", "failed"),
        ("rehearse out of tokens", "out_of_tokens", "failed"),
        ("rehearse error 400", "refused", "failed"),
    ],
)
async def test_each_end_has_its_name(
    live: Live, alice: User, text: str, outcome: str, state: str
) -> None:
    turn = await ask(live, alice, text)
    end = await Viewer(live, turn).until_end()
    kept = await stored(turn)
    assert (end["outcome"]["name"], end["state"]) == (outcome, state)
    assert (kept.outcome, kept.state) == (outcome, state)


async def test_what_may_be_tried_again_has_a_button(live: Live, alice: User) -> None:
    turn = await ask(live, alice, "rehearse error mid answer")
    end = await Viewer(live, turn).until_end()
    assert (end["outcome"]["name"], end["outcome"]["action"]) == ("refused", "again")
    turn = await ask(live, alice, "rehearse error 400")
    end = await Viewer(live, turn).until_end()
    assert end["outcome"]["action"] is None


async def test_a_stop_keeps_the_text(alice: User) -> None:
    live = Live(endpoint(pace=1))
    await live.start()
    turn = await ask(live, alice, "rehearse long answer 20000 characters quickly")
    viewer = Viewer(live, turn)
    async with asyncio.timeout(PATIENCE):
        await viewer.answering.wait()
    await asyncio.gather(live.stop(turn.pk), live.stop(turn.pk))
    end = await viewer.until_end()
    kept = await stored(turn)
    assert end["state"] == "stopped"
    assert kept.reply is not None
    assert kept.reply.answer_text == viewer.text["a"] != ""
    await live.drain(0)


@pytest.mark.parametrize(
    ("outcome", "state"), [(recovery.STOPPED, "stopped"), (recovery.RESTARTED, "queued")]
)
@pytest.mark.parametrize("claiming", [False, True])
async def test_an_end_before_the_request_keeps_it_from_going_out(
    alice: User, outcome: Outcome, state: str, claiming: bool
) -> None:
    """What the process never claimed is left for the next one to ask, unless it was stopped."""
    async with Scripted() as upstream:
        live = Live(Endpoint(Config(upstream.url, "key")))
        await live.start()
        turn = (await sync_to_async(accept)(alice, Ask(uuid.uuid4(), "Why?"), live.owner)).turn
        live._run(turn)
        if claiming:
            await asyncio.sleep(0)
        live._runners[turn.pk].stop(outcome)
        await live.drain(PATIENCE)
        kept = await stored(turn)
        assert upstream.requests == []
        assert kept.state == ("interrupted" if claiming and state == "queued" else state)
        assert (kept.asked_at is not None) == claiming


async def test_an_endless_answer_is_cut_off_and_kept(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "TURN_LIMIT", 100_000)
    said = event({"candidates": [{"content": {"parts": [{"text": "again " * 1_000}]}}]})
    async with Scripted(Script([said] * 100)) as upstream:
        live = Live(Endpoint(Config(upstream.url, "key")))
        await live.start()
        turn = await ask(live, alice, "Why?")
        end = await Viewer(live, turn).until_end()
        await live.drain(0)
    kept = await stored(turn)
    assert (end["outcome"]["name"], end["outcome"]["reason"]) == ("cut_off", "too_long")
    assert kept.reply is not None
    assert kept.reply.answer_text == "again " * 17_000


async def test_a_turn_that_cannot_be_asked_ends(live: Live, alice: User) -> None:
    """Settings of another version, say: it must not be taken up again for ever."""
    turn = await sync_to_async(accept)(alice, Ask(uuid.uuid4(), "Why?"), "a process that died")
    settings = {**turn.turn.settings, "of_another_version": 1}
    late = timezone.now() - timedelta(minutes=1)
    await Turn.objects.filter(pk=turn.turn.pk).aupdate(settings=settings, lease_until=late)
    await live._take(turn.turn.pk, alone=False)
    end = await Viewer(live, turn.turn).until_end()
    assert (end["state"], end["outcome"]["reason"]) == ("interrupted", "fault")


async def test_a_turn_that_cannot_be_taken_holds_up_no_other(live: Live, alice: User) -> None:
    late = timezone.now() - timedelta(minutes=1)
    turns = []
    for _ in range(2):
        accepted = await sync_to_async(accept)(alice, Ask(uuid.uuid4(), "Why?"), "a dead process")
        turns.append(accepted.turn)
    broken, sound = turns
    mine = Turn.objects.filter(pk__in=[turn.pk for turn in turns])
    await mine.aupdate(state="running", lease_until=late)
    await Chunk.objects.acreate(turn=broken, start=0, end=1, at_ms=0, parts="no JSON")
    live._steady_since = -math.inf
    await live._reap()
    assert (await stored(sound)).state == "interrupted"
    assert (await stored(broken)).state == "running"
    await broken.chunks.all().adelete()


async def test_a_drain_interrupts_what_does_not_end(alice: User) -> None:
    live = Live(endpoint(pace=1))
    await live.start()
    turn = await ask(live, alice, "rehearse stall")
    viewer = Viewer(live, turn)
    await asyncio.sleep(0.3)
    await live.drain(0.1)
    assert live.draining
    kept = await stored(turn)
    assert (kept.state, kept.reason) == ("interrupted", "restart")
    assert viewer.end is not None
    with pytest.raises(Draining):
        await ask(live, alice, "more")


async def test_the_owner_s_pages_hear_of_a_start(live: Live, alice: User, bob: User) -> None:
    heard: dict[str, list[News]] = {"alice": [], "bob": []}
    live.hub.subscribe(f"person:{alice.pk}", heard["alice"].append)
    live.hub.subscribe(f"person:{bob.pk}", heard["bob"].append)
    turn = await ask(live, alice, "2+2")
    await Viewer(live, turn).until_end()
    assert any(isinstance(news, Started) for news in heard["alice"])
    assert heard["bob"] == []


async def test_asking_again_makes_a_sibling(live: Live, alice: User) -> None:
    turn = await ask(live, alice, "2+2")
    await Viewer(live, turn).until_end()
    again = (await live.accept(alice, AskAgain(uuid.uuid4(), turn.pk))).turn
    await Viewer(live, again).until_end()
    first, second = await stored(turn), await stored(again)
    parents = {reply.parent_id for reply in (first.reply, second.reply) if reply}
    assert parents == {turn.question_id}
    assert first.reply != second.reply
    assert second.conversation.leaf == second.reply
