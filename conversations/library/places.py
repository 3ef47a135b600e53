"""Where in a JSON text a value stands, so that a complaint can name its line."""

import re

SPACE = re.compile(rb"[ \t\r\n]*")
STRING = re.compile(rb'"(?:[^"\\]+|\\.)*"', re.DOTALL)
# What opens, closes or hides brackets; everything else is passed over.
MARKS = re.compile(rb'"(?:[^"\\]+|\\.)*"|[][{}]', re.DOTALL)
PLAIN = re.compile(rb"[^][{}\",: \t\r\n]+")
STEPS = re.compile(r"\.([^.\[]+)|\[(\d+)\]|(\[\.\.\.\])")


def line_at(data: bytes, offset: int) -> int:
    """The line of a byte, counted from 1."""
    return data.count(b"\n", 0, max(offset, 0)) + 1


def line_of(data: bytes, path: str) -> int:
    """The line of a value, by its path as msgspec writes it: `$.messages[3].parts[0]`.

    Where the path leads on into what is not there, it is the line of the last that is. The text
    must be JSON.
    """
    at = _value(data, 0)
    for name, index, _some in STEPS.findall(path.removeprefix("$")):
        inner = _member(data, at, name) if name else _item(data, at, int(index)) if index else None
        if inner is None:
            break
        at = inner
    return line_at(data, at)


def _value(data: bytes, at: int) -> int:
    """Where the next thing begins that is not white space."""
    found = SPACE.match(data, at)
    return found.end() if found else at


def _member(data: bytes, at: int, name: str) -> int | None:
    """Where the value of a field of the object at this place begins."""
    if data[at : at + 1] != b"{":
        return None
    at = _value(data, at + 1)
    wanted = name.encode()
    while key := STRING.match(data, at):
        value = _value(data, _value(data, key.end()) + 1)
        if key[0][1:-1] == wanted:
            return value
        at = _next(data, _end(data, value))
    return None


def _item(data: bytes, at: int, index: int) -> int | None:
    """Where an item of the array at this place begins."""
    if data[at : at + 1] != b"[":
        return None
    at = _value(data, at + 1)
    for _passed in range(index):
        if data[at : at + 1] in (b"]", b""):
            return None
        at = _next(data, _end(data, at))
    return at if data[at : at + 1] not in (b"]", b"") else None


def _next(data: bytes, at: int) -> int:
    """Beyond the comma, if there is one."""
    at = _value(data, at)
    return _value(data, at + 1) if data[at : at + 1] == b"," else at


def _end(data: bytes, at: int) -> int:
    """Where the value that begins here has ended."""
    if data[at : at + 1] not in (b"{", b"["):
        plain = STRING.match(data, at) or PLAIN.match(data, at)
        return plain.end() if plain else len(data)
    depth = 0
    for mark in MARKS.finditer(data, at):
        if mark[0] in (b"{", b"["):
            depth += 1
        elif mark[0] in (b"}", b"]"):
            depth -= 1
            if not depth:
                return mark.end()
    return len(data)
