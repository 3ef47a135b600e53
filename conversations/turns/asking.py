"""What can be asked, and what comes of it: values."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conversations.models import Draft, Turn


@dataclass(frozen=True, slots=True)
class Ask:
    """Something new to be asked; a conversation of None begins one.

    `settings` are the choices (endpoint/choices.py) of a conversation that begins; None: those of
    the person's preset for new ones.
    `edits` is a question whose sibling the new one becomes; `after` the last message that its
    writer saw.
    """

    client_id: uuid.UUID
    text: str
    conversation: uuid.UUID | None = None
    model: str | None = None
    settings: Mapping[str, Any] | None = None
    draft: int | None = None
    """The revision of the draft that it was sent from; what is asked does not depend on it."""
    files: tuple[uuid.UUID, ...] = ()
    edits: int | None = None
    after: int | None = None

    def digest(self) -> str:
        words: list[object] = ["ask", self.conversation, self.text, self.model, *self.files]
        if self.settings is not None:
            words.append(json.dumps(self.settings, sort_keys=True))
        places = (("edits", self.edits), ("after", self.after))
        return _digest(*words, *(f"{name} {at}" for name, at in places if at))


@dataclass(frozen=True, slots=True)
class AskAgain:
    """An old question asked once more: "same", with "more_room", or to "answer_now"; or its answer
    is to be gone on with: "continue".

    To "answer_now" may also be asked of a turn that still runs.
    """

    client_id: uuid.UUID
    turn: uuid.UUID
    how: str = "same"

    def digest(self) -> str:
        return _digest("again", self.turn, self.how)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A stored turn; a duplicate was stored by an earlier sending of the same.

    `emptied` is the draft that the question was sent from, without what was sent.
    `question` describes its question for the pages. Where the turn has to be stopped first, it is
    the one that still runs, and what follows it is stored with it (`wished`).
    """

    turn: Turn
    duplicate: bool
    emptied: Draft | None = None
    question: dict[str, Any] = field(default_factory=dict)
    wished: bool = False


def _digest(*words: object) -> str:
    encoded = json.dumps([None if word is None else str(word) for word in words])
    return hashlib.sha256(encoded.encode("utf-8", "surrogatepass")).hexdigest()
