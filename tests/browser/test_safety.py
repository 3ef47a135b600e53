"""What a model says can run nothing, fetch nothing and leave its place nowhere on the page.

Everything is drawn by the page's own modules, with its policy and once more without: what the
policy would stop must not even be tried.
"""

import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.payloads import payloads
from tests.browser.visit import Visitor
from tests.serving import Process

PACE = "0.1"
PREFIXED = 60
"""So many payloads are also cut at every place."""

DRAW = """async ([texts, cut]) => {
  const link = document.querySelector('link[href*="/js/draw/drawer."]');
  const { Drawer } = await import(link.href);
  const { colour } = await import(link.href.replace(/drawer\\.[^.]+\\.js$/, "code.js"));
  // Beside the rows of the conversation, which are the log's own to add and to remove.
  const rows = document.querySelector("chat-log").appendChild(document.createElement("div"));
  const draw = (parts, close) => {
    const box = document.createElement("chat-answer");
    rows.append(box);
    const drawer = new Drawer(box, colour);
    for (const part of parts) {
      drawer.write(part);
      drawer.flush(Infinity);
    }
    if (close) {
      drawer.finish();
      drawer.flush(Infinity);
    }
    return box;
  };
  const VALUED = ["href", "class", "target", "rel", "id", "title", "aria-label", "type"];
  const elements = new Set();
  const note = (box) => {
    for (const node of box.querySelectorAll("*")) {
      const math = node.closest(".math-set") ? "math " : "";
      elements.add(math + node.localName);
      for (const { name, value } of node.attributes) {
        const told = VALUED.includes(name) && !math ? `=${value}` : "";
        elements.add(`${math}@${name}${told}`);
      }
    }
  };
  for (const [at, text] of texts.entries()) {
    const whole = draw([text], true);
    if (!cut) {
      note(whole);
      whole.dataset.payload = at;
      continue;
    }
    note(draw([...text], true));
    for (let end = 1; end < text.length; end++) {
      const box = draw([text.slice(0, end)], true);
      note(box);
      box.remove();
    }
    whole.remove();
  }
  await new Promise((done) => {
    // Whatever the drawing set off comes before this, which fails in its turn.
    const image = new Image();
    image.onerror = done;
    image.src = "/static/fence.png";
  });
  const until = performance.now() + 60_000;
  do await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  while (rows.querySelector("code.math") && performance.now() < until);
  for (const box of document.querySelectorAll("chat-answer")) note(box);
  return [...elements];
}"""

TAGS = {
    "p",
    "br",
    "hr",
    "h3",
    "h4",
    "h5",
    "h6",
    "strong",
    "em",
    "s",
    "code",
    "pre",
    "blockquote",
    "ul",
    "ol",
    "li",
    "a",
    "div",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "span",
    "button",
    "input",
    "sup",
    "section",
}
MATH_TAGS = {
    "span",
    "math",
    "semantics",
    "annotation",
    "mrow",
    "mi",
    "mo",
    "mn",
    "mtext",
    "mspace",
    "mfrac",
    "msup",
    "msub",
    "msubsup",
    "munder",
    "mover",
    "munderover",
    "msqrt",
    "mroot",
    "mtable",
    "mtr",
    "mtd",
    "mstyle",
    "mpadded",
    "mphantom",
    "menclose",
    "svg",
    "path",
    "line",
}
ATTRIBUTES = {
    *("href", "class", "start", "data-language", "tabindex", "target", "rel", "dir"),
    *("aria-pressed", "checked", "disabled"),
}
OWN_VALUES = re.compile(
    r"@(id=note-\d+-\d+(-from-\d+)?|title=Break long lines|type=(button|checkbox)"
    r"|aria-label=(Note \d+|Notes|Back to the text|Done|To do))"
)
"""Of these attributes no value is the text's."""
NOTE = re.compile(r"#note-\d+-\d+(-from-\d+)?")
MATH_NAMED = ("on", "href", "src", "xlink", "id", "data", "action", "formaction", "name")


