"""The pages of accounts and of the administration in a real browser, under the site's policy."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright
from pytest_django import DjangoDbBlocker

from tests.serving import PASSWORD, Process, Site

ADMINISTRATION = ["", "user/", "user/add/", "user/1/change/", "user/1/password/", "turn/"]
SIZES = {"wide": (1280, 860), "phone": (360, 740)}


@pytest.fixture(scope="module")
def process(django_db_blocker: DjangoDbBlocker) -> Iterator[Process]:
    env = {"SIGNUP_OPEN": "on", "EMAIL_URL": "dummymail://"}
    with django_db_blocker.unblock(), Site(env=env) as site:
        (site.folder / "first_admin").write_text(hashlib.sha256(b"token").hexdigest())
        yield site.start()


@pytest.fixture(scope="module")
def context(chromium: Path, process: Process) -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=str(chromium), args=options)
        yield browser.new_context(base_url=process.origin)
        browser.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails the test if the browser complains of anything."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.close()
    assert [said for said in complaints if "favicon" not in said and "404" not in said] == []


def fits(page: Page) -> None:
    """The page is as wide as the screen, and everything to be touched is tall enough."""
    for width, height in SIZES.values():
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        heights = "nodes => nodes.map(node => node.getBoundingClientRect().height)"
        touched = page.eval_on_selector_all("input:not([type=hidden], [hidden]), .button", heights)
        assert min(touched) >= 44


def test_from_the_link_into_the_chat_and_out(page: Page) -> None:
    """The way of the first administrator, in order; each step needs the one before."""
    page.goto("/accounts/first/token")
    fits(page)
    page.wait_for_function("document.activeElement.name === 'username'")
    page.fill("[name=username]", "boss")
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", "different")
    page.click("button[type=submit]")
    assert page.inner_text("#id_password2-error")
    fits(page)
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/")
    page.goto("/accounts/password/change/")
    fits(page)
    page.goto("/accounts/logout/")
    fits(page)
    page.click("main button[type=submit]")
    expect(page.locator("main")).to_contain_text("You are signed out")
    page.goto("/accounts/password/change/")
    page.fill("[name=login]", "boss")
    page.fill("[name=password]", "wrong")
    page.keyboard.press("Enter")
    assert "do not go together" in page.inner_text("[role=alert]")
    fits(page)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/password/change/")


@pytest.mark.parametrize("path", ["signup/", "password/reset/", "password/reset/key/1-x/"])
def test_pages_for_strangers(page: Page, path: str) -> None:
    page.context.clear_cookies()
    page.goto(f"/accounts/{path}")
    fits(page)


def test_the_administration_works_under_the_policy(page: Page, process: Process) -> None:
    boss = process.site.add_person("other-boss", is_staff=True, is_superuser=True)
    name, _equals, value = process.site.session(boss).partition("=")
    page.context.add_cookies([{"name": name, "value": value, "url": process.origin}])
    page.goto("/admin/")
    for path in ADMINISTRATION:
        page.goto(f"/admin/conversations/{path}")
        assert page.inner_text("#site-name") == "Thinkalong"
    page.goto(f"/admin/conversations/user/{boss.id}/change/")
    page.click("button.theme-toggle")
    page.select_option("#id_user_permissions_from", index=0)
    page.click("#id_user_permissions_add")  # the chooser is made by a script
    assert page.eval_on_selector("#id_user_permissions_to", "node => node.length") == 1
