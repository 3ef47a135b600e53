"""A person's presets: own rows only, one of a name, one for new conversations, so many at most."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from conversations.endpoint.choices import INSTRUCTION_LIMIT
from conversations.library.presets import (
    MOST,
    MOST_TEXT,
    NameTaken,
    NoName,
    PresetsFull,
    Wanted,
    drop,
    keep,
    listed,
)
from conversations.library.settings import NotOffered
from conversations.models import Preset, User
from conversations.turns.refusals import Absent, Refusal

MODEL = settings.GEMINI_MODELS[0]


@pytest.fixture
def alice(transactional_db: None) -> User:
    return User.objects.create_user("alice", password=None)


@pytest.fixture
def bob(transactional_db: None) -> User:
    return User.objects.create_user("bob", password=None)


def kept(person: User, name: str, **fields: Any) -> dict[str, Any]:
    items = keep(person, Wanted(name=name, **fields))
    return next(item for item in items if item["name"] == " ".join(name.split()))


def test_it_is_kept_renamed_changed_and_dropped(alice: User) -> None:
    first = kept(alice, "  Brief \n one ", settings={"temperature": 1, "top_k": 5})
    assert (first["name"], first["model"], first["default"]) == ("Brief one", MODEL, False)
    assert first["settings"] == {"top_k": 5}
    (item,) = keep(alice, Wanted(first["id"], name="Short"))
    assert (item["name"], item["settings"]) == ("Short", {"top_k": 5})
    (item,) = keep(alice, Wanted(first["id"], settings={"top_p": 0.5}))
    assert (item["name"], item["settings"]) == ("Short", {"top_p": 0.5})
    assert drop(alice, first["id"]) == []
    with pytest.raises(Absent):
        drop(alice, first["id"])


def test_one_is_for_new_conversations(alice: User) -> None:
    one = kept(alice, "One", default=True)
    two = kept(alice, "Two", default=True)
    assert [item["default"] for item in listed(alice)] == [False, True]
    keep(alice, Wanted(one["id"], default=True))
    assert [item["default"] for item in listed(alice)] == [True, False]
    keep(alice, Wanted(one["id"], default=False))
    keep(alice, Wanted(two["id"], name="2"))
    assert not any(item["default"] for item in listed(alice))


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (Wanted(name="One"), NameTaken),
        (Wanted(name=" One "), NameTaken),
        (Wanted(name=" \n"), NoName),
        (Wanted(), NoName),
        (Wanted(name="New", model="gpt-17"), NotOffered),
        (Wanted(2**40, name="New"), Absent),
    ],
)
def test_what_is_refused_changes_nothing(
    alice: User, wanted: Wanted, refusal: type[Refusal]
) -> None:
    kept(alice, "One", default=True)
    before = listed(alice)
    with pytest.raises(refusal):
        keep(alice, wanted)
    assert listed(alice) == before


def test_renaming_to_a_name_that_is_taken(alice: User) -> None:
    one = kept(alice, "One")
    kept(alice, "Two")
    with pytest.raises(NameTaken):
        keep(alice, Wanted(one["id"], name="Two", default=True))
    assert [(item["name"], item["default"]) for item in listed(alice)] == [
        ("One", False), ("Two", False),
    ]  # fmt: skip


def test_there_is_an_end_to_them(alice: User) -> None:
    for number in range(MOST):
        kept(alice, f"{number:02}")
    with pytest.raises(PresetsFull):
        kept(alice, "One more")
    assert len(listed(alice)) == MOST
    keep(alice, Wanted(listed(alice)[0]["id"], name="Renamed"))


def test_and_to_their_text(alice: User) -> None:
    text = "界" * INSTRUCTION_LIMIT
    fitting = MOST_TEXT // (INSTRUCTION_LIMIT + 100)
    for number in range(fitting):
        kept(alice, f"{number}", settings={"system_instruction": text})
    with pytest.raises(PresetsFull):
        kept(alice, "One more", settings={"system_instruction": text})
    assert len(listed(alice)) == fitting


def test_someone_elses_is_absent(alice: User, bob: User) -> None:
    theirs = kept(alice, "Hers")["id"]
    for wanted in (Wanted(theirs, name="Mine"), Wanted(theirs, default=True)):
        with pytest.raises(Absent):
            keep(bob, wanted)
    with pytest.raises(Absent):
        drop(bob, theirs)
    assert listed(bob) == []
    assert kept(bob, "Hers")["id"] != theirs
    assert [item["name"] for item in listed(alice)] == ["Hers"]


def test_of_a_race_for_a_name_one_wins(alice: User) -> None:
    def race(_number: int) -> bool:
        try:
            keep(alice, Wanted(name="Same", default=True))
        except NameTaken:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(race, range(4))) == [False, False, False, True]
    assert Preset.objects.count() == 1
