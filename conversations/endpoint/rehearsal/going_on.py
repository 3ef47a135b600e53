"""Going on where an answer broke off: the same set piece again, without what was already said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from conversations.endpoint.rehearsal.asked import Asked
from conversations.endpoint.rehearsal.steps import Answer, Step, thought

_GO_ON = re.compile(r"\W*(?:please )?(?:go on|continue|carry on|继续)\b.{0,60}", re.IGNORECASE)


def is_wanted(asked: Asked) -> bool:
    return not asked.is_first and _GO_ON.fullmatch(asked.question) is not None


def before(asked: Asked) -> tuple[Asked, str]:
    """The request that broke off, as it was, and what has been answered to it since."""
    said = ""
    for at in range(len(asked.turns) - 1, -1, -1):
        role, text = asked.turns[at]
        if role == "model":
            said = text + said
            continue
        earlier = replace(asked, question=text, turns=asked.turns[:at])
        if not is_wanted(earlier):
            return earlier, said
    return replace(asked, question="", turns=()), said


def rest(steps: Iterator[Step], said: str) -> Iterator[Step] | None:
    """What of the steps' answer was not said yet; None where nothing is left, or it differs."""
    for step in steps:
        if not isinstance(step, Answer):
            continue
        length = min(len(step.text), len(said))
        if step.text[:length] != said[:length]:
            return None
        said = said[length:]
        if length < len(step.text):
            going = thought("Finding the place", "The answer broke off there; it goes on from it.")
            return chain((going, Answer(step.text[length:])), steps)
    return None


def ended() -> Iterator[Step]:
    """Where there was no more to come."""
    yield thought("Finding the place", "There was no more of that answer than what came.")
    yield Answer("And that is where the rehearsed answer ends: there was no more of it.\n")
