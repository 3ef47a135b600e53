"""In Chinese, every page is Chinese: what it shows and what it tells a screen reader hold no Latin
word, but for the few that are written here."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from conversations.models import Conversation
from tests.accounts.routes import every_route
from tests.browser.test_access_pages import FIRST, ComplaintsOfAbsence, is_page
from tests.browser.test_in_and_out import choose, file, open_import
from tests.browser.visit import Chat, Visitor
from tests.serving import Person, Process

PACE = "0.2"
LANGUAGE = "zh-hans"
TOKEN = "x" * 32
SAME = (
    # what has a name of its own
    "Thinkalong",
    r"gemini-[\w.-]+|Gemini [\d.]+ \w+",
    "Google(?: AI Studio| Drive)?",
    "Drive",
    "Python",
    "JavaScript",
    "Markdown",
    "JSON",
    "HTML",
    "HTTP",
    "PDF",
    "UTF-8",
    "SHA-256",
    "AI|ID|MB|KB",
    "[Tt]oken",
    "Top [KP]",
    "Cookie",
    "CSRF_TRUSTED_ORIGINS",
    # keys
    "Ctrl|Alt|Shift|Enter|Esc|Tab|Del|Control|Mac|Command",
    # ids and names that the endpoint and the processes give
    r"[0-9a-f]{8}(?:(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?|[\w-]{22}|\S+:[0-9a-f]{12}",
    r"127\.0\.0\.1:\d+/s/[\w-]+",
    "STOP|RESOURCE_EXHAUSTED|quota",
    # what the addresses of this test are made of
    "conversations/user",
    # a language says itself what it is called
    "English",
    # what the model was given and gave
    r"example\.(?:org|net|com)|\.(?:txt|bin|png|json)|python|json",
    "Expecting property name enclosed in double quotes",
)
_SAME = re.compile("|".join(rf"(?<![A-Za-z])(?:{each})(?![A-Za-z])" for each in SAME))
LATIN = re.compile(r"[A-Za-z]{2,}")
TEXTS = """(written) => {
  const found = [];
  const tell = (text, node) => /[A-Za-z]{2}/.test(text ?? "")
    && !(written && node.closest(written))
    && found.push([text.trim(), node.outerHTML.slice(0, 120)]);
  if (!written) tell(document.title, document.documentElement);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    if (!parentElement.closest("script, style, noscript, template")) tell(data, parentElement);
  }
  for (const node of document.querySelectorAll("body, body *")) {
    for (const name of ["alt", "aria-description", "aria-label", "aria-roledescription",
      "aria-valuetext", "label", "placeholder", "title"]) tell(node.getAttribute(name), node);
    if (node.matches("input:is([type=submit], [type=button])")) tell(node.value, node);
    for (const side of ["::before", "::after"]) {
      const { content } = getComputedStyle(node, side);
      if (content.startsWith('"')) tell(content, node);
    }
  }
  return found;
}"""


def latin(page: Page, written: str = "") -> list[list[str]]:
    """Texts with a Latin word, and where they are; nothing of what people or a model wrote, which
    is in these places."""
    return [
        [text, where]
        for text, where in page.evaluate(TEXTS, written)
        if LATIN.search(_SAME.sub("", text))
    ]


def chinese(page: Page, written: str = "") -> None:
    expect(page.locator("html")).to_have_attribute("lang", LANGUAGE)
    found = latin(page, written)
    assert found == [], json.dumps(found, indent=0, ensure_ascii=False)


TOUR = ".tour-prompt"
"""What a newcomer may ask the rehearsal, in its own few words."""
REHEARSED = (
    f"{TOUR}, .ask-text, chat-answer, .thoughts-text, .thoughts-title, .thoughts-last, #title"
)
REHEARSED += ", .list-row, .list-more, .end-words, chat-sources a, #said"
"""Where a question to the rehearsal stands, which is in Latin letters, and what it says to it."""
WHEN = "2026-01-01T00:00:00Z"
WROTE = """说明如下[^1]：

```python
打印(1)
```

| 甲 | 乙 |
|---|---|
| 1 | 2 |

- [x] 已写
- [ ] 未写

$$a+b$$

