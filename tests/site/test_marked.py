"""What a person sees is marked for translation, as far as the sources show it. Whether it is
translated, `test_words.py` knows; `tests/browser/test_chinese.py` reads the pages themselves."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.jslexer import tokenize

from chatsite import house_rules
from chatsite.provision import ROOT
from tests.words import BROWSER, PYTHON

SPOKEN = {"alt", "aria-description", "aria-label", "aria-roledescription", "label", "placeholder"}
SPOKEN |= {"title"}
"""Attributes that people hear or see."""
HIDDEN = re.compile(
    r"\{#.*?#\}|\{%\s*comment\b.*?\{%\s*endcomment\s*%\}"
    r"|\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}"
    r"|\{%\s*block (?:body_class|referrer)\b.*?\{%\s*endblock\b.*?%\}"
    r"|<(script|style)\b.*?</\1>|\{%.*?%\}|\{\{.*?\}\}",
    re.DOTALL,
)
WORD = re.compile(r"[A-Za-z]{2,}")
SENTENCE = re.compile(r"[A-Z][a-z]+(?:[ ,]+\w+)+|[A-Z][a-z]+[.:…]")
SAME = re.compile(r"\b(?:Thinkalong|Ctrl)\b")
"""The product's name; and a key's, until the browser knows what it is called on its machine."""


class Seen(HTMLParser):
    """Collects the texts of a page that hold a word."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        self._add(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name in SPOKEN & given.keys():
            self._add(given[name] or "")
        if tag == "input" and given.get("type") in ("submit", "button", "reset"):
            self._add(given.get("value") or "")

    def _add(self, text: str) -> None:
        if WORD.search(SAME.sub("", text)):
            self.texts.append(" ".join(text.split()))


def words_of(template: str) -> list[str]:
    seen = Seen()
    seen.feed(HIDDEN.sub("", template))
    seen.close()
    return seen.texts


TEMPLATES = [path for path in house_rules.files("templates") if path.suffix == ".html"]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_word_that_is_not_marked(path: Path) -> None:
    assert words_of(path.read_text(encoding="utf-8")) == []


def test_a_word_that_is_not_marked_is_found() -> None:
    assert words_of('<p>{% translate "Yes" %} <b title="{{ x }} Oh no">1</b>No {{ y }}</p>') == [
        "Oh no",
        "No",
    ]


MODULES = [*house_rules.files("static/js")]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_module_has_no_sentence_that_is_not_marked(path: Path) -> None:
    assert list(sentences(path.read_text(encoding="utf-8"))) == []


def sentences(source: str) -> Iterator[str]:
    """Texts that read like a sentence, but for those that are marked, and for what developers are
    told of their own mistakes."""
    depth: list[bool] = []
    name = ""
    for token in tokenize(source, template_string=True):
        if token.type in ("linecomment", "multilinecomment"):
            continue
        if token.value == "(":
            depth.append(name in BROWSER or name.endswith("Error"))
        elif token.value == ")":
            if depth:
                depth.pop()
        elif token.type in ("string", "template_string") and not any(depth):
            text = token.value[1:-1]
            if SENTENCE.fullmatch(text) or (SENTENCE.match(text) and " " in text):
                yield text
        name = token.value if token.type == "name" else ""


def test_a_sentence_that_is_not_marked_is_found() -> None:
    source = 'say(gettext("Fine.")); throw new Error("Never so"); say("Not in order.", "a-class")'
    assert list(sentences(source)) == ["Not in order."]


def test_what_is_marked_is_a_text_and_not_a_name_for_one() -> None:
    """xgettext sees no more than what stands there."""
    loose = re.compile(rf"\b(?:{'|'.join(BROWSER)})\(\s*[^\"'`\s)]")
    for path in MODULES:
        if path.name != "text.js":
            assert not loose.search(path.read_text(encoding="utf-8")), path
    found = {
        (path.relative_to(ROOT).as_posix(), ast.unparse(call))
        for path in (*house_rules.sources("chatsite"), *house_rules.sources("conversations"))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in PYTHON
        and not (call.args and isinstance(call.args[0], ast.Constant))
    }
    # The tour's titles are marked where they are written, which is without Django.
    assert found == {("conversations/chat/pages.py", "_(title)")}