class Canary(ThreadingHTTPServer):
    """A server that notes whatever is asked of it."""

    daemon_threads = True

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _Noting)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Noting(BaseHTTPRequestHandler):
    server: Canary

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_error(404)

    do_POST = do_GET  # noqa: N815  # the names that the base class looks for
    do_HEAD = do_GET  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is printed."""


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    with Canary() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(params=["policy", "no policy"])
def guarded(
    browser: Browser, process: Process, canary: Canary, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """A page that must end as it began, under its policy and without it."""
    with Visitor(browser, process, bypass_csp=request.param == "no policy") as visitor:
        page = visitor.open().page
        if "grounding" in request.node.name:
            visitor.forgive(SANITISED)
        canary.asked.clear()
        since = len(visitor.requested)
        yield page
        unmoved(page)
        asked = [urlsplit(address) for address in visitor.requested[since:]]
        own = ("/static/", "/service-worker.js", "/offline")
        strange = [address.geturl() for address in asked if not address.path.startswith(own)]
        assert strange == []
        assert canary.asked == []
        visitor.complaints[:] = [said for said in visitor.complaints if "fence.png" not in said]


def unmoved(page: Page) -> None:
    """No script has run, and the page around is whole."""
    assert page.evaluate("typeof window.hostile") == "undefined"
    assert urlsplit(page.url).path == "/"
    assert page.evaluate("document.baseURI === location.href")
    assert page.evaluate("document.querySelectorAll('#app, #message').length") == 2
    expect(page.locator("#message")).to_be_visible()


def judged(found: list[str]) -> None:
    """Nothing but what is on the list was made."""
    strange = []
    for name in found:
        if name.startswith("math @"):
            allowed = not name.removeprefix("math @").startswith(MATH_NAMED)
        elif name.startswith("math "):
            allowed = name.removeprefix("math ") in MATH_TAGS
        elif name.startswith("@href="):
            address = name.removeprefix("@href=").lower()
            allowed = address.startswith(("http:", "https:", "mailto:")) or bool(
                NOTE.fullmatch(address)
            )
        elif name.startswith("@target="):
            allowed = name == "@target=_blank"
        elif name.startswith("@rel="):
            allowed = name == "@rel=noopener noreferrer nofollow"
        elif name.startswith(("@id", "@title", "@type", "@aria-label")):
            allowed = OWN_VALUES.fullmatch(name) is not None
        elif name.startswith("@"):
            allowed = name.removeprefix("@").partition("=")[0] in ATTRIBUTES
        else:
            allowed = name in TAGS
        if not allowed:
            strange.append(name)
    assert strange == []


def test_payloads_whole(guarded: Page, canary: Canary) -> None:
    texts = payloads(canary.origin)
    assert len(texts) >= 500
    judged(guarded.evaluate(DRAW, [texts, False]))
    drawn = guarded.locator("chat-answer[data-payload]").all_text_contents()
    assert len(drawn) == len(texts)
    assert sum("hostile" in text for text in drawn) > len(texts) / 2


def test_payloads_cut_at_every_place(guarded: Page, canary: Canary) -> None:
    texts = payloads(canary.origin)
    judged(guarded.evaluate(DRAW, [texts[:: len(texts) // PREFIXED], True]))


def test_the_alarm_works(browser: Browser, process: Process, canary: Canary) -> None:
    """What the tests look for does happen where the same texts are put in as markup."""
    with Visitor(browser, process, bypass_csp=True) as visitor:
        page = visitor.open().page
        canary.asked.clear()
        page.evaluate(
            """async (texts) => {
              const box = document.body.appendChild(document.createElement("div"));
              box.innerHTML = texts.join("");
              // Answered with an error, so that both were asked for.
              await Promise.all([...box.children].map((image) => new Promise((done) =>
                image.addEventListener("error", done))));
            }""",
            ["<img src=x onerror=window.hostile=1>", f"<img src={canary.origin}/i.png>"],
        )
        page.wait_for_function("() => window.hostile === 1")
        with pytest.raises(AssertionError):
            visitor.check()
        visitor.requested.clear()
    assert canary.asked == ["/i.png"]


def test_the_rehearsed_hostile_markdown(browser: Browser, process: Process) -> None:
    """The same through the whole of the product, reload and all, and as a title."""
    title = "rehearse hostile markdown"
    with Visitor(browser, process) as visitor:
        chat = visitor.open()
        for _again in range(2):
            chat.ask(title).ended()
            assert chat.page.evaluate("typeof window.hostile") == "undefined"
        chat.open_thoughts()
        chat.page.reload()
        chat.connected()
        chat.ended()
        chat.same_as_stored()
        for link in chat.answer.last.locator("a").all():
            assert (link.get_attribute("href") or "").startswith(("http", "mailto:"))
        markup = "<img src=x onerror=window.hostile=1><script>window.hostile=2</script>"
        chat.fresh().ask(markup).ended()
        expect(chat.questions).to_have_text([markup])
        expect(chat.page.locator("#title")).to_have_text(markup)
        expect(chat.page.locator(".list-row").first).to_contain_text(markup)
        assert chat.page.evaluate("typeof window.hostile") == "undefined"


REACHING = [
    text
    % rf"\overline{{\smash{{\raisebox{{{far}em}}{{\colorbox{{red}}{{\rule{{20em}}{{6em}}}}}}}}}}"
    for far in (-10, -5, 9, 14)
    for text in ("$%s$", "- $%s$", "> x $%s$", "| a |\n|---|\n| $%s$ |", "$$%s$$")
]
"""Formulas that reach far out of their line."""
COVERED = """async (texts) => {
  const log = document.querySelector("chat-log");
  document.getElementById("welcome").hidden = true;
  const add = (name) => log.appendChild(document.createElement(name));
  const neighbours = [];
  const put = () => {
    neighbours.push(add("p"));
    neighbours.at(-1).style.height = "9em";
  };
  put();
  for (const text of texts) {
    for (const name of ["chat-answer", "chat-thoughts"]) {
      const node = add(name);
      node.write(text);
      node.querySelector(".thoughts-open")?.click();
      node.finish();
      put();
    }
  }
  const until = performance.now() + 60_000;
  const drawn = () => log.querySelectorAll(".math-set .katex").length === 2 * texts.length;
  while (!drawn() && performance.now() < until) await new Promise(requestAnimationFrame);
  const covered = new Set();
  for (const [at, line] of neighbours.entries()) {
    line.scrollIntoView({ block: "center" });
    const { left, top, width, height } = line.getBoundingClientRect();
    // A little way in: what sticks out by less than a line's height covers nothing.
    for (let x = 10; x < width; x += 30)
      for (let y = 12; y < height - 12; y += 10) {
        const found = document.elementFromPoint(left + x, top + y);
        if (found !== line) covered.add(`${at} ${found?.outerHTML.slice(0, 80)}`);
      }
  }
  return [drawn(), [...covered]];
}"""
"""What is seen in the place of their neighbours."""


def test_formulas_cover_no_other_message(guarded: Page) -> None:
    assert guarded.evaluate(COVERED, REACHING) == [True, []]


def test_what_is_wide_scrolls_by_itself(guarded: Page) -> None:
    cells, rule = "| wide " * 60, "|---" * 60
    text = f"{cells}|\n{rule}|\n{cells}|\n\n```\n{'wide ' * 80}\n```\n"
    scrolled = guarded.evaluate(
        """async (text) => {
          const log = document.querySelector("chat-log");
          const answer = log.appendChild(document.createElement("chat-answer"));
          answer.write(text);
          answer.finish();
          const drawn = () => answer.querySelector(".table-box + .code");
          await until(drawn);
          return [".table", "pre", "chat-answer"].map((name) => {
            const node = name === "chat-answer" ? answer : answer.querySelector(name);
            node.scrollLeft = 1e6;
            return node.scrollLeft > 100;
          });
        }""",
        text,
    )
    assert scrolled == [True, True, False]


def test_hostile_parts_and_words(guarded: Page, canary: Canary) -> None:
    """Other parts, the endpoint's words at an end, and thoughts, drawn by their own elements."""
    parts = [
        {"inlineData": {"mimeType": "image/svg+xml", "data": "PHN2Zy8+"}},
        {"inlineData": {"mimeType": "text/html", "data": "PHNjcmlwdD4="}},
        {"inlineData": {"mimeType": "image/png", "data": f'x" onerror="{canary.origin}'}},
        {"inlineData": {"mimeType": "image/png,x", "data": canary.origin}},
        {"inlineData": {"mimeType": "constructor", "data": "AAAA"}},
        {"inlineData": {"mimeType": "audio/mpeg;x", "data": "AAAA"}},
        {"inlineData": {"mimeType": "audio/wav", "data": f"x,{canary.origin}/a.wav"}},
        {"inlineData": {"mimeType": "audio/L16;rate=99999999", "data": "AAAA"}},
        {"inlineData": {"mimeType": ["image/png"], "data": ["AAAA"]}},
        {"inlineData": "image/png"},
        {"codeExecutionResult": "text", "executableCode": {"code": 7}},
        {"codeExecutionResult": {"outcome": "constructor", "output": {"toString": 1}}},
        {"fileData": {"fileUri": f"{canary.origin}/x.png", "mimeType": "image/png"}},
        {"executableCode": {"language": "<img src=x onerror=window.hostile=1>", "code": "<b>"}},
        {"codeExecutionResult": {"output": "<img src=x onerror=window.hostile=1>"}},
        {"<img src=x onerror=window.hostile=1>": {"__proto__": 1}},
        json.loads('{"__proto__": {"toString": 1}, "constructor": 1}'),
    ]
    texts = [text for text in payloads(canary.origin) if "javascript" not in text]
    found = guarded.evaluate(
        """async ([parts, texts]) => {
          const base = document.querySelector('link[href*="/js/draw/drawer."]').href
            .replace(/draw\\/drawer.*/, "");
          const { partNode } = await import(`${base}elements/parts.js`);
          // Beside the conversation's rows, which are the log's own to add and to remove.
          const log = document.querySelector("chat-log");
          const rows = log.appendChild(document.createElement("div"));
          rows.append(...parts.map(partNode).filter(Boolean));
          const thoughts = document.createElement("chat-thoughts");
          rows.append(thoughts);
          for (const text of texts) {
            thoughts.write(`${text}\\n\\n**${text}**\\n\\n`);
            const end = document.createElement("chat-end");
            rows.append(end);
            end.update({ sentence: text, words: text, action: text, label: text });
          }
          thoughts.write("the last of all\\n");
          thoughts.querySelector("button").click();
          thoughts.finish();
          const until = performance.now() + 60_000;
          const drawn = () => thoughts.textContent.includes("the last of all")
            && !thoughts.querySelector("code.math");
          while (!drawn() && performance.now() < until) await new Promise(requestAnimationFrame);
          await new Promise((done) => {
            const image = new Image();
            image.onerror = done;
            image.src = "/static/fence.png";
          });
          const strange = [...rows.querySelectorAll("img, script, iframe, [onerror], [src]")];
          return [drawn(), strange.map((node) => node.outerHTML)];
        }""",
        [parts, texts],
    )
    assert found == [True, []]


