"""The page as an app: it can be installed, and opens without its server, which it says plainly."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.visit import GONE, Visitor
from tests.serving import Process

PACE = "0"
SECRET = "1 + 1, and a word that nobody else may read: zanzibar"
ACTIVE = """async () => {
  const { active } = await navigator.serviceWorker.ready;
  return new Promise((done) => {
    const look = () => active.state === "activated" && done(true);
    active.onstatechange = look;
    look();
  });
}"""
KEPT = """async () => {
  const kept = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    kept[name] = {};
    for (const request of await cache.keys())
      kept[name][new URL(request.url).pathname] = await (await cache.match(request)).text();
  }
  return kept;
}"""


def worked(page: Page) -> None:
    """Wait until the worker of the newest page is the one at work."""
    assert page.evaluate(ACTIVE)


def kept(page: Page) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = page.evaluate(KEPT)
    return found


def offline(page: Page, words: str = "You are offline") -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def test_it_can_be_installed(visitor: Visitor) -> None:
    page = visitor.open().page
    worked(page)
    session = page.context.new_cdp_session(page)
    found = session.send("Page.getAppManifest")
    assert found["errors"] == []
    assert found["url"].endswith("/manifest.webmanifest")
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # Not of the page: the browser under test has no window of its own to install to.
    assert [each for each in errors if each["errorId"] != "in-incognito"] == []
    sizes = page.evaluate(
        """async () => {
          const { href } = document.querySelector("link[rel=manifest]");
          const { icons } = await (await fetch(href)).json();
          const touch = document.querySelector("link[rel=apple-touch-icon]").href;
          const load = async (src) => {
            const image = new Image();
            image.src = src;
            await image.decode();
            return image.naturalWidth;
          };
          return Promise.all([...icons.map(({ src }) => src), touch].map(load));
        }"""
    )
    assert sizes[1:] == [192, 512, 512, 180]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_bar_around_it_has_the_pages_colour(visitor: Visitor, scheme: Any) -> None:
    page = visitor.open("/", visitor.device(color_scheme=scheme)).page
    shown = """() => {
      const meta = [...document.querySelectorAll("meta[name=theme-color]")]
        .find(({ media }) => matchMedia(media).matches);
      const probe = document.createElement("i");
      probe.style.color = meta.content;
      document.body.append(probe);
      const colours = [getComputedStyle(probe).color,
        getComputedStyle(document.documentElement).backgroundColor];
      probe.remove();
      return colours;
    }"""
    seen = set()
    for theme in ("Light", "Dark", "System"):
        page.click("button.person")
        page.locator(f"#themes [value={theme.lower()}]").check()
        page.keyboard.press("Escape")
        page.wait_for_function(f"() => (([bar, paper]) => bar === paper)(({shown})())")
        seen.add(page.evaluate(shown)[0])
    assert len(seen) == 2


def test_without_the_server_it_says_so_and_comes_back_by_itself(
    browser: Browser, process: Process
) -> None:
    with Visitor(browser, process) as visitor:
        visitor.forgive(GONE)
        chat = visitor.open()
        chat.ask("1+1?").ended()
        page = chat.page
        worked(page)
        address = page.url
        server = process.site.processes[-1]
        server.kill()
        page.reload()
        offline(page)
        assert page.url == address
        expect(page.get_by_role("button", name="Try now")).to_be_visible()
        style = "getComputedStyle(document.querySelector('.panel')).borderRadius"
        assert page.evaluate(style) != "0px"
        page.get_by_role("button", name="Try now").click()
        offline(page)
        server.again()
        chat.connected()
        expect(chat.questions).to_have_text(["1+1?"])
        assert page.url == address


def test_nothing_that_was_written_is_in_the_cache(visitor: Visitor) -> None:
    chat = visitor.open()
    chat.ask(SECRET).ended()
    worked(chat.page)
    chat.page.reload()
    chat.connected()
    (everything,) = kept(chat.page).values()
    assert "/offline" in everything
    assert all(path == "/offline" or path.startswith("/static/") for path in everything)
    assert not any("zanzibar" in text for text in everything.values())
    assert not any(visitor.person.name in text for text in everything.values())


def test_a_new_worker_takes_over_and_tidies_up(browser: Browser, process: Process) -> None:
    """A change of the language changes the page that is kept; the one before goes."""
    with Visitor(browser, process) as visitor:
        visitor.forgive(GONE)
        page = visitor.open().page
        worked(page)
        (before,) = kept(page)
        page.evaluate("caches.open('another-applications')")
        page.click("button.person")
        page.get_by_role("button", name="简体中文").click()
        expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
        page.evaluate(
            """async (before) => {
              await until(async () => !(await caches.has(before)));
            }""",
            before,
        )
        assert "another-applications" in kept(page)
        server = process.site.processes[-1]
        server.kill()
        page.reload()
        offline(page, "当前处于离线状态")
        server.again()
        expect(page.locator("#message")).to_be_visible()


def test_signed_out_it_is_harmless(browser: Browser, process: Process) -> None:
    with Visitor(browser, process) as visitor:
        page = visitor.open().page
        worked(page)
        page.click("button.person")
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        page.get_by_label("Username").fill(visitor.person.name)
        page.get_by_label("Password").fill(visitor.person.password)
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("#message")).to_be_visible()
