"""What somebody new is offered: the rehearsal's tour, or with a key something to ask a model."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from pytest_django import DjangoDbBlocker

from conversations.endpoint.rehearsal import TOUR, vocabulary
from tests.browser.visit import Chat, Visitor
from tests.serving import Process, Site


@pytest.fixture
def paid(django_db_blocker: DjangoDbBlocker) -> Iterator[Process]:
    """A site with a key, whose endpoint nobody reaches."""
    with django_db_blocker.unblock(), Site(endpoint=("http://127.0.0.1:1", "a-key")) as site:
        yield site.start()


def offered(chat: Chat) -> list[str]:
    stops = chat.page.locator(".tour-stop")
    expect(stops).to_have_count(4)
    return [str(stop.get_attribute("data-prompt")) for stop in stops.all()]


def test_the_rehearsal_offers_its_tour(chat: Chat) -> None:
    assert offered(chat) == [prompt for _title, prompt in TOUR]
    chat.page.locator(".tour-stop").first.click()
    expect(chat.questions).to_have_text([TOUR[0][1]])
    chat.ended()


def test_a_suggestion_takes_no_draft_away(chat: Chat) -> None:
    """What was typed goes along to the conversation that begins, as whatever is typed meanwhile."""
    chat.field.fill("a draft of mine")
    chat.page.wait_for_function("() => Object.keys(localStorage).some((key) => /synced/.test(key))")
    chat.page.locator(".tour-stop").first.click()
    chat.page.wait_for_url("**/c/*")
    chat.ended()
    expect(chat.field).to_have_value("a draft of mine")


def test_no_command_of_the_rehearsal_is_offered_to_a_model(browser: Browser, paid: Process) -> None:
    with Visitor(browser, paid) as visitor:
        chat = visitor.open()
        prompts = offered(chat)
        commands = {entry.prompt for entry in vocabulary()} | {prompt for _title, prompt in TOUR}
        assert not commands & set(prompts)
        assert not any("rehears" in prompt.lower() for prompt in prompts)
        expect(chat.page.locator("#welcome")).not_to_contain_text("rehears", ignore_case=True)
        chat.page.locator(".tour-stop").first.click()
        expect(chat.questions).to_have_text(prompts[:1])