SANITISED = re.compile(r"purify|^policy: (script-src-attr|style-src-elem|base-uri)")
"""The policy complains of what the sanitiser reads, in a document that nobody sees. Without the
policy nothing of it is tried either."""
SUGGESTED = (
    (
        "<style>@import url(CANARY/a.css); @font-face {{ font-family: x; src: url(CANARY/f) }}"
        " .c {{ background: url(CANARY/b.png) }} .c {{ background: u\\72l(CANARY/c) }}"
        " .c {{ --x: url(CANARY/d); background: var(--x) }} @media all {{ .c {{ cursor:"
        " image-set('CANARY/e' 1x), auto }} }} html {{ position: fixed !important }}</style>"
        "<div class=c style='background: url(CANARY/s)' id=app onclick={run}>chip</div>"
    ),
    "<style><!--</style><img src=x onerror={run}>--></style>chip",
    "<style>a{{}}</style x><style>b{{}}</sty<style></style>le><script>{run}</script>chip",
    "<a class=chip href='javascript:{run}'>chip</a><a href=CANARY/a ping=CANARY/p>link</a>",
    "<a href='https://example.org/' target=_top onmouseover={run}>chip</a>",
    "<link rel=preconnect href=CANARY><link rel=dns-prefetch href=CANARY><base href=CANARY/>chip",
    "<meta http-equiv=refresh content='0;url=CANARY/m'>chip",
    "<form action=CANARY/f><input autofocus onfocus={run}><button>chip</button></form>",
    (
        "<svg fill='url(CANARY/s.svg#x)'><use href=CANARY/u#x></use><image href=CANARY/i></image>"
        "<a href='javascript:{run}'><text>x</text></a><style>*{{fill:url(CANARY/v)}}</style></svg>"
        "chip"
    ),
    "<svg><style><img src=x onerror={run}></style></svg><math><style><img src=x onerror={run}>chip",
    "<iframe src=CANARY/f></iframe><object data=CANARY/o></object><embed src=CANARY/e>chip",
    "<img src=CANARY/i><video poster=CANARY/v></video><audio src=CANARY/a autoplay></audio>chip",
    "<template shadowrootmode=open><img src=x onerror={run}></template>chip",
    "<body onload={run} background=CANARY/b><html manifest=CANARY/m>chip",
)
ADDRESSES = (
    "javascript:{run}",
    "JaVaScRiPt:{run}",
    " javascript:{run}",
    "data:text/html,<script>{run}</script>",
    "//CANARY/x",
    'https://example.org/"onmouseover="{run}',
    "https://example.org/<img src=x onerror={run}>",
)
TITLED = (
    "<img src=x onerror={run}>",
    "</a><script>{run}</script>",
    "[x](javascript:{run})",
    "\u202egnp.knab",
    "bank.example.org",
)
GROUNDED = """async ([groundings, answer]) => {
  const base = document.querySelector('link[href*="/js/draw/drawer."]').href
    .replace(/draw\\/drawer.*/, "");
  await import(`${base}elements/chat-sources.js`);
  const { Flow } = await import(`${base}elements/flow.js`);
  const log = document.querySelector("chat-log");
  const rows = log.appendChild(document.createElement("div"));
  for (const grounding of groundings) {
    const [body, sources] = ["div", "chat-sources"].map((name) => document.createElement(name));
    rows.append(body, sources);
    const flow = new Flow(body);
    flow.take([["a", answer]], false);
    flow.finish();
    sources.update(grounding, flow);
  }
  const frames = [...rows.querySelectorAll("iframe")];
  const filled = () => frames.every(({ contentDocument: inner }) => inner?.body?.textContent);
  const marked = () => rows.querySelectorAll(".cite").length >= groundings.length;
  const until = performance.now() + 60_000;
  while (!(filled() && marked()) && performance.now() < until)
    await new Promise(requestAnimationFrame);
  await new Promise((done) => {
    const image = new Image();
    image.onerror = done;
    image.src = "/static/fence.png";
  });
  const inner = frames.flatMap(({ contentDocument }) => [...contentDocument.body.children]);
  const all = [rows, ...inner].flatMap((node) => [node, ...node.querySelectorAll("*")]);
  const bad = ["script", "img", "image", "use", "object", "embed", "form", "input", "link", "meta"];
  const strange = all.filter((node) =>
    bad.includes(node.localName) ||
    [...node.attributes].some(({ name, value }) =>
      name.startsWith("on") || ["src", "ping", "action", "id", "name"].includes(name) ||
      (name === "href" && !/^(https?:|#)/.test(value)) || /url\\(|image-set/.test(value)));
  const open = all.filter((node) => node.localName === "a" && node.hasAttribute("href") &&
    (node.getAttribute("target") !== "_blank" || !node.relList.contains("noopener")));
  const sheets = frames.flatMap((frame) => frame.contentDocument.adoptedStyleSheets)
    .flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText));
  return {
    drawn: [filled(), marked(), frames.length],
    strange: [...strange, ...open].map((node) => node.outerHTML.slice(0, 200)),
    fetching: sheets.filter((text) => /url|image-set|@import|@font/i.test(text)),
  };
}"""


