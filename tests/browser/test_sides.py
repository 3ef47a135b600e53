"""Right-to-left text inside messages: every block from its own side, code from the left."""

from typing import Any

from playwright.sync_api import expect

from tests.browser.visit import Visitor

PACE = "0"
ARABIC = "مرحبا بالعالم"
HEBREW = "שלום עולם"
ANSWER = f"""## {ARABIC}

{ARABIC}: the function `f(x) → y` returns 42.

An English paragraph with {HEBREW} in it.

{HEBREW} {HEBREW}, and $a + b$.

> {ARABIC} {ARABIC}

- {HEBREW}
- an English item in the same list

1. English
2. {ARABIC}

| {ARABIC} | {HEBREW} |
|---|---|
| English | {ARABIC} |

```python
print("{ARABIC}")  # {HEBREW}
```
"""
DRAWN = """async (text) => {
  // Beside the rows of the conversation, which are the log's own to add and to remove.
  const answer = document.querySelector("chat-log").appendChild(
    document.createElement("chat-answer"));
  for (const letter of text.match(/[\\s\\S]{1,7}/g)) {
    answer.write(letter);
    await new Promise(requestAnimationFrame);
  }
  answer.finish();
  await until(() => !answer.querySelector("code.math"));
  const way = (node) => getComputedStyle(node).direction;
  const all = (name) => [...answer.querySelectorAll(name)];
  const edges = (node) => {
    const { borderLeftWidth, borderRightWidth } = getComputedStyle(node);
    return [borderLeftWidth, borderRightWidth];
  };
  const text_ = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const [inner, outer] = [range.getBoundingClientRect(), node.getBoundingClientRect()];
    return inner.left - outer.left > outer.right - inner.right ? "right" : "left";
  };
  return {
    heading: all("h4").map(way),
    paragraphs: all("p:not(blockquote p, li p)").map(way),
    sides: all("p:not(blockquote p, li p)").map(text_),
    quote: edges(all("blockquote")[0]),
    lists: all("ul, ol").map(way),
    items: all("ul p").map(way),
    table: all("table").map(way),
    cells: all("th, td").map(way),
    code: all("code, pre, .katex").map(way),
    // The cell that is written first stands at the right.
    columns: all("th").map((node) => node.getBoundingClientRect().left),
  };
}"""


def test_each_block_of_an_answer_is_written_from_its_side(visitor: Visitor) -> None:
    page = visitor.open().page
    found: dict[str, Any] = page.evaluate(DRAWN, ANSWER)
    assert found["heading"] == ["rtl"]
    assert found["paragraphs"] == ["rtl", "ltr", "rtl"]
    assert found["sides"] == ["right", "left", "right"]
    assert found["quote"] == ["0px", "2px"]
    assert found["lists"] == ["rtl", "ltr"]
    assert found["items"] == ["rtl", "ltr"]
    assert found["table"] == ["rtl"]
    assert found["cells"] == ["rtl", "rtl", "ltr", "rtl"]
    assert set(found["code"]) == {"ltr"}
    assert len(found["code"]) >= 4
    assert found["columns"][0] > found["columns"][1]


def test_what_a_person_writes_and_its_title(visitor: Visitor) -> None:
    chat = visitor.open()
    page = chat.page
    way = "(node) => getComputedStyle(node).direction"
    chat.field.fill(f"{HEBREW}, 1+1?")
    assert chat.field.evaluate(way) == "rtl"
    chat.field.press("Enter")
    page.wait_for_url("**/c/*")
    chat.ended()
    expect(page.locator("#title")).to_contain_text(HEBREW)
    for name in (".ask-text", "#title", ".list-name"):
        assert page.locator(name).first.evaluate(way) == "rtl", name
    # Code in a question of several paragraphs does not take the others' side.
    chat.field.fill(f"An English line\n{ARABIC}")
    chat.another(lambda: chat.field.press("Enter"))
    lines = chat.questions.last.evaluate(
        """(node) => {
          const [{ firstChild: text }, at] = [node, node.textContent.indexOf("\\n")];
          const boxes = [[0, at], [at + 1, text.length]].map(([from, to]) => {
            const range = document.createRange();
            range.setStart(text, from);
            range.setEnd(text, to);
            return range.getBoundingClientRect();
          });
          return boxes.map(({ left }) => left);
        }"""
    )
    assert lines[1] > lines[0]
    chat.ended()


def test_the_pages_own_words_keep_their_side(visitor: Visitor) -> None:
    """However the conversation is written, the page's frame stays as its language has it."""
    chat = visitor.open().ask(f"{ARABIC}?").ended()
    for name in ("html", ".bar", ".side", ".dock", "chat-reply", ".tools"):
        way = chat.page.locator(name).first.evaluate("(node) => getComputedStyle(node).direction")
        assert way == "ltr", name
