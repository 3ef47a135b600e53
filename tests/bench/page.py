"""What a long answer costs the browser: `python3 -m tests.bench.page [thousands of characters]`.

Streams thoughts and answers of doubling length into a real page and prints the main thread's time
for each; with a linear cost the time for a thousand characters stays the same.
"""

import os
import sys
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
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
