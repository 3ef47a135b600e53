"""A server with the rehearsal model, a browser, and pages that fail a test for any complaint."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from pytest_django import DjangoDbBlocker

from tests.browser.visit import Chat, Visitor
from tests.serving import Process, Site

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pictures", action="store_true", help="take the pictures of the page anew")


@pytest.fixture(scope="module")
def process(
    django_db_blocker: DjangoDbBlocker, request: pytest.FixtureRequest
) -> Iterator[Process]:
    """A server for the module, at the pace that the module wants of the rehearsal."""
    env = {"REHEARSAL_PACE": getattr(request.module, "PACE", "1")}
    with django_db_blocker.unblock(), Site(env=env) as site:
        yield site.start()


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """A new profile each time; it has nothing open when it starts."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visitor(browser: Browser, process: Process) -> Iterator[Visitor]:
    """Somebody new, at the empty page; all that happened must have been as it should be."""
    with Visitor(browser, process) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def regular(browser: Browser, process: Process) -> Iterator[Chat]:
    """One page for all tests of a module."""
    with Visitor(browser, process) as visitor:
        yield visitor.open()


@pytest.fixture
def chat(regular: Chat) -> Iterator[Chat]:
    """That page, turned to a new conversation; checked after each test."""
    yield regular.fresh()
    regular.visitor.check()
