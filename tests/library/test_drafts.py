"""Drafts: no device overwrites what another wrote, and what was sent is a draft nowhere."""

import uuid
from typing import Any

import pytest
from django.utils import timezone

from conversations.library import drafts, order
from conversations.library.drafts import Typed
from conversations.models import Attachment, Conversation, Draft, User
from conversations.turns import elsewhere
from conversations.turns.accept import MESSAGE_LIMIT, Ask, accept
from conversations.turns.news import Drafted
from conversations.turns.refusals import Absent, TooLarge
from tests.library.conftest import Make


def keep(person: User, talk: Conversation | None, text: str, base: int) -> tuple[str, int, bool]:
    kept = drafts.keep(person, talk.pk if talk else None, Typed(text), base)
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
            drafts.keep(bob, place, Typed("x"), 0)
    assert drafts.overview(bob)["draft"]["text"] == "bob's"


def test_one_that_could_not_be_sent_is_not_taken(alice: User) -> None:
    with pytest.raises(TooLarge):
        drafts.keep(alice, None, Typed("x" * (MESSAGE_LIMIT + 1)), 0)


def test_the_overview_names_what_has_a_draft(alice: User, talk: Conversation) -> None:
    assert drafts.overview(alice) == {
        "draft": {"conversation": None, "text": "", "attachments": [], "revision": 0},
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
    place = {"conversation": str(talk.pk)}
    wanted = {**place, "text": "typed", "attachments": [], "revision": 1}
    assert Drafted(alice.pk, wanted) in news


def file(person: User, name: str, **more: object) -> Attachment:
    fields = {"media_type": "text/plain", "size": 3, "sha256": "0" * 64, **more}
    return Attachment.objects.create(owner=person, name=name, **fields)


def names(draft: dict[str, Any]) -> list[str]:
    return [attached["name"] for attached in draft["attachments"]]


def test_files_are_part_of_a_draft(alice: User, bob: User, talk: Conversation, make: Make) -> None:
    """In their order, each once; not what is somebody else's, gone, or another conversation's."""
    second, first = file(alice, "second"), file(alice, "first")
    here, elsewhere = file(alice, "here", conversation=talk), file(alice, "no", conversation=make())
    others = (file(bob, "bob's").pk, uuid.uuid4(), elsewhere.pk)
    wanted = (first.pk, second.pk, first.pk, *others, here.pk)
    kept = drafts.keep(alice, talk.pk, Typed("", wanted), 0)
    assert names(kept.draft) == ["first", "second", "here"]
    assert kept.draft["attachments"][0] == first.described
    assert (kept.draft["revision"], kept.kept, kept.news) == (1, True, True)
    assert drafts.described(alice, talk.pk) == kept.draft
    assert drafts.overview(alice)["items"] == [str(talk.pk)]
    assert names(drafts.keep(alice, None, Typed("", wanted), 0).draft) == ["first", "second"]


def test_a_stale_device_takes_no_file_away(alice: User, talk: Conversation) -> None:
    mine, theirs = file(alice, "mine"), file(alice, "theirs")
    drafts.keep(alice, talk.pk, Typed("", (mine.pk,)), 0)
    late = drafts.keep(alice, talk.pk, Typed("", (theirs.pk,)), 0)
    assert (names(late.draft), late.kept) == (["mine"], False)
    both = drafts.keep(alice, talk.pk, Typed("", (mine.pk, theirs.pk)), 1)
    assert (names(both.draft), both.kept, both.news) == (["mine", "theirs"], True, True)
    none = drafts.keep(alice, talk.pk, Typed("", ()), 2)
    assert (names(none.draft), none.kept) == ([], True)
    assert drafts.overview(alice)["items"] == []


@pytest.mark.parametrize(
    ("base", "text", "left"),
    [
        (1, "what is it?", ("", [])),
        (0, "what is it?", ("", ["added elsewhere"])),
        (0, "something else", ("what is it?", ["added elsewhere"])),
    ],
)
def test_files_that_were_sent_are_in_no_draft(
    alice: User, base: int, text: str, left: tuple[str, list[str]]
) -> None:
    sent, added = file(alice, "sent"), file(alice, "added elsewhere")
    drafts.keep(alice, None, Typed("what is it?", (sent.pk, added.pk)), 0)
    ask = Ask(uuid.uuid4(), text, draft=base, files=(sent.pk,))
    assert accept(alice, ask, "here").emptied is not None
    found = drafts.described(alice, None)
    assert (found["text"], names(found), found["revision"]) == (*left, 2)


def test_no_stale_device_revives_a_file_that_was_sent(alice: User, talk: Conversation) -> None:
    sent = file(alice, "sent")
    drafts.keep(alice, talk.pk, Typed("look", (sent.pk,)), 0)
    accept(alice, Ask(uuid.uuid4(), "look", talk.pk, draft=1, files=(sent.pk,)), "here")
    late = drafts.keep(alice, talk.pk, Typed("look at", (sent.pk,)), 1)
    assert (late.draft["text"], names(late.draft), late.kept) == ("", [], False)
    assert drafts.keep(alice, talk.pk, Typed("look at", ()), 1).kept, "but no word is lost"


def test_a_page_that_knows_of_no_files_leaves_them(alice: User, talk: Conversation) -> None:
    attached = file(alice, "attached")
    drafts.keep(alice, talk.pk, Typed("look", (attached.pk,)), 0)
    kept = drafts.keep(alice, talk.pk, Typed("look at"), 1)
    assert (kept.draft["text"], names(kept.draft)) == ("look at", ["attached"])
