"""Everything that is neither arithmetic nor a command: an honest reply, and the tour."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conversations.endpoint.rehearsal import vocabulary
from conversations.endpoint.rehearsal.asked import Asked
from conversations.endpoint.rehearsal.steps import Answer, Step, thought

INTRODUCTION = (
    "*A rehearsal, not a model: no API key is set, so this is worked out here, "
    "with arithmetic and set pieces.*\n\n"
)

_WHO = re.compile(
    r"\b(?:who|what) (?:are|r) (?:you|u)\b|\byour name\b|\bwhat (?:model|llm|ai)\b|\bwhich model\b"
    r"|\bare you (?:a |an |the )?(?:real|human|ai|bot|robot|model|gemini|chatgpt|person|machine)\b"
    r"|你是谁|你是什么"
)
_HELP = re.compile(r"\b(?:help|tour|rehearse|what can (?:you|it|i) (?:do|ask|try))\b")
_GREETING = re.compile(r"\W*(?:hi|hello|hey|good (?:morning|evening|day)|你好|您好)\b.{0,30}")
_ECHO = 120


def steps(asked: Asked) -> Iterator[Step]:
    question = " ".join(asked.question.split())
    yield thought("Reading the message", _reading(question))
    if asked.instruction:
        yield thought(
            "Minding the instruction",
            f"The system instruction says: “{_clip(asked.instruction)}”. A model would follow it; "
            "a rehearsal can only say that it arrived.",
        )
    yield thought(
        "Choosing what to say",
        "It is neither arithmetic nor one of the set pieces, so the honest thing is to say what "
        "this is and to offer what can be tried.",
    )
    yield Answer(_opening(question))
    yield Answer(tour())


def _reading(question: str) -> str:
    words = len(question.split())
    if not words:
        return "There is no text in it."
    return f"It has {words:,} word{'' if words == 1 else 's'}: “{_clip(question)}”."


def _opening(question: str) -> str:
    said = question[:2000].lower()
    if _WHO.search(said):
        return (
            "I am the **rehearsal**: a stand-in that comes with Thinkalong and answers while no "
            "API key is set. I am not a language model, and nothing you write here leaves this "
            "server.\n\n"
        )
    if not question:
        return "Your message came without any text that I could read.\n\n"
    if _GREETING.fullmatch(said):
        return "Hello! I am the **rehearsal**: no API key is set, so no model is behind me.\n\n"
    if _HELP.search(said):
        return "I am the **rehearsal** that answers while no API key is set.\n\n"
    return (
        f"You wrote “{_markdown_safe(_clip(question))}”. A model would answer that; I am the "
        "**rehearsal** that stands in while no API key is set, and I will not make an answer "
        "up.\n\n"
    )


def tour() -> str:
    """What can be tried, as a markdown list."""
    told = (
        "Arithmetic I really work out, as in `1+2+3+4+5+....+999?`, `2^100 / 3!` or "
        "`15% of 80`; then ask on with *times 2* or *leave out every number that is divisible "
        "by 7*. And I can rehearse what a model does:\n"
    )
    for group, entries in vocabulary.grouped():
        told += f"\n**{group}**\n\n"
        told += "".join(f"- `{entry.prompt}`: {entry.about}\n" for entry in entries)
    return (
        told + "\nSizes and pace can be added: `rehearse long answer 20000 characters slowly`, "
        "`rehearse long thoughts 300000 characters at 100 chunks a second`, "
        "`rehearse silence 5 seconds`.\n"
    )


def _clip(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _ECHO else text[:_ECHO].rstrip() + "…"


def _markdown_safe(text: str) -> str:
    """Their words as words: no markup of theirs becomes markup of ours."""
    return re.sub(r"([\\`*_{}\[\]()#+!|<>~$&-])", r"\\\1", text)