def test_hostile_grounding(guarded: Page, canary: Canary) -> None:
    """Titles, addresses, passages and suggestions, as the page would draw them unchecked."""

    def put(text: str) -> str:
        return text.format(run="parent.hostile=1").replace("CANARY", canary.origin)

    addresses, titles = [put(one) for one in ADDRESSES], [put(one) for one in TITLED]
    groundings = [
        {
            "sources": [{"uri": addresses[at % len(addresses)], "title": titles[at % len(titles)]}],
            "marks": [
                {"at": 40, "text": "*x* said so well", "sources": [0]},
                {"at": 60, "text": titles[at % len(titles)], "sources": [0]},
            ],
            "queries": titles,
            "suggestions": put(SUGGESTED[at]),
            "pages": [{"uri": address, "status": "constructor"} for address in addresses],
            "citations": [
                {"uri": address, "title": title, "license": title, "text": title}
                for address, title in zip(addresses, titles, strict=False)
            ],
        }
        for at in range(len(SUGGESTED))
    ]
    answer = "It was told that x said so well " + " and ".join(titles) + "\n\nThe end."
    found = guarded.evaluate(GROUNDED, [groundings, answer])
    assert found["strange"] == []
    assert found["fetching"] == []
    assert found["drawn"] == [True, True, len(SUGGESTED)]
