"""What a conversation of many turns costs the page: opened, and scrolled up to its first turn.

python -m tests.bench.long [turns]
"""

import os
import sys
from typing import Any

import django

from tests.bench.list import TASKS, measured

PAINTED = """() => {
  window.paintedAt = 0;
  const step = () => {
    const tools = [...document.querySelectorAll("chat-reply > .tools")].at(-1);
    const box = tools?.getBoundingClientRect();
    const there = box?.height && box.bottom > 0 && box.top < innerHeight;
    const said = [...document.querySelectorAll("chat-answer")].at(-1)?.textContent.length;
    if (there && said && !document.querySelector("chat-reply:last-of-type code.math"))
      requestAnimationFrame(() => (window.paintedAt = performance.now()));
    else requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}"""
"""Notes when the end of the last answer is in sight and drawn: the frame after that is painted."""
SCROLL = """async (by) => {
  const log = document.querySelector("chat-log");
  const first = () => document.querySelector("chat-ask")?.textContent.includes("Question 1 ");
  const frame = () => new Promise(requestAnimationFrame);
  const from = performance.now();
  let frames = 0;
  for (; frames < 40_000 && !(first() && log.scrollTop === 0); frames++) {
    log.scrollTop -= by;
    await frame();
  }
  return [frames, Math.round(performance.now() - from)];
}"""


def main(turns: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    django.setup()
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import FLAGS
    from tests.browser.long import long_conversation
    from tests.browser.visit import Visitor
    from tests.serving import Site
    from tests.throwaway import chromium

    with Site() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium()), args=FLAGS)
        with Visitor(browser, site.start()) as visitor:
            conversation = long_conversation(site, visitor.person.id, turns)
            visitor.context.add_init_script(f"({PAINTED})()")
            chat = visitor.open(f"/c/{conversation}")
            chat.page.wait_for_function("() => window.paintedAt")
            for name in ("opened by its address", "opened by its address once more"):
                chat.page.reload()
                painted(chat, name)
            chat.settled()
            for name in ("opened from the list", "opened from the list once more"):
                chat.fresh()
                clicked = chat.page.evaluate(
                    f"""() => {{ document.querySelector(".list-row").click(); ({PAINTED})();
                    return performance.now(); }}"""
                )
                painted(chat, name, clicked)
            chat.settled()
            chat.page.evaluate(TASKS)

            def up() -> None:
                frames, took = chat.page.evaluate(SCROLL, 300)
                print(f"{'':34}{frames} frames in {took} ms", flush=True)

            measured(chat, f"scrolled up through {turns} turns", up)
            rows = chat.page.locator(".rows > *").count()
            print(f"{'':34}{rows} rows are drawn at the top")
            measured(chat, "to the newest, and back", lambda: chat.page.locator("#newest").click())
        browser.close()


def painted(chat: Any, name: str, since: float = 0) -> None:
    """Print when the last screen was there, from the navigation or from a moment on."""
    chat.page.wait_for_function("() => window.paintedAt")
    print(f"{name:34}last screen painted after {chat.page.evaluate('paintedAt') - since:.0f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