![图](https://example.org/a.png)

[^1]: 一条注释。
"""
SOURCES = {
    "groundingMetadata": {
        "webSearchQueries": ["河流"],
        "groundingChunks": [
            {"web": {"uri": f"https://example.org/{at}", "title": f"来源{at}"}} for at in range(9)
        ],
        "groundingSupports": [
            {"segment": {"endIndex": 12, "text": "说明如下"}, "groundingChunkIndices": [0, 1]}
        ],
    },
    "citationMetadata": {"citationSources": [{"uri": "https://example.net/x", "license": "甲"}]},
    "urlContextMetadata": {
        "urlMetadata": [
            {"retrievedUrl": "https://example.org/", "urlRetrievalStatus": f"URL_RETRIEVAL_{end}"}
            for end in ("STATUS_SUCCESS", "STATUS_ERROR", "STATUS_PAYWALL", "STATUS_UNSAFE", "X")
        ]
    },
}
PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)
ENDS = (
    *("stopped", "blocked", "filtered", "out_of_tokens", "cut_off", "stalled", "refused"),
    *("over_quota", "interrupted", "empty"),
)


def conversation() -> bytes:
    """With everything in it that one can have, in Chinese."""
    parts: list[Any] = [
        {"text": "**想一想**\n\n先想想。\n\n**再想想**\n\n好了。", "thought": True},
        {"text": WROTE},
        {"executableCode": {"language": "PYTHON", "code": "1"}},
        {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1"}},
        {"executableCode": {"language": "PYTHON", "code": "2"}},
        {"codeExecutionResult": {"outcome": "OUTCOME_FAILED", "output": ""}},
        {"executableCode": {"language": "PYTHON", "code": "3"}},
        {"codeExecutionResult": {"outcome": "OUTCOME_DEADLINE_EXCEEDED"}},
        {"inlineData": {"mimeType": "image/png", "data": PICTURE}},
        {"inlineData": {"mimeType": "audio/wav", "data": "UklGRiQAAABXQVZF"}},
        {"未知": {"值": 1}},
    ]
    asked = [{"text": "这是什么？"}, {"attachment": {"id": "f"}}, {"attachment": {"id": "p"}}]
    messages: list[dict[str, Any]] = [
        {"id": 1, "role": "user", "parts": asked},
        {"id": 2, "parent": 1, "role": "model", "parts": parts, "metadata": [SOURCES]},
        {"id": 3, "parent": 1, "role": "model", "parts": [{"text": "另一个回答"}]},
    ]
    turns: list[dict[str, Any]] = [
        {"question": 1, "reply": reply, "outcome": "complete"} for reply in (2, 3)
    ]
    turns[0]["timeline"] = [[0, 1], [900, 40]]
    turns[0]["budget"] = 1024
    turns[0]["settings"] = {"temperature": 0.5, "system_instruction": "简短些。", "top_k": 3}
    turns[0]["usage"] = {"prompt": 1, "cached": 1, "thought": 2, "answer": 3, "tool": 4, "total": 9}
    last = 2
    for end in ENDS:
        at = len(messages) + 1
        messages.append({"id": at, "parent": last, "role": "user", "parts": [{"text": "然后呢？"}]})
        messages.append({"id": at + 1, "parent": at, "role": "model", "parts": [{"text": "唔"}]})
        turns.append({"question": at, "reply": at + 1, "outcome": end})
        last = at + 1
    for message in messages:
        message["created"] = WHEN
    for turn in turns:
        turn.update(model="gemini-2.5-pro", accepted=WHEN, asked=WHEN, ended=WHEN)
    files = (("f", "文本.txt", "aGk="), ("p", "图.png", PICTURE))
    document = {
        "format": "thinkalong-conversation",
        "version": 1,
        "exported": WHEN,
        "conversation": {
            "title": "河流",
            "model": "gemini-2.5-pro",
            "created": WHEN,
            "updated": WHEN,
            "folder": "水",
            "leaf": last,
        },
        "attachments": [
            {
                "id": key,
                "name": name,
                "type": "text/plain",
                "size": 2,
                "created": WHEN,
                "data": data,
            }
            for key, name, data in files
        ],
        "messages": messages,
        "turns": turns,
    }
    return json.dumps(document).encode()


@pytest.fixture(scope="module")
def person(process: Process) -> Person:
    fields: dict[str, Any] = {"language": LANGUAGE, "is_staff": True, "is_superuser": True}
    person = process.site.add_person("王薇", **fields)
    cookie = f"{process.site.session(person)}; csrftoken={TOKEN}"
    with process.client(cookie) as client:
        answer = client.post("/import", content=conversation(), headers={"X-CSRFToken": TOKEN})
    assert answer.json().get("imported") == 1, answer.text
    return person


@pytest.fixture
def visitor(browser: Browser, process: Process, person: Person) -> Iterator[Visitor]:
    looks: dict[str, Any] = {"locale": "zh-CN", "reduced_motion": "reduce"}
    with Visitor(browser, process, person, **looks) as visitor:
        yield visitor


@pytest.fixture
def river(visitor: Visitor) -> Chat:
    """The page with that conversation."""
    row = visitor.process.site.ask(
        lambda alias: Conversation.objects.using(alias).get(title="河流")
    )
    chat = visitor.open(f"/c/{row.pk}")
    expect(chat.page.locator("chat-reply")).to_have_count(1 + len(ENDS))
    chat.settled()
    return chat


DJANGOS = ".selector, .results img, .readonly img"
"""Django's own: permissions are stored in English, and some pictures' names are not marked."""


def test_every_address(visitor: Visitor) -> None:
    """For somebody unknown, and for an administrator with a first row of each list."""
    visitor.complaints = ComplaintsOfAbsence()
    visitor.forgive(re.compile("status of 4"))
    stranger, mine = (visitor.device(signed_in=known).new_page() for known in (False, True))
    addresses = [route.address for route in every_route()]
    wrong: dict[str, Any] = {}
    seen = 0
    for page in (stranger, mine):
        for address in addresses:
            if not is_page(page, address):
                continue
            page.goto(address)
            seen += 1
            if page is mine and address.startswith("/admin/"):
                addresses += [to for to in page.evaluate(FIRST) if to not in addresses]
            if found := latin(page, f"{TOUR}, {DJANGOS}"):
                wrong[f"{address} {'mine' if page is mine else ''}"] = found
    assert wrong == {}, json.dumps(wrong, indent=1, ensure_ascii=False)
    assert seen > 60


def test_forms_that_are_not_in_order(visitor: Visitor) -> None:
    """What is said of empty fields, by us, by Django and by allauth."""
    stranger, mine = (visitor.device(signed_in=known).new_page() for known in (False, True))
    for page, address in (
        (stranger, "/accounts/login/"),
        (mine, "/accounts/password/change/"),
        (mine, "/admin/conversations/user/add/"),
        (mine, "/admin/auth/group/add/"),
    ):
        page.goto(address)
        page.locator("form [type=password], form [type=text], form [type=email]").first.evaluate(
            "({ form }) => form.submit()"
        )
        expect(page.locator(".errorlist, .error, [role=alert], .errornote").first).to_be_visible()
        chinese(page, DJANGOS)


def test_the_empty_page(visitor: Visitor) -> None:
    chinese(visitor.open().page, TOUR)


def test_a_conversation_and_what_can_be_done_with_it(river: Chat) -> None:
    page = river.page
    chinese(page, TOUR)
    for opener in (".thoughts-open", ".sources-more", ".details"):
        for button in page.locator(f"chat-reply {opener}").all():
            button.click()
    river.settled()
    chinese(page, TOUR)


def test_the_menus_and_the_sheets(river: Chat) -> None:
    page = river.page
    for what in ("move", "share"):
        choose(river, what)
        expect(page.locator(f"#{what}")).to_be_visible()
        if what == "share":
            page.locator("#share button.button").first.click()
            expect(page.locator(".share-link")).not_to_have_count(0)
        chinese(page, TOUR)
        page.keyboard.press("Escape")
    page.keyboard.press("Control+/")
    chinese(page, TOUR)
    page.keyboard.press("Escape")
    page.click("#settings-open")
    chinese(page, TOUR)
    page.keyboard.press("Escape")


def test_search_and_switcher(river: Chat) -> None:
    page = river.page
    page.locator("#search-field").fill("回答")
    expect(page.locator(".found-hit").first).to_be_visible()
    chinese(page, TOUR)
    page.locator("#search-field").fill("没有的")
    expect(page.locator(".found-hit")).to_have_count(0)
    chinese(page, TOUR)
    page.locator(".search-clear").click()
    page.keyboard.press("Control+k")
    chinese(page, TOUR)


def test_import(visitor: Visitor) -> None:
    visitor.forgive(re.compile("status of 422"))
    page = visitor.open().page
    dialog = open_import(page)
    broken = [file("坏.json", "{"), file("空.json", ""), file("好.json", conversation().decode())]
    dialog.locator("input[type=file]").set_input_files(broken)
    expect(dialog.locator(".import-said:not(:empty)")).to_have_count(3)
    chinese(page, TOUR)


def test_files_of_a_message(visitor: Visitor) -> None:
    chat = visitor.open()
    wrong = [file("空.txt", ""), file("程序.bin", "\\0\\1"), file("好.txt", "好")]
    chat.page.locator("chat-composer input[type=file]").set_input_files(wrong)
    expect(chat.page.locator("chat-composer li.file.bad")).not_to_have_count(0)
    chinese(chat.page, TOUR)


@pytest.mark.parametrize(
    ("who", "question"),
    [
        ("甲", "long thoughts slowly"),
        ("乙", "quota"),
        ("丙", "error 429 always for 50 seconds"),
        ("丁", "grounding"),
    ],
)
def test_answers_that_come(browser: Browser, process: Process, who: str, question: str) -> None:
    """While it thinks, waits and ends; what the rehearsal itself says is English."""
    person = process.site.add_person(who, language=LANGUAGE)
    with Visitor(browser, process, person, reduced_motion="reduce") as visitor:
        chat = visitor.open()
        chat.ask(f"rehearse {question}")
        if who == "甲":
            chat.thinking(20)
        elif who == "丙":
            expect(chat.end).to_contain_text("重试")
        if who in "甲丙":
            chinese(chat.page, REHEARSED)
            chat.stop.click()
        chat.ended()
        chinese(chat.page, REHEARSED)
