"""A page and the search through a person's conversations."""

from typing import Annotated

from msgspec import Meta

from conversations.chat.frames.base import Frame, Short


class Search(Frame, frozen=True, tag="search", kw_only=True):
    text: Annotated[str, Meta(max_length=1000)]
    thoughts: bool = False
    more: Short | None = None


Incoming = Search
