"""Conversations in order: each device's change is kept, told, and the same everywhere."""

import uuid
from datetime import timedelta

import msgspec
import pytest
from django.utils import timezone

from conversations.endpoint.parts import Outcome
from conversations.library import listing, order, purge
from conversations.library.order import Arrangement
from conversations.library.refusals import NameTaken, TooManyFolders, TooManyPins, Untitled
from conversations.models import Conversation, Folder, LedgerEntry, Message, Turn, User
from conversations.turns import elsewhere
from conversations.turns.accept import Ask, AskAgain, accept
from conversations.turns.commit import Ending, store
from conversations.turns.news import Changed, Folders, Gone, News
from conversations.turns.refusals import Absent
from conversations.turns.runner import claim
from conversations.turns.writer import ended_news
from tests.library.conftest import Make, filled

DAY = timedelta(days=1)


def row(news: list[News]) -> dict[str, object]:
    assert isinstance(news[0], Changed)
    return news[0].conversation


def titles(alice: User, view: str = "active", folder: int | None = None) -> list[str]:
    return [item["title"] for item in listing.list_page(alice, view, folder, None)["items"]]


def test_only_what_is_named_changes_and_the_revision_rises(alice: User, talk: Conversation) -> None:
    first = row(order.arrange(alice, talk.pk, Arrangement(title="  Of \n apples ")))
    assert (first["title"], first["pinned"], first["revision"]) == ("Of apples", None, 1)
    second = row(order.arrange(alice, talk.pk, Arrangement(pinned=True)))
    assert (second["title"], second["revision"]) == ("Of apples", 2)
    assert second["pinned"]
    talk.refresh_from_db()
    assert talk.title_from == "person"
    assert talk.updated_at < talk.changed_at


def test_pinned_and_archived_end_each_other(alice: User, talk: Conversation) -> None:
    assert row(order.arrange(alice, talk.pk, Arrangement(pinned=True)))["pinned"]
    archived = row(order.arrange(alice, talk.pk, Arrangement(archived=True)))
    assert archived["archived"]
    assert archived["pinned"] is None
    pinned = row(order.arrange(alice, talk.pk, Arrangement(pinned=True)))
    assert pinned["archived"] is None
    unpinned = row(order.arrange(alice, talk.pk, Arrangement(pinned=False)))
    assert unpinned["pinned"] is None


def test_what_cannot_be_is_refused_and_changes_nothing(alice: User, bob: User, make: Make) -> None:
    talk, theirs = make(), Folder.objects.create(owner=bob, name="Bob's")
    with pytest.raises(Untitled):
        order.arrange(alice, talk.pk, Arrangement(title=" \n\t"))
    with pytest.raises(Absent):
        order.arrange(alice, talk.pk, Arrangement(title="x", folder=theirs.pk))
    with pytest.raises(Absent):
        order.arrange(bob, talk.pk, Arrangement(title="x"))
    with pytest.raises(Absent):
        order.arrange(alice, uuid.uuid4(), Arrangement(title="x"))
    for _number in range(order.PINS):
        make(pinned_at=timezone.now())
    with pytest.raises(TooManyPins):
        order.arrange(alice, talk.pk, Arrangement(pinned=True))
    talk.refresh_from_db()
    assert (talk.title, talk.revision) == ("talk 1", 0)


def test_folders_have_names_counts_and_news(alice: User, make: Make) -> None:
    talk, other = make(), make()
    work, news = order.fold(alice, None, " Work ")
    assert news.items == [{"id": work, "name": "Work", "count": 0}]
    told = order.arrange(alice, talk.pk, Arrangement(folder=work))
    assert isinstance(told[1], Folders)
    assert told[1].items[0]["count"] == 1
    assert told[1].at > news.at
    assert titles(alice) == [other.title]
    assert titles(alice, folder=work) == [talk.title]
    with pytest.raises(NameTaken):
        order.fold(alice, None, "Work")
    _work, renamed = order.fold(alice, work, "Play")
    assert renamed.items[0]["name"] == "Play"
    gone = order.unfold(alice, work)
    assert gone.items == []
    assert titles(alice) == [talk.title, other.title]
    assert order.folders(alice).at == pytest.approx(gone.at)


