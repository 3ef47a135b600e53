"""A conversation as one markdown text."""

import re
from collections.abc import Iterable, Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from conversations.library.snapshots import Origin, Said, Segment

_FENCES = re.compile(r"^ {0,3}(`{3,})", re.MULTILINE)
_FOOTNOTE = re.compile(r"[\[\]\n]+")


def as_markdown(title: str, model: str, messages: Iterable[Said]) -> str:
    """The title, and each message under a heading; sources are footnotes."""
    messages = list(messages)
    head = [f"# {_line(title)}"]
    if messages:
        head.append(f"*{_line(model)}, {date_format(messages[0].at, 'DATE_FORMAT')}*")
    notes: list[str] = []
    blocks = [block for message in messages for block in _message(message, notes)]
    return "\n\n".join([*head, *blocks, *notes]) + "\n"


def _message(message: Said, notes: list[str]) -> Iterator[str]:
    yield f"## {_('Question') if message.role == 'user' else _('Answer')}"
    numbers = {origin: len(notes) + at for at, origin in enumerate(message.origins, 1)}
    last = max((at for at, one in enumerate(message.segments) if one.kind == "answer"), default=-1)
    for at, segment in enumerate(message.segments):
        text = _segment(segment)
        yield _referred(text, numbers) if at == last else text
    if message.origins and last < 0:
        yield "".join(f"[^{number}]" for number in numbers.values())
    for origin, number in numbers.items():
        notes.append(
            f"[^{number}]: [{_line(_FOOTNOTE.sub(' ', origin.title))}](<{_address(origin)}>)"
        )


def _segment(segment: Segment) -> str:
    if segment.kind == "question":
        return segment.text.strip()
    if segment.kind == "answer":
        return segment.text.rstrip()  # places are counted from its beginning
    if segment.kind == "thought":
        return _quoted(f"**{_('Thoughts')}**\n\n{segment.text.strip()}")
    if segment.kind in ("code", "output"):
        label = "" if segment.kind == "code" else f"{_('Output')}:\n\n"
        return label + _fenced(segment.text, segment.label)
    if segment.kind == "picture":
        return f"*[{_('A picture made by the model')}]*"
    if segment.kind == "file":
        name = _line(segment.text or segment.label)
        return f"*[{_('Attachment: {name}').format(name=name)}]*"
    return f"*[{_('A part that cannot be shown here')}]*"


def _referred(text: str, numbers: dict[Origin, int]) -> str:
    """The text with references where the endpoint says that a source supports it, else at its end.

    From the last to the first, so that places stay what they are. A place in the middle of a
    character, or of a line of code, is none.
    """
    places: dict[int, list[int]] = {}
    # What stands behind a closing fence would open it again.
    encoded = (text + "\n\n" if text.endswith("```") else text).encode()
    for origin, number in numbers.items():
        good = [end for end in origin.ends if _may_be_marked(encoded, end)]
        for end in good or [len(encoded)]:
            places.setdefault(end, []).append(number)
    for end in sorted(places, reverse=True):
        marks = "".join(f"[^{number}]" for number in places[end]).encode()
        encoded = encoded[:end] + marks + encoded[end:]
    return encoded.decode()


def _may_be_marked(encoded: bytes, end: int) -> bool:
    if not 0 < end <= len(encoded):
        return False
    in_character = end < len(encoded) and encoded[end] & 0xC0 == 0x80
    fences = encoded.count(b"\n```", 0, end) + encoded.startswith(b"```")
    return not in_character and fences % 2 == 0


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _fenced(text: str, language: str) -> str:
    """A fence that is longer than any in the text."""
    longest = max((len(fence) for fence in _FENCES.findall(text)), default=2)
    fence = "`" * (longest + 1)
    name = language if language.isalnum() else ""
    return f"{fence}{name}\n{text.rstrip()}\n{fence}"


def _line(text: str) -> str:
    return " ".join(text.split())


def _address(origin: Origin) -> str:
    return re.sub(r"[<>\s]", "", origin.address)
