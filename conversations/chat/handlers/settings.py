"""How turns are asked: a conversation's settings, a person's presets, what a turn was made with."""

from typing import TYPE_CHECKING, Any

from conversations.chat.frames import settings as frames
from conversations.chat.handlers.base import Handlers
from conversations.library import presets
from conversations.library import settings as library
from conversations.models import User
from conversations.turns.database import in_database, in_writing
from conversations.turns.news import Changed, PresetsChanged

if TYPE_CHECKING:
    from conversations.chat.consumer import PageConsumer


async def configure(page: "PageConsumer", person: User, frame: frames.Configure) -> None:
    change = frame.settings.to_json()
    chosen = await in_writing(library.configure, person, frame.conversation, change, frame.model)
    page.live.tell([Changed(person.pk, chosen.row)])
    _answer(page, frame.ref, chosen)


async def read(page: "PageConsumer", person: User, frame: frames.ReadSettings) -> None:
    _answer(page, frame.ref, await in_database(library.read, person, frame.conversation))


async def made(page: "PageConsumer", person: User, frame: frames.Made) -> None:
    found = await in_database(library.made, person, frame.turn)
    page.put({"type": "made", "ref": frame.ref, **found})


async def list_(page: "PageConsumer", person: User, frame: frames.Presets) -> None:
    items = await in_database(presets.listed, person)
    page.put({"type": "presets", "ref": frame.ref, "items": items})


async def keep(page: "PageConsumer", person: User, frame: frames.KeepPreset) -> None:
    chosen = None if frame.settings is None else frame.settings.to_json()
    wanted = presets.Wanted(frame.preset, frame.name, frame.model, chosen, frame.default)
    _presets(page, person, frame.ref, await in_writing(presets.keep, person, wanted))


async def drop(page: "PageConsumer", person: User, frame: frames.DropPreset) -> None:
    _presets(page, person, frame.ref, await in_writing(presets.drop, person, frame.preset))


def _answer(page: "PageConsumer", ref: int | None, chosen: library.Chosen) -> None:
    page.put(
        {"type": "settings", "ref": ref, "conversation": chosen.row, "settings": chosen.settings}
    )


def _presets(
    page: "PageConsumer", person: User, ref: int | None, items: list[dict[str, Any]]
) -> None:
    page.live.tell([PresetsChanged(person.pk, items)])
    page.put({"type": "presets", "ref": ref, "items": items})


HANDLERS: Handlers = {
    frames.Configure: configure,
    frames.ReadSettings: read,
    frames.Made: made,
    frames.Presets: list_,
    frames.KeepPreset: keep,
    frames.DropPreset: drop,
}
