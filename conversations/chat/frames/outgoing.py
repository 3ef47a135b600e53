"""What goes out, as text."""

from typing import Any

import msgspec

from conversations.turns.news import (
    Changed,
    Drafted,
    Folders,
    Gone,
    News,
    PresetsChanged,
    Snapshot,
    Started,
    Tail,
    TurnState,
)


def encode(frame: dict[str, Any]) -> str:
    """A frame to the page, as text."""
    return msgspec.json.encode(frame).decode()


def error(code: str, message: str, ref: int | None = None, field: str = "") -> dict[str, Any]:
    """An answer that names what is wrong with a frame."""
    frame: dict[str, Any] = {"type": "error", "code": code, "message": message}
    if ref is not None:
        frame["ref"] = ref
    if field:
        frame["field"] = field
    return frame


class Encoder:
    """News as frames. The last one is remembered: the hub hands the same to each subscriber."""

    def __init__(self) -> None:
        self._news: News | Snapshot | None = None
        self._text = ""

    def __call__(self, news: News | Snapshot) -> str:
        if news is not self._news:
            self._news, self._text = news, encode(frame_of(news))
        return self._text


encode_news = Encoder()


def frame_of(news: News | Snapshot) -> dict[str, Any]:
    """The frame that tells a piece of news."""
    if isinstance(news, Tail):
        tail = {
            "type": "tail",
            "turn": news.turn,
            "from": news.start,
            "to": news.end,
            "pieces": news.pieces,
        }
        return tail if news.usage is None else {**tail, "usage": news.usage}
    if isinstance(news, Snapshot):
        return {
            "type": "snapshot",
            "turn": news.turn,
            "from": news.start,
            "to": news.end,
            "pieces": news.pieces,
        }
    if isinstance(news, TurnState):
        return {"type": "state", "turn": news.turn}
    if isinstance(news, Changed):
        return {"type": "changed", "conversation": news.conversation}
    if isinstance(news, Gone):
        gone = {"conversation": news.conversation, "revision": news.revision}
        return {"type": "gone", **gone}
    if isinstance(news, Folders):
        return {"type": "folders", "at": news.at, "items": news.items}
    if isinstance(news, Drafted):
        return {"type": "draft", **news.draft}
    if isinstance(news, Started):
        return {
            "type": "started",
            "id": news.asked,
            "conversation": news.conversation,
            "message": news.message,
            "turn": news.turn,
        }
    if isinstance(news, PresetsChanged):
        return {"type": "presets", "items": news.presets}
    return {"type": "end", "turn": news.turn, "at": news.at, "message": news.message}
