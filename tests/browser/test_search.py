"""Searching at the side, as a person does it."""

import uuid

import pytest
from playwright.sync_api import Locator, expect

from conversations.models import Conversation, Message, index
from tests.browser.visit import PHONE, Chat, Visitor


def told(visitor: Visitor, title: str, *said: tuple[str, str]) -> uuid.UUID:
    """A conversation of the visitor's: pairs of a question and an answer, stored and indexed."""

    def made(alias: str) -> uuid.UUID:
        conversation = Conversation.objects.using(alias).create(
            owner_id=visitor.person.id, title=title, model="gemini-2.5-pro"
        )
        parent = None
        for text in (text for pair in said for text in pair):
            role = "user" if parent is None or parent.role == "model" else "model"
            thought = "Let me think of a hippopotamus." if role == "model" else ""
            parent = Message.objects.using(alias).create(
                conversation=conversation,
                parent=parent,
                role=role,
                parts=[{"text": text}],
                answer_text=text,
                thought_text=thought,
            )
            index.messages([parent], using=alias)
        index.title(conversation, using=alias)
        Conversation.objects.using(alias).filter(pk=conversation.pk).update(leaf=parent)
        return conversation.pk

    return visitor.process.site.ask(made)


@pytest.fixture
def seeker(visitor: Visitor) -> Chat:
    """A page of somebody who has asked about rivers, about the sky, and in Chinese."""
    told(visitor, "Rivers of Europe", ("Which river is longest?", "The **Volga** is longest."))
    told(
        visitor, "The sky", ("Why is the sky blue?", "Blue light is scattered by small molecules.")
    )
    told(visitor, "机器学习入门", ("什么是机器学习？", "机器学习让计算机从数据中学习。"))
    return visitor.open()


def field(chat: Chat) -> Locator:
    return chat.page.locator("#search-field")


def groups(chat: Chat) -> Locator:
    return chat.page.locator("#search-results .found")


def test_results_come_as_one_types_and_escape_brings_the_list_back(seeker: Chat) -> None:
    field(seeker).press_sequentially("scat", delay=30)
    expect(groups(seeker)).to_have_count(1)
    expect(groups(seeker)).to_contain_text("The sky")
    expect(groups(seeker).locator("mark")).to_have_text(["scat"])
    expect(seeker.page.locator("chat-list")).to_be_hidden()
    expect(seeker.page.locator(".search-told")).to_have_text("1 found")
    field(seeker).press("Escape")
    expect(field(seeker)).to_have_value("")
    expect(seeker.page.locator("chat-list")).to_be_visible()
    expect(groups(seeker)).to_have_count(0)


def test_a_hit_is_opened_by_the_keyboard_at_its_message(seeker: Chat) -> None:
    field(seeker).fill("volga")
    expect(groups(seeker)).to_have_count(1)
    expect(groups(seeker).locator(".found-hit")).to_contain_text("The Volga is longest.")
    field(seeker).press("ArrowDown")
    active = field(seeker).get_attribute("aria-activedescendant")
    chosen = seeker.page.locator(f"#{active}")
    expect(chosen).to_have_attribute("aria-selected", "true")
    expect(chosen).to_contain_text("Volga")
    field(seeker).press("Enter")
    seeker.page.wait_for_url("**/c/*")
    expect(seeker.page.locator("#title")).to_have_text("Rivers of Europe")


def test_chinese_is_found_by_one_character_and_by_a_word(seeker: Chat) -> None:
    for asked in ("机", "学习", "机器学习"):
        field(seeker).fill(asked)
        expect(groups(seeker)).to_have_count(1)
        expect(groups(seeker).locator("mark").first).to_have_text(asked)
        field(seeker).fill("")
        expect(groups(seeker)).to_have_count(0)


def test_thoughts_are_a_switch_that_is_remembered(seeker: Chat) -> None:
    field(seeker).fill("hippopotamus")
    expect(seeker.page.locator(".search-told")).to_contain_text("look in thoughts too")
    switch = seeker.page.get_by_role("switch", name="Thoughts too")
    switch.check()
    expect(groups(seeker)).to_have_count(3)
    expect(groups(seeker).first.locator(".found-where")).to_have_text("In thoughts")
    seeker.page.reload()
    seeker.connected()
    field(seeker).fill("hippopotamus")
    expect(groups(seeker)).to_have_count(3)


def test_what_is_said_now_is_found_at_once(seeker: Chat) -> None:
    seeker.ask("1+1? zanzibar").ended()
    field(seeker).fill("zanz")
    expect(groups(seeker)).to_have_count(1)
    groups(seeker).locator("[role=option]").first.click()
    expect(seeker.questions).to_have_text(["1+1? zanzibar"])


def test_markup_in_a_hit_stays_text(visitor: Visitor) -> None:
    told(visitor, "<img src=x onerror=alert(1)>", ("<b>bold</b> walrus", "<script>walrus</script>"))
    chat = visitor.open()
    field(chat).fill("walrus")
    expect(groups(chat)).to_have_count(1)
    expect(groups(chat)).to_contain_text("<b>bold</b> walrus")
    assert groups(chat).locator("img, b, script").count() == 0


def test_on_a_phone_it_is_in_the_drawer(visitor: Visitor) -> None:
    told(visitor, "Rivers of Europe", ("Which river is longest?", "The Volga is longest."))
    chat = visitor.open(context=visitor.device(PHONE))
    chat.page.locator("#burger").click()
    field(chat).fill("volga")
    groups(chat).locator(".found-hit").click()
    expect(chat.page.locator("#title")).to_have_text("Rivers of Europe")
    expect(chat.page.locator("#side")).not_to_be_in_viewport()
