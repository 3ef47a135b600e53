"""What a long list of conversations costs the page: loaded to its end, scrolled, and typed beside.

python -m tests.bench.list [rows]
"""

import os
import sys
from datetime import timedelta
from typing import Any

import django

SCROLL = """async () => {
  const list = document.querySelector("chat-list");
  const step = list.scrollHeight / 120;
  list.scrollTop = 0;
  for (let at = 0; at < 120; at++) {
    list.scrollTop += step;
    await new Promise(requestAnimationFrame);
  }
}"""
TASKS = """() => {
  window.longTasks = [];
  new PerformanceObserver((found) => {
    for (const entry of found.getEntries()) window.longTasks.push(Math.round(entry.duration));
  }).observe({ type: "longtask", buffered: false });
}"""
KEYS = """() => {
  window.keys = [];
  document.querySelector("#message").addEventListener("keydown", () => {
    const from = performance.now();
    requestAnimationFrame(() => setTimeout(() => window.keys.push(performance.now() - from)));
  }, true);
}"""


def measured(chat: Any, name: str, do: Any) -> None:
    """Do something, and print the long tasks meanwhile."""
    chat.page.evaluate("window.longTasks.length = 0")
    do()
    chat.page.wait_for_timeout(300)
    tasks = chat.page.evaluate("window.longTasks")
    print(f"{name:34}{len(tasks):>4} long tasks, longest {max(tasks, default=0)} ms", flush=True)


def main(rows: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    django.setup()
    from django.utils import timezone
    from playwright.sync_api import sync_playwright

    from conversations.models import Conversation
    from tests.browser.conftest import FLAGS
    from tests.browser.visit import Visitor
    from tests.serving import Site
    from tests.throwaway import chromium

    with Site(env={"REHEARSAL_PACE": "1"}) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium()), args=FLAGS)
        with Visitor(browser, site.start()) as visitor:
            now = timezone.now()
            made = [
                Conversation(
                    owner_id=visitor.person.id,
                    title=f"What number {number} was about, in a few words",
                    model="gemini-2.5-pro",
                    updated_at=now - timedelta(minutes=20 * number),
                )
                for number in range(rows)
            ]
            site.ask(lambda alias: Conversation.objects.using(alias).bulk_create(made))
            chat = visitor.open()
            chat.page.evaluate(TASKS)
            chat.page.evaluate(KEYS)
            bottom = "(list) => list.scrollTo(0, list.scrollHeight)"
            last = chat.page.locator(".list-row", has_text=f"What number {rows - 1} was")

            def to_the_end() -> None:
                while not last.count():
                    chat.page.locator("chat-list").evaluate(bottom)
                    chat.page.wait_for_timeout(20)

            measured(chat, f"{rows} rows read to the end", to_the_end)
            measured(chat, "scrolled from top to end", lambda: chat.page.evaluate(SCROLL))
            text = "a question that is typed beside a long list"
            measured(chat, "typed beside it", lambda: chat.field.press_sequentially(text, delay=30))
            spent = sorted(chat.page.evaluate("window.keys"))
            print(f"{'a key, to the next frame drawn':34}median {spent[len(spent) // 2]:.0f} ms")
            measured(chat, "a conversation begun and answered", lambda: chat.ask("1+1?").ended())
        browser.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