def test_so_many_folders_and_no_more(alice: User, bob: User) -> None:
    Folder.objects.bulk_create(
        Folder(owner=alice, name=f"{number}") for number in range(order.FOLDERS)
    )
    with pytest.raises(TooManyFolders):
        order.fold(alice, None, "one more")
    folder = Folder.objects.filter(owner=alice).first()
    assert folder is not None
    for refused in (
        lambda: order.fold(bob, folder.pk, "mine"),
        lambda: order.unfold(bob, folder.pk),
        lambda: listing.list_page(bob, "active", folder.pk, None),
    ):
        with pytest.raises(Absent):
            refused()


def test_the_list_shows_pins_first_and_goes_on_to_its_end(alice: User, make: Make) -> None:
    pinned = [make(pinned_at=timezone.now()) for _number in range(3)]
    rows = [make() for _number in range(listing.LIST_PAGE * 2 + 7)]
    put_by = make(archived_at=timezone.now())
    page = listing.list_page(alice, "active", None, None)
    assert [item["id"] for item in page["pinned"]] == [str(one.pk) for one in pinned[::-1]]
    found = page["items"]
    while page["before"]:
        page = listing.list_page(alice, "active", None, page["before"])
        assert "pinned" not in page
        found += page["items"]
    assert [item["id"] for item in found] == [str(one.pk) for one in rows]
    assert titles(alice, "archived") == [put_by.title]


def test_what_is_deleted_is_gone_and_can_be_brought_back(
    alice: User, bob: User, talk: Conversation
) -> None:
    with pytest.raises(Absent):
        order.delete(bob, talk.pk)
    (gone,), turns = order.delete(alice, talk.pk)
    assert gone == Gone(alice.pk, str(talk.pk), 1)
    assert turns == []
    assert titles(alice) == []
    assert [item["title"] for item in listing.deleted(alice)["items"]] == [talk.title]
    assert listing.deleted(bob)["items"] == []
    again, _turns = order.delete(alice, talk.pk)
    assert again == [gone]
    with pytest.raises(Absent):
        order.arrange(alice, talk.pk, Arrangement(title="x"))
    with pytest.raises(Absent):
        order.undelete(bob, talk.pk)
    back = row(order.undelete(alice, talk.pk))
    assert back["revision"] == 2
    assert row(order.undelete(alice, talk.pk)) == back
    assert titles(alice) == [talk.title]


def test_after_ten_minutes_it_stays_deleted(alice: User, talk: Conversation) -> None:
    order.delete(alice, talk.pk)
    Conversation.every.update(deleted_at=timezone.now() - listing.UNDO_FOR)
    with pytest.raises(Absent):
        order.undelete(alice, talk.pk)
    assert listing.deleted(alice)["items"] == []


def test_a_running_turn_is_stopped_and_its_end_brings_nothing_back(alice: User, turn: Turn) -> None:
    claim(turn, "here")
    news, turns = order.delete(alice, turn.conversation_id)
    assert turns == [turn.pk]
    turn.refresh_from_db()
    assert turn.stop_requested
    stored = store("here", [], [], [Ending(turn.pk, Outcome("stopped"), 0)])
    _end, told = ended_news(stored.ended[turn.pk])
    assert isinstance(told, Gone)
    assert isinstance(news[0], Gone)
    assert told.revision > news[0].revision
    for ask in (Ask(uuid.uuid4(), "on", turn.conversation_id), AskAgain(uuid.uuid4(), turn.pk)):
        with pytest.raises(Absent):
            accept(alice, ask, "here")


