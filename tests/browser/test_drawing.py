"""What is drawn does not depend on where the text was cut, and costs no more than its length."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.shapes import SHAPES
from tests.browser.visit import Chat, Visitor

PACE = "0"
COMPARED = (Path(__file__).parent / "drawing.js").read_text()
SEEDS = 900
"""Some 60,000 cuts."""
KNOWN = [
    "1. Compute:\n$$\nx\n$$\n2. Next",
    "- item\n$$\na\n\nb\n$$\nend",
    "- item\n\n  $$\n  a\n\n  b\n  $$\n- next",
    "> text\n$$\nx\n$$\nmore",
    "> $$\n> x\n\nno formula: the quote has ended",
    "text\n$$ x\n- item\n$$\n",
    "text\n$$\nnever closed\n\n" + "more\n\n" * 60 + "end",
    "\\[\n***\n\\]",
    "- a\n\n- - - - - - - b",
    "- tight\n- items\n\n- and a loose one",
    "[first] use\n\n- item [first]\n\n[first]: https://example.org/\n\n[first]: https://example.com/",
    "```c\\+\\+\nx\n```\n\n```\nnever closed\n",
    "1. code:\n   ```py\n   if x:\n       y\n\n   z\n   ```\n   text\n2. next",
    "> ```\n> code\nno code",
    ">y\n>e|\n> -::",
    "text[^1]\n\n[^1]: note\n\n    more of it\n\nno more",
    "- item[^a]\n[^a]: note\n- item",
    "> quoted[^b]\n>\n> [^b]: note\n\ntext[^b]",
    "[^1]: https://example.org\n[^2]: ```py\n    x\n    ```\n[^2] [^1] [^2]",
    "text\n[^1]: note\nlazy[^1]\n***\n[^x](https://example.org) [^x][^1]",
    "line\r\nline\r\n\r\n```\r\ncode\r\n```\r\n",
]
"""What was drawn in one way live and in another after a reload, or nearly was."""
ADDRESSES = """(names) => names.map((name) =>
  document.querySelector(`link[href*="/js/draw/${name}."]`).href)"""
PARSED = """async ([addresses, text]) => {
  const [{ Drawer }, { markdown }] = await Promise.all(addresses.map((one) => import(one)));
  const parse = markdown.parse;
  let parsed = 0;
  markdown.parse = (source, environment) => {
    parsed += source.length;
    return parse.call(markdown, source, environment);
  };
  const drawer = new Drawer(document.createElement("div"), () => {});
  for (let at = 0; at < text.length; at += 40) {
    drawer.write(text.slice(at, at + 40));
    drawer.flush(Infinity);
  }
  drawer.finish();
  drawer.flush(Infinity);
  markdown.parse = parse;
  return parsed;
}"""
"""How many characters the parser is given while a text comes."""


def addresses(chat: Chat, *names: str) -> list[str]:
    found: list[str] = chat.page.evaluate(ADDRESSES, list(names))
    return found


def test_random_cuts_of_random_markdown(chat: Chat) -> None:
    chat.page.evaluate(
        """async (address) => {
          const { setMath } = await import(address);
          const [line, source] = ["p", "code"].map((name) => document.createElement(name));
          source.textContent = "x";
          line.append(source);
          document.querySelector("chat-log").append(line);
          setMath(source);
          await until(() => !source.isConnected);
          line.remove();
        }""",
        addresses(chat, "math")[0],
    )
    modules = addresses(chat, "drawer", "markdown", "nodes", "outline", "footnotes")
    found: dict[str, Any] = chat.page.evaluate(
        COMPARED, {"addresses": modules, "texts": KNOWN, "seeds": [1, 1 + SEEDS]}
    )
    assert "text" not in found, "\n".join(f"{name}: {value!r}" for name, value in found.items())
    assert found["cuts"] > 50 * SEEDS


@pytest.mark.parametrize("name", SHAPES)
def test_the_cost_grows_with_the_text_and_no_faster(chat: Chat, name: str) -> None:
    modules = addresses(chat, "drawer", "markdown")
    once, twice = (
        chat.page.evaluate(PARSED, [modules, SHAPES[name](size)]) for size in (6_000, 12_000)
    )
    assert twice < 2.4 * once + 4_000


@pytest.mark.parametrize(
    ("lost", "question", "then"),
    [
        ("katex*.mjs", "rehearse math", ".math-set"),
        ("katex*.css", "rehearse math", ".math-set"),
        ("core*.js", "rehearse code", "[class^=hljs]"),
        ("python*.js", "rehearse code", "[data-language=python] [class^=hljs]"),
    ],
)
def test_a_library_that_was_lost_is_fetched_again(
    visitor: Visitor, lost: str, question: str, then: str
) -> None:
    visitor.forgive(re.compile("ERR_FAILED"))
    chat = visitor.open()
    dropped: list[str] = []

    def drop(route: Route) -> None:
        dropped.append(route.request.url)
        if len(dropped) > 2:
            route.continue_()
        else:
            route.abort()

    chat.page.route(f"**/{lost}*", drop)
    chat.ask(question)
    expect(chat.answer.locator(then).first).to_be_visible()
    assert len(set(dropped)) >= 3, dropped
    chat.ended()
