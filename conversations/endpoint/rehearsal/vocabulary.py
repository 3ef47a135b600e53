"""What can be rehearsed on request, and the words for it.

A message that begins with "rehearse" is a command: a name from the table, and after it sizes and
pace in any order (dials.py). A few whole sentences ("Show me a table") are taken too. Anything
else is left alone, so that no ordinary sentence is mistaken for a command.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from conversations.endpoint.rehearsal import dials, echo, faults, found, ran, shapes, special
from conversations.endpoint.rehearsal.asked import Asked
from conversations.endpoint.rehearsal.entry import Entry, Player
from conversations.endpoint.rehearsal.refusals import CODES, PASSING
from conversations.endpoint.rehearsal.steps import Answer, Play, Script, Step, thought

_COMMAND = re.compile(r"\s*(?:please )?rehearse\b[\s:]*(.{0,300})", re.IGNORECASE | re.DOTALL)
_LONGEST = 400

_SHAPES, _PARTS, _PACE, _ENDS, _TROUBLE = (
    "Shapes of an answer",
    "More than text",
    "Length and pace",
    "Ends",
    "Trouble on the way",
)


def _sample(name: str, about: str, *aliases: str) -> Entry:
    return Entry(f"rehearse {name}", about, "complete", _SHAPES, shapes.sample(name), aliases)


def _entry(name: str, about: str, outcome: str, group: str, player: Player, *aliases: str) -> Entry:
    return Entry(f"rehearse {name}", about, outcome, group, player, aliases)


def _error(code: int) -> Entry:
    passes = code in PASSING
    about = "fails twice, then answers" if passes else "is refused at once"
    outcome = "complete" if passes else "refused"
    return _entry(f"error {code}", about, outcome, _TROUBLE, faults.error(code))


_ENTRIES = (
    _sample(
        "markdown",
        "a bit of everything",
        "rehearse shapes",
        "show me markdown",
        "show me a table, some code and some mathematics",
    ),
    _sample("code", "code in several languages", "show me code", "show me some code"),
    _sample("table", "tables, narrow and wide", "show me a table", "rehearse tables"),
    _sample(
        "math",
        "formulas, in the line and by themselves",
        "show me math",
        "rehearse mathematics",
        "rehearse formulas",
        "show me mathematics",
    ),
    _sample(
        "list",
        "lists inside lists, and boxes",
        "show me a list",
        "rehearse lists",
        "rehearse task list",
        "show me a task list",
    ),
    _sample(
        "footnotes", "notes below the text", "footnotes", "show me footnotes", "rehearse footnote"
    ),
    _sample("unicode", "scripts and signs of the world", "rehearse emoji"),
    _sample("hostile markdown", "markup that tries to do harm and must not", "rehearse hostile"),
    _entry(
        "image",
        "a small picture",
        "complete",
        _PARTS,
        special.image,
        "rehearse images",
        "rehearse picture",
        "make an image",
        "make a picture",
        "draw a picture",
        "show me a picture",
    ),
    _entry("sound", "three notes", "complete", _PARTS, special.sound, "rehearse audio"),
    _entry(
        "executed code",
        "code with its result",
        "complete",
        _PARTS,
        ran.executed_code,
        "rehearse code execution",
        "run code",
        "run some code",
    ),
    _entry("failed code", "code that fails, and then runs", "complete", _PARTS, ran.failed_code),
    _entry("endless code", "code that is cut short", "complete", _PARTS, ran.endless_code),
    _entry(
        "search grounding",
        "an answer with sources",
        "complete",
        _PARTS,
        found.grounded,
        "rehearse grounding",
        "rehearse search",
        "rehearse sources",
        "show grounding",
        "show me sources",
        "search the web",
    ),
    _entry(
        "pages read",
        "addresses that were read, or could not be",
        "complete",
        _PARTS,
        found.read_pages,
        "rehearse url context",
    ),
    _entry(
        "citations",
        "quotations with their licences",
        "complete",
        _PARTS,
        found.citing,
        "cite",
        "cite something",
        "rehearse citation",
    ),
    _entry(
        "unknown part",
        "a kind of part that there is not yet",
        "complete",
        _PARTS,
        special.unknown_part,
    ),
    _entry(
        "odd stream", "chunks as odd as real ones were seen", "complete", _PARTS, special.odd_stream
    ),
    _entry(
        "settings",
        "says with what settings it was asked",
        "complete",
        _PARTS,
        echo.settings,
    ),
    _entry(
        "long answer",
        "6,000 characters, or as many as you say",
        "complete",
        _PACE,
        shapes.long_answer,
        "show me a long answer",
    ),
    _entry(
        "long thoughts",
        "9,000 characters, or as many as you say",
        "complete",
        _PACE,
        shapes.long_thoughts,
        "think for a while",
    ),
    _entry("silence", "20 seconds of it, or as many as you say", "complete", _PACE, shapes.silence),
    _entry(
        "blocked",
        "the question is refused, for PROHIBITED_CONTENT or a reason you name",
        "blocked",
        _ENDS,
        faults.blocked,
    ),
    _entry(
        "filtered",
        "the answer is broken off, for SAFETY or a reason you name",
        "filtered",
        _ENDS,
        faults.filtered,
    ),
    _entry(
        "out of tokens", "the answer runs out of room", "out_of_tokens", _ENDS, faults.out_of_tokens
    ),
    _entry(
        "thoughts out of tokens",
        "the thoughts leave no room for an answer",
        "out_of_tokens",
        _ENDS,
        faults.thoughts_out_of_tokens,
    ),
    _entry("empty", "an end without an answer", "empty", _ENDS, faults.empty),
    _entry("cut off", "the stream ends too early", "cut_off", _ENDS, faults.cut_off),
    _entry("broken connection", "the connection breaks", "cut_off", _ENDS, faults.broken),
    _entry("stall", "silence without an end after some text", "stalled", _ENDS, faults.stalled),
    _entry(
        "stall at once",
        "silence without an end from the start",
        "stalled",
        _ENDS,
        faults.stalled_at_once,
    ),
    _entry(
        "error mid answer", "an error inside the answer", "refused", _ENDS, faults.failing_midway
    ),
    *(_error(code) for code in CODES),
    _entry("error key", "a key that is not valid", "refused", _TROUBLE, faults.bad_key),
    _entry(
        "error signature",
        "refused for its thought signatures, if it carries any",
        "complete",
        _TROUBLE,
        faults.bad_signature,
    ),
    _entry("quota", "the day's quota is spent", "refused", _TROUBLE, faults.over_quota),
    _entry(
        "unreachable",
        "no connection twice, then an answer",
        "complete",
        _TROUBLE,
        faults.unreachable,
    ),
)


def gettext_noop(words: str) -> str:
    """Mark words that the page translates: there is no Django in here."""
    return words


TOUR: tuple[tuple[str, str], ...] = (
    (gettext_noop("Sum a long series"), "1+2+3+4+5+....+999?"),
    (
        gettext_noop("See everything an answer can hold"),
        "Show me a table, some code and some mathematics",
    ),
    (gettext_noop("Watch it think for a while"), "rehearse long thoughts"),
    (gettext_noop("Meet a busy endpoint"), "rehearse error 503"),
)
"""Titles and prompts for the page's first visit. The prompts are commands and stay as they are."""


