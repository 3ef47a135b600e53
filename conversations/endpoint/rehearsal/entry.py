"""One thing that can be rehearsed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from conversations.endpoint.rehearsal.asked import Asked
from conversations.endpoint.rehearsal.dials import Dials
from conversations.endpoint.rehearsal.steps import Play

Player = Callable[[Asked, Dials, int], Play]
"""From the request, what was said after the command's name, and how often this very request was
turned away before, to what is played."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`prompt` is what to type; `outcome` is how the turn then ends (DESIGN.md's names)."""

    prompt: str
    about: str
    outcome: str
    group: str
    player: Player
    aliases: tuple[str, ...] = ()
