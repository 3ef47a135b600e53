"""Drafts: no device overwrites what another wrote, and what was sent is a draft nowhere."""

import uuid

import pytest
from django.utils import timezone

from conversations.library import drafts, order
from conversations.models import Conversation, Draft, User
from conversations.turns import elsewhere
from conversations.turns.accept import MESSAGE_LIMIT, Ask, accept
from conversations.turns.news import Drafted
from conversations.turns.refusals import Absent, TooLarge


def keep(person: User, talk: Conversation | None, text: str, base: int) -> tuple[str, int, bool]:
    kept = drafts.keep(person, talk.pk if talk else None, text, base)
    return kept.draft["text"], kept.draft["revision"], kept.kept


@pytest.mark.parametrize("new", [True, False])
def test_a_stale_device_overwrites_nothing(alice: User, talk: Conversation, new: bool) -> None:
    place = None if new else talk
    assert keep(alice, place, "", 0) == ("", 0, True)
    assert Draft.objects.count() == 0
    assert keep(alice, place, "here", 0) == ("here", 1, True)
    assert keep(alice, place, "there", 0) == ("here", 1, False)
    assert keep(alice, place, "here", 0) == ("here", 1, True)
    assert keep(alice, place, "here\n\nthere", 1) == ("here\n\nthere", 2, True)
    assert keep(alice, place, "", 2) == ("", 3, True)
    assert keep(alice, place, "on an empty one nothing is lost", 0)[1:] == (4, True)


def test_a_draft_is_a_persons_own(alice: User, bob: User, talk: Conversation) -> None:
    keep(alice, None, "alice's", 0)
    assert keep(bob, None, "bob's", 0) == ("bob's", 1, True)
    for place in (talk.pk, uuid.uuid4()):
        with pytest.raises(Absent):
            drafts.keep(bob, place, "x", 0)
    assert drafts.overview(bob)["draft"]["text"] == "bob's"


def test_one_that_could_not_be_sent_is_not_taken(alice: User) -> None:
    with pytest.raises(TooLarge):
        drafts.keep(alice, None, "x" * (MESSAGE_LIMIT + 1), 0)


def test_the_overview_names_what_has_a_draft(alice: User, talk: Conversation) -> None:
    assert drafts.overview(alice) == {
        "draft": {"conversation": None, "text": "", "revision": 0},
        "items": [],
    }
    keep(alice, talk, "typed", 0)
    keep(alice, None, "first", 0)
    found = drafts.overview(alice)
    assert found["items"] == [str(talk.pk)]
    assert found["draft"]["text"] == "first"
    order.delete(alice, talk.pk)
    assert drafts.overview(alice)["items"] == []


@pytest.mark.parametrize(
    ("held", "sent", "base", "left"),
    [
        ("1+1?", "1+1?", None, ""),
        ("1+1", "1+1?", None, ""),
        ("1+1? and a draft", "1+1?", 1, ""),
        ("1+1? and words of another device", "1+1?", 0, "1+1? and words of another device"),
        ("something else", "1+1?", None, "something else"),
    ],
)
def test_sending_empties_the_draft_that_was_sent(
    alice: User, held: str, sent: str, base: int | None, left: str
) -> None:
    keep(alice, None, held, 0)
    accepted = accept(alice, Ask(uuid.uuid4(), sent, draft=base), "here")
    assert drafts.described(alice, None)["text"] == left
    assert (accepted.emptied is None) == bool(left)
    if not left:
        assert drafts.described(alice, None)["revision"] == 2
        assert keep(alice, None, held + " revived?", 1)[0] != "", "but new words are kept"


def test_sending_again_empties_nothing_twice(alice: User, talk: Conversation) -> None:
    ask = Ask(uuid.uuid4(), "1+1?", talk.pk)
    assert accept(alice, ask, "here").emptied is None
    keep(alice, talk, "1+1?", 0)
    assert accept(alice, ask, "here").duplicate
    assert drafts.described(alice, talk.pk)["text"] == "1+1?"


def test_without_a_bus_other_processes_find_it(alice: User, talk: Conversation) -> None:
    since = timezone.now()
    keep(alice, talk, "typed", 0)
    news = elsewhere.of_people([alice.pk], since, "here")
    wanted = {"conversation": str(talk.pk), "text": "typed", "revision": 1}
    assert Drafted(alice.pk, wanted) in news
