"""Settings over the wire: two devices of one person, presets, and the request that goes out."""

import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from pytest_django import DjangoDbBlocker

from tests.serving import Frame, Person, Process, Site, Socket

MODELS = "gemini-2.5-pro,gemini-2.5-flash,gemini-3.8-flash"


@pytest.fixture(scope="module")
def process(django_db_blocker: DjangoDbBlocker) -> Iterator[Process]:
    env = {"GEMINI_MODELS": MODELS, "REHEARSAL_PACE": "0"}
    with django_db_blocker.unblock(), Site(env=env) as site:
        yield site.start()


@pytest.fixture
def person(process: Process) -> Person:
    return process.site.add_person(f"maya-{uuid.uuid4().hex[:8]}")


@asynccontextmanager
async def two(process: Process, person: Person) -> AsyncIterator[tuple[Socket, Socket]]:
    cookie = process.site.session(person)
    async with process.socket(cookie) as here, process.socket(cookie) as there:
        await here.until(type="welcome")
        await there.until(type="welcome")
        yield here, there


async def asked(socket: Socket, text: str = "rehearse settings", **fields: object) -> Frame:
    """A turn from its question to its end; the frame of its end."""
    await socket.send({"type": "send", "id": str(uuid.uuid4()), "text": text, **fields})
    turn = (await socket.until(type="accepted"))[-1]["turn"]["id"]
    await socket.send({"type": "join", "turn": turn, "at": 0})
    return (await socket.until(type="end"))[-1]


async def answer(socket: Socket, turn: str) -> str:
    """The text of a turn's answer."""
    await socket.send({"type": "join", "turn": turn, "at": 0})
    (snapshot,) = (await socket.until(type="snapshot"))[-1:]
    return "".join(text for kind, text in snapshot["pieces"] if kind == "a")


async def test_a_page_is_told_what_can_be_chosen(process: Process, person: Person) -> None:
    async with process.socket(process.site.session(person)) as socket:
        welcome = (await socket.until(type="welcome"))[-1]
    assert welcome["settings"]["thinking_budget"] == 26_240
    pro, flash, newest = welcome["models"]
    assert (pro["budget"], pro["can"]["budget"]) == (26_240, [128, 32_768])
    assert (flash["budget"], flash["can"]["off"]) == (24_576, True)
    assert (newest["budget"], newest["can"]["levels"]) == (None, ["LOW", "MEDIUM", "HIGH"])


async def test_what_one_device_changes_the_other_is_told(process: Process, person: Person) -> None:
    async with two(process, person) as (here, there):
        end = await asked(here)
        conversation = end["turn"]["conversation"]
        await there.until(type="changed")
        change = {"temperature": 0.25, "safety": {"HARM_CATEGORY_HARASSMENT": "BLOCK_NONE"}}
        await here.send(
            {"type": "configure", "ref": 5, "conversation": conversation, "settings": change}
        )
        told = (await here.until(type="settings"))[-1]
        assert (told["ref"], told["settings"]) == (5, change)
        while True:
            row = (await there.until(type="changed"))[-1]["conversation"]
            if row["chosen"]:
                break
        assert row == told["conversation"]
        await there.send({"type": "settings", "ref": 6, "conversation": conversation})
        assert (await there.until(ref=6))[-1]["settings"] == change
        await there.send(
            {
                "type": "configure",
                "ref": 7,
                "conversation": conversation,
                "settings": {"temperature": None, "top_k": 9},
                "model": "gemini-2.5-flash",
            }
        )
        told = (await there.until(ref=7))[-1]
        assert told["conversation"]["model"] == "gemini-2.5-flash"
        assert told["settings"] == {"top_k": 9, "safety": change["safety"]}
        end = await asked(here, conversation=conversation)
        said = await answer(here, end["turn"]["id"])
        for line in ("| model | `gemini-2.5-flash` |", "| topK | 9 |", "| temperature | 1 |",
                     "| thinkingBudget | 24576 |", "| harassment | BLOCK_NONE |"):  # fmt: skip
            assert line in said
        await there.send({"type": "open", "ref": 8, "conversation": conversation})
        assert (await there.until(ref=8))[-1]["settings"] == told["settings"]
        await there.send({"type": "made", "ref": 9, "turn": end["turn"]["id"]})
        made = (await there.until(ref=9))[-1]
        assert made["differs"] == ["safety", "top_k"]
        assert made["settings"]["top_k"] == 9


async def test_refusals_change_nothing_and_the_socket_stays(
    process: Process, person: Person
) -> None:
    async with process.socket(process.site.session(person)) as socket:
        conversation = (await asked(socket))["turn"]["conversation"]
        frame = {"type": "configure", "ref": 3, "conversation": conversation}
        for rest, code in (
            ({"settings": {"temperature": 9}}, "bad_frame"),
            ({"settings": {"system_instruction": "x" * 32_001}}, "bad_frame"),
            ({"model": "gpt-17", "settings": {"top_k": 2}}, "not_offered"),
        ):
            await socket.send({**frame, **rest})
            assert (await socket.until(ref=3))[-1]["code"] == code
        await socket.send({"type": "settings", "ref": 4, "conversation": conversation})
        assert (await socket.until(ref=4))[-1]["settings"] == {}


async def test_presets_are_told_to_all_devices(process: Process, person: Person) -> None:
    async with two(process, person) as (here, there):
        await here.send(
            {
                "type": "keep-preset",
                "ref": 1,
                "name": "Brief",
                "model": "gemini-2.5-flash",
                "settings": {"system_instruction": "Be brief.", "temperature": 0},
                "default": True,
            }
        )
        (item,) = (await here.until(ref=1))[-1]["items"]
        assert (await there.until(type="presets"))[-1]["items"] == [item]
        assert (item["name"], item["default"]) == ("Brief", True)
        said = await answer(there, (await asked(there))["turn"]["id"])
        assert "| systemInstruction | `Be brief.` |" in said
        assert "| temperature | 0 |" in said
        said = await answer(there, (await asked(there, settings={}))["turn"]["id"])
        assert "| systemInstruction | not set |" in said
        for frame, code in (
            ({"type": "keep-preset", "name": "Brief"}, "name_taken"),
            ({"type": "keep-preset"}, "no_name"),
        ):
            await here.send({**frame, "ref": 2})
            assert (await here.until(ref=2))[-1]["code"] == code
        await there.send({"type": "drop-preset", "ref": 3, "preset": item["id"]})
        assert (await there.until(ref=3))[-1]["items"] == []
        await here.send({"type": "presets", "ref": 4})
        assert (await here.until(ref=4))[-1]["items"] == []


async def test_the_same_sending_has_the_same_settings(process: Process, person: Person) -> None:
    sent = {"type": "send", "id": str(uuid.uuid4()), "text": "1+1?", "settings": {"top_k": 3}}
    async with process.socket(process.site.session(person)) as socket:
        await socket.send(sent)
        first = (await socket.until(type="accepted"))[-1]
        await socket.send(sent)
        again = (await socket.until(type="accepted"))[-1]
        assert (again["duplicate"], again["turn"]["id"]) == (True, first["turn"]["id"])
        await socket.send({**sent, "settings": {"top_k": 4}, "ref": 2})
        assert (await socket.until(ref=2))[-1]["code"] == "id_reused"
