"""What a long answer costs the browser: `python3 -m tests.bench.page [thousands of characters]`.

Streams thoughts and answers of doubling length into a real page and prints the main thread's time
for each; then draws texts of one shape each (a long quote, an item of many paragraphs). With a
linear cost the time for a thousand characters stays the same.
"""

import os
import sys
from collections.abc import Iterator
from typing import Any

import django
from playwright.sync_api import Browser, CDPSession, expect, sync_playwright

LONG_TASKS = """() => {
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longTasks.push(duration);
  }).observe({ type: "longtask" });
}"""


def measured(session: CDPSession) -> dict[str, float]:
    found: dict[str, Any] = session.send("Performance.getMetrics")
    return {metric["name"]: metric["value"] for metric in found["metrics"]}


def streamed(browser: Browser, process: Any, kind: str, size: int) -> list[str]:
    """One turn of so many characters; a row of the table."""
    from tests.browser.visit import Visitor

    with Visitor(browser, process) as visitor:
        chat = visitor.open()
        session = chat.page.context.new_cdp_session(chat.page)
        session.send("Performance.enable")
        chat.page.evaluate(LONG_TASKS)
        before = measured(session)
        rate = max(40, size // 400)
        chat.ask(
            f"rehearse long {kind} of {size} characters in pieces of 40 at {rate} chunks a second"
        )
        expect(chat.reply.locator(":scope > .tools")).to_be_visible(timeout=300_000)
        chat.settled()
        after = measured(session)
        spent = {name: (after[name] - before[name]) * 1000 for name in _SHOWN}
        tasks = chat.page.evaluate("window.longTasks")
        return [
            f"{kind} {size // 1000}k",
            *(f"{spent[name]:.0f}" for name in _SHOWN),
            f"{spent['TaskDuration'] / size * 1000:.1f}",
            f"{len(tasks)}",
            f"{max(tasks, default=0):.0f}",
            f"{after['JSHeapUsedSize'] / 1e6:.0f}",
        ]


DRAWN = """async (text) => {
  const { Drawer } = await import(document.querySelector('link[href*="/js/draw/drawer."]').href);
  const box = document.querySelector(".rows").appendChild(document.createElement("chat-answer"));
  const drawer = new Drawer(box, () => {});
  const from = performance.now();
  for (let at = 0; at < text.length; at += 40) {
    drawer.write(text.slice(at, at + 40));
    drawer.flush(Infinity);
    box.offsetHeight;
  }
  drawer.finish();
  drawer.flush(Infinity);
  const spent = performance.now() - from;
  box.remove();
  return spent;
}"""
"""Draws a text in pieces of 40 characters, each laid out."""


def shapes(browser: Browser, process: Any, sizes: list[int]) -> Iterator[list[str]]:
    """For each shape, the milliseconds that a thousand characters take, by the length."""
    from tests.browser.shapes import SHAPES
    from tests.browser.visit import Visitor

    with Visitor(browser, process) as visitor:
        page = visitor.open().page
        for name, text in SHAPES.items():
            page.evaluate(DRAWN, text(2_000))
            spent = [page.evaluate(DRAWN, text(size)) / size * 1000 for size in sizes]
            yield [name, *(f"{each:.1f}" for each in spent)]


_SHOWN = ("TaskDuration", "ScriptDuration", "LayoutDuration", "RecalcStyleDuration")
_HEAD = ["text", "task", "script", "layout", "style", "task/1k", "long tasks", "longest", "heap MB"]


def main(words: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    django.setup()
    from tests.browser.conftest import FLAGS
    from tests.serving import Site
    from tests.throwaway import chromium

    sizes = [int(word) * 1000 for word in words] or [25_000, 50_000, 100_000]
    row = "{:14}" + "{:>11}" * (len(_HEAD) - 1)
    print("milliseconds of the main thread")
    print(row.format(*_HEAD))
    with Site() as site, sync_playwright() as playwright:
        process = site.start()
        browser = playwright.chromium.launch(executable_path=str(chromium()), args=FLAGS)
        for kind in ("answer", "thoughts"):
            for size in sizes:
                print(row.format(*streamed(browser, process, kind, size)), flush=True)
        lengths = [5_000, 10_000, 20_000, 40_000]
        row = "{:14}" + "{:>11}" * len(lengths)
        print("\nmilliseconds for a thousand characters of one shape, drawn 40 at a time")
        print(row.format("shape", *(f"of {length // 1000}k" for length in lengths)))
        for figures in shapes(browser, process, lengths):
            print(row.format(*figures), flush=True)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
