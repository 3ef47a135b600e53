"""What every frame of the page is: strict, typed, and without unknown fields."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

Position = Annotated[int, Meta(ge=0, le=2**53)]
Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]
"""The id of a message or a folder."""
Files = Annotated[tuple[UUID, ...], Meta(max_length=100)]
"""Ids of files; how many a message may carry is said in a sentence, not by the form."""
Short = Annotated[str, Meta(max_length=200)]


class Frame(Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    """What every frame of the page may carry."""

    ref: Position | None = None
