"""The rehearsal asked to name a conversation, as a small model would be."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conversations.endpoint.naming import question_in
from conversations.endpoint.rehearsal import vocabulary
from conversations.endpoint.rehearsal.arithmetic import work
from conversations.endpoint.rehearsal.asked import Asked
from conversations.endpoint.rehearsal.steps import Answer, Step

_POLITE = re.compile(
    r"^(?:(?:please|hi|hello|hey|can you|could you|would you|tell me|explain to me|i want to know)"
    r"\b[\s,!]*)+",
    re.IGNORECASE,
)
_WORDS = 6


def steps(asked: Asked) -> Iterator[Step]:
    yield Answer(_title(" ".join(question_in(asked.question).split())))


def _title(question: str) -> str:
    if vocabulary.is_command(question):
        return f"Rehearsal: {question.removeprefix('rehearse').strip(' .!?')[:50]}"
    if work(question, ()) is not None:
        return f"Working out {question.rstrip(' ?.!=')[:50]}"
    words = _POLITE.sub("", question).rstrip(" ?.!").split()
    named = " ".join(words[:_WORDS]) or "A first message"
    return f"{named[0].upper()}{named[1:]}"
