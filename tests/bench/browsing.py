"""What the page costs a person's browser: `python3 -m tests.bench.browsing [load|stream|typing]`.

In a real headless Chromium: the first load without a cache, in bytes over the wire; an answer of
100 KB after 300 KB of thoughts at 100 chunks a second, beside one of half the size; and how long a
key takes from its press to the next frame while such an answer streams. Printed, never asserted.
"""

import os
import statistics
import sys
from typing import Any

import django
from playwright.sync_api import Browser, CDPSession, expect, sync_playwright

WATCH = """() => {
  window.longTasks = [];
  window.keys = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longTasks.push(duration);
  }).observe({ type: "longtask" });
  addEventListener("keydown", (event) => {
    const began = performance.now();
    requestAnimationFrame(() => {
      const frame = performance.now();
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        const ended = performance.now();
        window.keys.push([began - event.timeStamp + ended - frame, ended - event.timeStamp]);
      };
      channel.port2.postMessage(0);
    });
  }, true);
}"""
"""For each key: how long it had to wait and its frame took; and from the press to that frame's end,
which also has the wait for the screen's next turn."""
PATIENCE = 400
"""Seconds."""
SIZES = ((150_000, 50_000), (300_000, 100_000))


def metrics(session: CDPSession) -> dict[str, float]:
    found: dict[str, Any] = session.send("Performance.getMetrics")
    return {metric["name"]: metric["value"] * 1000 for metric in found["metrics"]}


def first_load(browser: Browser, process: Any) -> None:
    """Bytes over the wire, by kind, until the page is connected and quiet."""
    from tests.browser.visit import Visitor

    with Visitor(browser, process) as visitor:
        page = visitor.context.new_page()
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        kinds: dict[str, str] = {}
        sizes: dict[str, float] = {}
        session.on(
            "Network.responseReceived", lambda got: kinds.update({got["requestId"]: got["type"]})
        )
        session.on(
            "Network.loadingFinished",
            lambda got: sizes.update({got["requestId"]: got["encodedDataLength"]}),
        )
        page.goto("/")
        expect(page.locator("#model")).to_be_visible()
        page.wait_for_timeout(1_500)
        painted = page.evaluate(
            "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
        )
    by_kind: dict[str, list[float]] = {}
    for request, size in sizes.items():
        by_kind.setdefault(kinds.get(request, "?"), []).append(size)
    for kind, found in sorted(by_kind.items()):
        print(f"  {kind:12} {len(found):4} files {sum(found) / 1000:8.1f} KB")
    total = sum(sizes.values()) / 1000
    print(f"first load: {total:.0f} KB over the wire, painted at {painted:.0f} ms")


def streamed(browser: Browser, process: Any, thoughts: int, answer: int) -> float:
    """One long turn; the main thread's milliseconds for it."""
    from tests.bench.talker import question
    from tests.browser.visit import Visitor

    with Visitor(browser, process) as visitor:
        chat = visitor.open()
        session = chat.page.context.new_cdp_session(chat.page)
        session.send("Performance.enable")
        chat.page.evaluate(WATCH)
        before = metrics(session)
        chat.ask(question(thoughts, answer))
        # Asking the page whether it is there yet would cost it more than the drawing does.
        for _second in range(PATIENCE):
            if not any(turn.active for turn in chat.turns()):
                break
            chat.page.wait_for_timeout(1_000)
        chat.settled()
        after = metrics(session)
        spent = {name: after[name] - before[name] for name in SHOWN}
        tasks = chat.page.evaluate("window.longTasks")
    print(
        f"{thoughts // 1000:4}k thoughts, {answer // 1000:4}k answer: main thread "
        f"{spent['TaskDuration']:6.0f} ms (script {spent['ScriptDuration']:.0f}, layout "
        f"{spent['LayoutDuration']:.0f}, style {spent['RecalcStyleDuration']:.0f}); tasks over "
        f"50 ms: {len(tasks)}, longest {max(tasks, default=0):.0f}"
    )
    return spent["TaskDuration"]


SHOWN = ("TaskDuration", "ScriptDuration", "LayoutDuration", "RecalcStyleDuration")


def typed(browser: Browser, process: Any) -> None:
    """Keys at 12 a second while an answer streams."""
    from tests.bench.talker import question
    from tests.browser.visit import Visitor

    with Visitor(browser, process) as visitor:
        chat = visitor.open()
        chat.ask(question(4_000, 100_000))
        chat.answering(2_000)
        chat.page.evaluate(WATCH)
        chat.field.focus()
        chat.page.keyboard.type("The quick brown fox jumps over the lazy dog. " * 4, delay=80)
        keys = chat.page.evaluate("window.keys")
        chat.stop.click()
        chat.ended()
    print(f"typing while it streams: {len(keys)} keys")
    for what, times in zip(("work", "to the frame's end"), zip(*keys, strict=True), strict=True):
        steps = statistics.quantiles(times, n=100)
        print(
            f"  {what:20} p50 {steps[49]:5.1f} ms, p95 {steps[94]:5.1f}, longest {max(times):5.1f}"
        )


def main(words: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    django.setup()
    from tests.bench.talker import Talker
    from tests.browser.conftest import FLAGS
    from tests.serving import Site
    from tests.throwaway import chromium

    wanted = set(words) or {"load", "stream", "typing"}
    with (
        Talker() as talker,
        Site(endpoint=(talker.url, "bench")) as site,
        sync_playwright() as tool,
    ):
        process = site.start()
        browser = tool.chromium.launch(executable_path=str(chromium()), args=FLAGS)
        if "load" in wanted:
            first_load(browser, process)
        if "stream" in wanted:
            half, whole = (streamed(browser, process, *size) for size in SIZES)
            print(f"double the text, {whole / half:.2f} times the main thread's time")
        if "typing" in wanted:
            typed(browser, process)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
