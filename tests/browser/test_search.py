"""Searching at the side, as a person does it."""

import uuid
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, expect

from conversations.models import Conversation, Message, Turn, index
from tests.browser.visit import PHONE, Chat, Visitor

THOUGHTS = "Let me think of a hippopotamus."


def told(visitor: Visitor, title: str, *said: tuple[str, str]) -> uuid.UUID:
    """A conversation of the visitor's: questions and answers, each with the same thoughts."""

    def stored(
        alias: str, conversation: Conversation, parent: Message | None, **of: Any
    ) -> Message:
        thoughts = [{"text": of["thoughts"], "thought": True}] if "thoughts" in of else []
        message = Message.objects.using(alias).create(
            conversation=conversation,
            parent=parent,
            role=of["role"],
            parts=[*thoughts, {"text": of["text"]}],
            answer_text=of["text"],
            thought_text=of.get("thoughts", ""),
        )
        index.messages([message], using=alias)
        return message

    def made(alias: str) -> uuid.UUID:
        conversation = Conversation.objects.using(alias).create(
            owner_id=visitor.person.id, title=title, model="gemini-2.5-pro"
        )
        reply = None
        for asked, answered in said:
            question = stored(alias, conversation, reply, role="user", text=asked)
            reply = stored(
                alias, conversation, question, role="model", text=answered, thoughts=THOUGHTS
            )
            Turn.objects.using(alias).create(
                conversation=conversation,
                person_id=visitor.person.id,
                question=question,
                reply=reply,
                client_id=uuid.uuid4(),
                model="gemini-2.5-pro",
                state="done",
                outcome="complete",
                position=len(THOUGHTS) + len(answered),
                ended_at=timezone.now(),
            )
        index.title(conversation, using=alias)
        Conversation.objects.using(alias).filter(pk=conversation.pk).update(leaf=reply)
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


MARKED = """(word) => {
  const marked = [...(CSS.highlights.get("found") ?? [])].map((range) => range.toString());
  return marked.length > 0 && marked.every((text) => text === word);
}"""


def test_a_hit_in_a_question_is_gone_to(visitor: Visitor) -> None:
    pairs = [(f"Question {n}?", f"Answer {n}. " + "And so on. " * 60) for n in range(8)]
    pairs[4] = ("What of the quokka?", pairs[4][1])
    told(visitor, "A talk", *pairs)
    chat = visitor.open()
    field(chat).fill("quokka")
    groups(chat).locator(".found-hit").click()
    chat.page.wait_for_function(MARKED, arg="quokka")
    expect(chat.page.locator(".ask-text").get_by_text("quokka")).to_be_in_viewport()


def test_a_hit_in_thoughts_opens_them(visitor: Visitor) -> None:
    told(visitor, "Rivers of Europe", ("Which river is longest?", "The Volga is longest."))
    chat = visitor.open()
    field(chat).fill("hippopotamus")
    chat.page.get_by_role("switch", name="Thoughts too").check()
    groups(chat).locator(".found-hit").click()
    chat.page.wait_for_function(MARKED, arg="hippopotamus")
    expect(chat.thoughts.get_by_text(THOUGHTS)).to_be_in_viewport()


def test_on_a_phone_it_is_in_the_drawer(visitor: Visitor) -> None:
    told(visitor, "Rivers of Europe", ("Which river is longest?", "The Volga is longest."))
    chat = visitor.open(context=visitor.device(PHONE))
    chat.page.locator("#burger").click()
    field(chat).fill("volga")
    groups(chat).locator(".found-hit").click()
    expect(chat.page.locator("#title")).to_have_text("Rivers of Europe")
    expect(chat.page.locator("#side")).not_to_be_in_viewport()
