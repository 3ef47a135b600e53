"""A conversation's settings: changed field by field, kept for other models, told to all devices."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings as site
from django.db import connection

from conversations.endpoint.choices import CATEGORIES
from conversations.library import settings as library
from conversations.library.presets import Wanted, keep
from conversations.models import Conversation, Turn, User
from conversations.turns.accept import Ask, AskAgain, accept
from conversations.turns.refusals import Absent

PRO, FLASH, NEWEST, OLD = (
    "gemini-2.5-pro",
    "gemini-2.5-flash",
    "gemini-3.8-flash",
    "gemini-2.0-flash",
)


@pytest.fixture(autouse=True)
def models(settings: Any) -> None:
    settings.GEMINI_MODELS = [PRO, FLASH, NEWEST, OLD]


@pytest.fixture
def alice(transactional_db: None) -> User:
    return User.objects.create_user("alice", password=None)


@pytest.fixture
def bob(transactional_db: None) -> User:
    return User.objects.create_user("bob", password=None)


@pytest.fixture
def conversation(alice: User) -> Conversation:
    return Conversation.objects.create(owner=alice, title="One", model=PRO)


def ask(person: User, conversation: Conversation | None = None, **fields: Any) -> Turn:
    where = None if conversation is None else conversation.pk
    turn = accept(person, Ask(uuid.uuid4(), "Why?", where, **fields), "here").turn
    Turn.objects.filter(pk=turn.pk).update(state=Turn.State.DONE, outcome="complete")
    turn.refresh_from_db()
    return turn


def test_a_change_is_stored_told_and_sent(alice: User, conversation: Conversation) -> None:
    change = {
        "temperature": 0.2,
        "tools": {"googleSearch": True},
        "system_instruction": "Be brief.",
    }
    chosen = library.configure(alice, conversation.pk, change)
    assert chosen.settings == change
    assert chosen.row["revision"] == 1
    assert chosen.row["chosen"] != ""
    turn = ask(alice, conversation)
    assert turn.settings["temperature"] == 0.2
    assert turn.settings["tools"] == ["googleSearch"]
    assert turn.settings["system_instruction"] == "Be brief."
    assert turn.settings["top_p"] == 1


def test_what_goes_back_to_the_default_is_not_held(alice: User, conversation: Conversation) -> None:
    library.configure(alice, conversation.pk, {"temperature": 0.2, "top_p": 0.3})
    back = library.configure(alice, conversation.pk, {"temperature": None, "top_p": 1})
    assert back.settings == {}
    assert (back.row["chosen"], back.row["revision"]) == ("", 2)


def test_two_devices_at_once_end_with_both_changes(alice: User, conversation: Conversation) -> None:
    changes: list[dict[str, Any]] = [
        {"temperature": 0.5},
        {"top_k": 7},
        *({"safety": {category: "BLOCK_ONLY_HIGH"}} for category in CATEGORIES),
        {"tools": {"urlContext": True}},
    ]

    def change(one: dict[str, Any]) -> None:
        try:
            library.configure(alice, conversation.pk, one)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(change, changes))
    conversation.refresh_from_db()
    assert conversation.settings == {
        "temperature": 0.5,
        "top_k": 7,
        "safety": dict.fromkeys(CATEGORIES, "BLOCK_ONLY_HIGH"),
        "tools": {"urlContext": True},
    }
    assert conversation.revision == len(changes)


def test_another_model_keeps_what_it_has_and_loses_nothing(
    alice: User, conversation: Conversation
) -> None:
    change = {"temperature": 0.2, "thinking_budget": 30_000, "max_output_tokens": 60_000}
    library.configure(alice, conversation.pk, change)
    library.configure(alice, conversation.pk, {}, NEWEST)
    sent = ask(alice, conversation).settings
    assert (sent["temperature"], sent["thinking_budget"]) == (None, None)
    assert sent["max_output_tokens"] == 60_000
    library.configure(alice, conversation.pk, {}, OLD)
    assert ask(alice, conversation).settings["max_output_tokens"] == 8_192
    library.configure(alice, conversation.pk, {}, FLASH)
    assert ask(alice, conversation).settings["thinking_budget"] == 24_576
    library.configure(alice, conversation.pk, {}, PRO)
    sent = ask(alice, conversation).settings
    assert (sent["temperature"], sent["thinking_budget"]) == (0.2, 30_000)


def test_a_model_that_is_not_offered_changes_nothing(
    alice: User, conversation: Conversation
) -> None:
    with pytest.raises(library.NotOffered):
        library.configure(alice, conversation.pk, {"top_k": 3}, "gpt-17")
    conversation.refresh_from_db()
    assert (conversation.model, conversation.settings, conversation.revision) == (PRO, {}, 0)


def test_someone_elses_is_absent(alice: User, bob: User, conversation: Conversation) -> None:
    turn = ask(alice, conversation)
    with pytest.raises(Absent):
        library.configure(bob, conversation.pk, {"top_k": 3})
    with pytest.raises(Absent):
        library.read(bob, conversation.pk)
    with pytest.raises(Absent):
        library.made(bob, turn.pk)
    conversation.refresh_from_db()
    assert conversation.settings == {}


def test_a_message_tells_with_what_it_was_made(alice: User, conversation: Conversation) -> None:
    plain = library.made(alice, ask(alice, conversation).pk)
    assert plain["differs"] == []
    assert plain["settings"]["thinking_budget"] == 26_240
    assert (plain["label"], plain["how"]) == ("Gemini 2.5 Pro", "ask")
    change = {"temperature": 0.2, "safety": {CATEGORIES[0]: "BLOCK_NONE"}}
    library.configure(alice, conversation.pk, change)
    turn = ask(alice, conversation)
    library.configure(alice, conversation.pk, {"temperature": 1.9})
    told = library.made(alice, turn.pk)
    assert told["differs"] == ["safety", "temperature"]
    assert told["settings"]["temperature"] == 0.2
    assert told["settings"]["safety"][CATEGORIES[0]] == "BLOCK_NONE"
    assert told["turn"]["id"] == str(turn.pk)
    Turn.objects.filter(pk=turn.pk).update(state=Turn.State.FAILED)
    now = accept(alice, AskAgain(uuid.uuid4(), turn.pk, "answer_now"), "here").turn
    assert library.made(alice, now.pk)["settings"]["thinking_budget"] == 128


def test_a_new_conversation_begins_with_what_was_chosen_for_it(alice: User) -> None:
    turn = ask(alice, model=FLASH, settings={"temperature": 0.3, "top_p": 1})
    assert turn.conversation.settings == {"temperature": 0.3}
    assert turn.conversation.model == FLASH
    assert turn.settings["temperature"] == 0.3
    assert Conversation.objects.get(pk=turn.conversation_id).settings == {"temperature": 0.3}


def test_or_with_the_preset_for_new_ones(alice: User, bob: User) -> None:
    keep(alice, Wanted(name="Cold", model=FLASH, settings={"temperature": 0}, default=True))
    turn = ask(alice)
    assert (turn.conversation.model, turn.conversation.settings) == (FLASH, {"temperature": 0})
    assert ask(alice, settings={}).conversation.settings == {}
    assert ask(alice, model=PRO).conversation.model == PRO
    other = ask(bob).conversation
    assert (other.model, other.settings) == (PRO, {})


def test_the_site_s_defaults_can_change_under_a_conversation(
    alice: User, conversation: Conversation, settings: Any
) -> None:
    library.configure(alice, conversation.pk, {"temperature": 0.2})
    settings.GENERATION = {**site.GENERATION, "temperature": 0.2, "top_p": 0.5}
    sent = ask(alice, conversation).settings
    assert (sent["temperature"], sent["top_p"]) == (0.2, 0.5)