def vocabulary() -> tuple[Entry, ...]:
    """Everything that can be rehearsed, in the order of the tour."""
    return _ENTRIES


def grouped() -> Iterator[tuple[str, list[Entry]]]:
    for group in (_SHAPES, _PARTS, _PACE, _ENDS, _TROUBLE):
        yield group, [entry for entry in _ENTRIES if entry.group == group]


def is_command(question: str) -> bool:
    """Whether it says itself that it wants a rehearsal."""
    return _COMMAND.match(question) is not None


def play(asked: Asked, earlier: int) -> Play | None:
    """What the message commands; None where it is no command."""
    question = asked.question
    if len(question) > _LONGEST:
        return None
    entry = _NAMES.get(_plain(question))
    if entry is not None:
        return entry.player(asked, dials.Dials(), earlier)
    found = _COMMAND.fullmatch(question)
    if found is None or not found[1].strip():
        return None
    turned, words = dials.read(found[1])
    entry = _NAMES.get(f"rehearse {_plain(words)}")
    if entry is None:
        return Script(_unknown(found[1].strip()))
    return entry.player(asked, turned, earlier)


def _unknown(words: str) -> Iterator[Step]:
    yield thought("Looking it up", "The words after “rehearse” name nothing that I know.")
    known = "".join(f"- `{entry.prompt}`\n" for entry in _ENTRIES)
    quoted = words.replace("`", "'")[:80]
    yield Answer(f"I cannot rehearse `{quoted}`. These I can:\n\n{known}")


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("_", " ").split()).rstrip(" .!?")


_NAMES = {name: entry for entry in _ENTRIES for name in (entry.prompt, *entry.aliases)}
