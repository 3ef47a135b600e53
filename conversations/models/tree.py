"""The shape of one conversation: which message follows which, without a word of them."""

from collections.abc import Mapping
from typing import Self

from django.db import models

Choices = Mapping[str, int]
"""At a fork (its message's id as text, or "" for the beginning) the way that a person chose."""


class Tree:
    """Ids and parents, read in one query that an index alone answers.

    A message is stored after the one that it follows, so its id is the higher one.
    """

    def __init__(self, parents: Mapping[int, int | None]) -> None:
        self.parents = parents
        self._following: dict[int | None, list[int]] = {}
        for message in sorted(parents):
            self._following.setdefault(parents[message], []).append(message)

    @classmethod
    def of(cls, messages: "models.QuerySet[models.Model]") -> Self:
        """The tree of all messages of one conversation."""
        return cls(dict(messages.order_by().values_list("pk", "parent_id")))

    def __contains__(self, message: int | None) -> bool:
        return message in self.parents

    def path(self, leaf: int | None) -> list[int]:
        """The messages from the first to the given one; none to one that is not there."""
        found: list[int] = []
        while leaf is not None and leaf in self.parents:
            found.append(leaf)
            leaf = self.parents[leaf]
        return found[::-1]

    def following(self, message: int | None) -> list[int]:
        """What follows a message, oldest first; None for what conversations begin with."""
        return self._following.get(message, [])

    def siblings(self, message: int) -> list[int]:
        """All that follow the same message as this one, itself included, oldest first."""
        return self.following(self.parents[message])

    def last_on_show(self, message: int, choices: Choices, asked: int | None = None) -> int:
        """The end of what was last on show from a message on.

        At each fork that is the way that a person chose, else the one to the newest message. A
        question that is being answered (`asked`) is an end: its newest way is still to come.
        """
        newest = self._newest_below()
        while ways := self.following(message):
            chosen = choices.get(str(message))
            if message == asked and chosen not in ways:
                return message
            message = chosen if chosen in ways else max(ways, key=newest.__getitem__)
        return message

    def _newest_below(self) -> dict[int, int]:
        newest: dict[int, int] = {}
        for message in sorted(self.parents, reverse=True):
            newest.setdefault(message, message)
            parent = self.parents[message]
            if parent is not None:
                newest[parent] = max(newest[message], newest.get(parent, parent))
        return newest