def test_what_changed_since_is_told_or_that_it_cannot_be(alice: User, make: Make) -> None:
    talk, other, kept = make(), make(), make()
    long_ago = timezone.now() - DAY
    Conversation.objects.update(changed_at=long_ago)
    at = listing.list_page(alice, "active", None, None)["at"]
    order.arrange(alice, talk.pk, Arrangement(title="anew"))
    order.delete(alice, other.pk)
    found = listing.changes(alice, at)
    assert [item["title"] for item in found["items"]] == ["anew"]
    assert found["gone"] == [{"conversation": str(other.pk), "revision": 1}]
    assert not found["stale"]
    assert kept.title not in str(found)
    for since in (0, 2**53, at - DAY // timedelta(milliseconds=1)):
        assert listing.changes(alice, since)["stale"]
    Conversation.objects.bulk_create(
        Conversation(owner=alice, title="x", model="m") for _number in range(listing.MOST_CHANGES)
    )
    assert listing.changes(alice, at)["stale"]


def test_without_a_bus_other_processes_hear_of_all_of_it(alice: User, talk: Conversation) -> None:
    since = timezone.now()
    folder, _news = order.fold(alice, None, "Work")
    order.arrange(alice, talk.pk, Arrangement(folder=folder))
    news = elsewhere.of_people([alice.pk], since, "here")
    assert {type(item) for item in news} == {Changed, Folders}
    order.delete(alice, talk.pk)
    news = elsewhere.of_people([alice.pk], since, "here")
    assert {type(item) for item in news} == {Gone, Folders}


def test_deleted_for_good_with_all_that_hung_on_it(
    alice: User, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purge, "REST", 0)
    talk, kept, lately = make(), make(), make()
    for conversation in (talk, kept, lately):
        filled(conversation, 7)
    LedgerEntry.objects.create(
        turn_id=Turn.objects.filter(conversation=talk).values_list("pk", flat=True)[0],
        conversation_id=talk.pk,
        person=alice,
        username="alice",
        model="m",
    )
    order.delete(alice, talk.pk)
    order.delete(alice, lately.pk)
    assert purge.purge() == 0
    Conversation.every.filter(pk=talk.pk).update(deleted_at=timezone.now() - DAY)
    monkeypatch.setattr(purge, "BATCH", 3)
    assert purge.purge() == 1
    assert set(Conversation.every.values_list("pk", flat=True)) == {kept.pk, lately.pk}
    assert Message.objects.count() == 14
    assert Turn.objects.count() == 6
    assert LedgerEntry.objects.count() == 1


def test_no_transaction_of_a_purge_is_long(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purge, "REST", 0)
    talk = make()
    Message.objects.bulk_create(
        Message(conversation=talk, role="user", answer_text="said") for _number in range(400)
    )
    Conversation.every.update(deleted_at=timezone.now() - DAY)
    sizes = []
    real = purge._remove_some

    def counted(conversation: uuid.UUID) -> int:
        sizes.append(real(conversation))
        return sizes[-1]

    monkeypatch.setattr(purge, "_remove_some", counted)
    assert purge.purge() == 1
    assert max(sizes) == purge.BATCH
    assert purge.purge(0) == 0


def test_a_conversation_whose_turn_still_runs_is_left(alice: User, turn: Turn) -> None:
    order.delete(alice, turn.conversation_id)
    Conversation.every.update(deleted_at=timezone.now() - DAY)
    assert purge.purge() == 0
    assert Conversation.every.count() == 1


@pytest.mark.parametrize("view", ["active", "archived", "folder"])
def test_each_view_is_read_by_an_index_of_its_own(alice: User, make: Make, view: str) -> None:
    folder = Folder.objects.create(owner=alice, name="Work")
    make()
    where = ("archived", None) if view == "archived" else ("active", None)
    found = listing._in_view(alice, *(("active", folder.pk) if view == "folder" else where))
    expected = {
        "active": "conversation_list",
        "archived": "conversation_archive",
        "folder": "conversation_in_folder",
    }[view]
    plan = found[:51].explain()
    assert expected in plan, plan
    assert "TEMP B-TREE" not in plan


def test_an_arrangement_of_nothing_is_no_harm(alice: User, talk: Conversation) -> None:
    nothing = row(order.arrange(alice, talk.pk, Arrangement()))
    assert nothing["title"] == talk.title
    assert msgspec.UNSET is Arrangement().title
