"""Markdown of one shape and any length: what an open list, quote, table or code block grows by."""

from collections.abc import Callable
from itertools import count

WORDS = "Some words of a paragraph that goes on, with **bold** and `code` in it, and then it ends."
HEAD = "| a | b |\n|---|---|\n"
CODE = "value = compute(1)  # and a comment\n"


def grown(first: str, more: Callable[[int], str]) -> Callable[[int], str]:
    """A beginning, and what is added until there is enough."""

    def text(size: int) -> str:
        found = first
        for at in count():
            if len(found) >= size:
                return found
            found += more(at)
        raise AssertionError

    return text


def mixed(at: int) -> str:
    blocks = (
        f"## Heading {at}",
        WORDS,
        "- one\n- two\n  - nested",
        WORDS,
        "```py\nx = 1\n```",
        WORDS,
    )
    return blocks[at % len(blocks)] + "\n\n"


SHAPES: dict[str, Callable[[int], str]] = {
    "mixed": grown("", mixed),
    "list": grown("", lambda at: f"- item {at} {WORDS}\n"),
    "nested list": grown("- first\n", lambda at: f"  - item {at} {WORDS}\n"),
    "item": grown("1. first\n\n", lambda _: f"   {WORDS}\n\n"),
    "quote": grown("", lambda _: f"> {WORDS}\n>\n"),
    "quote in item": grown("- first\n\n", lambda _: f"  > {WORDS}\n  >\n"),
    "item in quote": grown("> - first\n>\n", lambda _: f">   {WORDS}\n>\n"),
    "table": grown(HEAD, lambda at: f"| {at} words | **more** |\n"),
    "table in item": grown(
        "- first\n\n  " + HEAD.replace("\n", "\n  ", 1), lambda at: f"  | {at} | **more** |\n"
    ),
    "code": grown("```py\n", lambda _: CODE),
    "code in item": grown("1. first:\n   ```py\n", lambda _: f"   {CODE}"),
    "code in quote": grown("> ```py\n", lambda _: f"> {CODE}"),
}
"""By name; each is a function of the number of characters."""
