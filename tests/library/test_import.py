"""What comes out goes in again without loss; what is broken or hostile changes nothing."""

import json
import re
import uuid
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from django.db import Error
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from conversations.files import storage
from conversations.library import bringing, exports, imports
from conversations.library.bringing import Brought, bring
from conversations.library.complaints import Broken, told
from conversations.library.purge import purge
from conversations.library.search.found import find
from conversations.models import Attachment, Conversation, Folder, LedgerEntry, Message, Turn, User
from tests.library.talks import THEN, Talk, exported, gathered


def brought(person: User, data: bytes, *, copies: bool = False) -> Brought:
    now = timezone.now()
    return bring(person, imports.read(data, "", now), now, copies=copies)


def without_date(data: bytes) -> bytes:
    """But for the moment of the export itself."""
    return re.sub(rb'"exported":"[^"]*"', b"", data)


def test_everything_comes_back(rivers: Talk, bob: User) -> None:
    before = exported(rivers.row)
    (copy,) = brought(bob, before).conversations
    assert copy.pk != rivers.row.pk
    assert copy.owner == bob
    assert without_date(exported(copy)) == without_date(before)


def test_what_is_shown_and_searched_is_the_same(rivers: Talk, bob: User) -> None:
    (copy,) = brought(bob, exported(rivers.row)).conversations
    for name in ("answer_text", "thought_text", "metadata", "role", "kind", "created_at"):
        first, second = (row.messages.values_list(name, flat=True) for row in (rivers.row, copy))
        assert list(first) == list(second)
    assert list(copy.turns.order_by("pk").values_list("state", flat=True)).count("stopped") == 1
    said = [message.answer_text for message in copy.path_to(copy.leaf_id)]
    assert said[-2:] == ["Go on", "It carries the most water."]
    assert {turn.position for turn in copy.turns.all()} == {
        turn.position for turn in rivers.row.turns.all()
    }
    found = find(bob, "carries most wat").items[copy.pk]
    assert [hit.message for hit in found] == [copy.leaf_id]
    (title,) = find(bob, "rivers").items[copy.pk]
    assert title.where == "title"


def test_files_come_along_and_are_others(rivers: Talk, bob: User) -> None:
    (copy,) = brought(bob, exported(rivers.row)).conversations
    (file,) = copy.attachments.all()
    (before,) = rivers.row.attachments.all()
    assert file.owner == bob
    assert file.pk != before.pk
    assert (file.sha256, file.size, file.name) == (before.sha256, before.size, before.name)
    assert storage.read(file.pk) == storage.read(before.pk)
    first = copy.messages.first()
    assert first is not None
    assert first.parts[1] == {"attachment": file.described}


def test_a_lie_about_a_file_is_put_right(rivers: Talk, bob: User) -> None:
    document = json.loads(exported(rivers.row))
    document["attachments"][0].update(type="text/html", size=7, name="../../etc/passwd")
    document["messages"][0]["parts"][1]["attachment"].update(mimeType="text/html", evil=1)
    (copy,) = brought(bob, json.dumps(document).encode()).conversations
    (file,) = copy.attachments.all()
    assert (file.name, file.media_type, file.size) == ("passwd", "text/plain", 17)
    first = copy.messages.first()
    assert first is not None
    assert first.parts[1] == {"attachment": file.described}


def test_a_file_that_is_lost_is_lost_in_the_copy_too(rivers: Talk, bob: User) -> None:
    storage.remove(rivers.row.attachments.values_list("pk", flat=True))
    before = exported(rivers.row)
    (copy,) = brought(bob, before).conversations
    assert without_date(exported(copy)) == without_date(before)


def test_there_is_a_limit_to_a_person_s_files(
    rivers: Talk, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "ALL", 5)
    assert complaint(bob, exported(rivers.row)).what == "full"
    monkeypatch.setattr("conversations.library.checks.FILE_LIMIT", 5)
    assert complaint(bob, exported(rivers.row)).what == "room"


def test_nothing_is_charged_again_and_nothing_runs(rivers: Talk, bob: User) -> None:
    brought(bob, exported(rivers.row))
    assert LedgerEntry.objects.count() == 0
    assert not bob.turns.filter(state__in=Turn.ACTIVE).exists()


def test_a_turn_that_runs_is_left_out(rivers: Talk, bob: User) -> None:
    question = rivers.ask("One more?")
    turn = rivers.answer(question, [{"text": "so far"}])
    Turn.objects.filter(pk=turn.pk).update(state="running", reply=None, outcome="")
    Message.objects.filter(answer_text="so far").delete()
    (copy,) = brought(bob, exported(rivers.row)).conversations
    assert copy.messages.filter(answer_text="One more?").exists()
    assert copy.turns.count() == rivers.row.turns.count() - 1


def test_what_is_there_already_is_passed_over_unless_copies_are_wanted(rivers: Talk) -> None:
    data = exported(rivers.row)
    again = brought(rivers.owner, data)
    assert (again.conversations, again.known) == ([], 1)
    assert len(brought(rivers.owner, data, copies=True).conversations) == 1
    assert Conversation.objects.count() == 2


def test_one_that_has_grown_since_is_another(rivers: Talk) -> None:
    data = exported(rivers.row)
    rivers.ask("And the widest?")
    assert len(brought(rivers.owner, data).conversations) == 1


def test_all_of_a_person_s_go_out_and_come_in(rivers: Talk, bob: User) -> None:
    other = Talk(rivers.owner, title="Lakes", created_at=THEN + timedelta(days=1))
    other.answer(other.ask("Deepest?"), [{"text": "Baikal"}])
    data = gathered(exports.everything(rivers.owner))
    assert data.count(b"\n") == 2
    assert len(brought(bob, data).conversations) == 2
    assert bob.folders.get().name == "Waters"
    assert without_date(gathered(exports.everything(bob))) == without_date(data)


def test_the_rows_are_new_to_every_page(rivers: Talk, bob: User) -> None:
    since = timezone.now()
    (copy,) = brought(bob, exported(rivers.row)).conversations
    assert copy.revision > 0
    assert copy.changed_at >= since
    assert not copy.unread


def test_a_model_that_is_not_offered_here_is_not_asked_here(alice: User, bob: User) -> None:
    rivers = Talk(alice, model="somebody-elses-model")
    rivers.answer(rivers.ask("Hello?"), [{"text": "Yes"}], model="somebody-elses-model")
    (copy,) = brought(bob, exported(rivers.row)).conversations
    assert copy.model == "gemini-2.5-pro"
    assert copy.turns.get().model == "somebody-elses-model"


# --- what is broken or hostile ------------------------------------------------------------------


def everything() -> list[Any]:
    """All rows that an import could have made or changed."""
    tables = (Conversation.every, Message.objects, Turn.objects, Folder.objects, Attachment.objects)
    return [list(table.order_by("pk").values_list()) for table in tables]


def complaint(person: User, data: bytes) -> Broken:
    """Why a file is refused; nothing may have changed."""
    before = everything()
    with pytest.raises(Broken) as caught:
        brought(person, data)
    assert everything() == before
    assert caught.value.line is not None
    assert told(caught.value)
    return caught.value


Change = Any
HOSTILE: dict[str, tuple[Change, str, str]] = {
    "a circle": (lambda d: d["messages"][0].update(parent=3), "parent", "messages[0].parent"),
    "its own parent": (lambda d: d["messages"][2].update(parent=3), "parent", "messages[2].parent"),
    "an orphan": (lambda d: d["messages"][1].update(parent=99), "parent", "messages[1].parent"),
    "another's number": (lambda d: d["messages"][1].update(id=77), "number", "messages[1].id"),
    "the same number": (lambda d: d["messages"][1].update(id=1), "number", "messages[1].id"),
    "no number": (lambda d: d["messages"][1].update(id=True), "form", "messages[1].id"),
    "an answer to nothing": (
        lambda d: d["messages"][1].update(parent=None),
        "order",
        "messages[1].role",
    ),
    "an answer to an answer": (
        lambda d: d["messages"][3].update(role="model"),
        "order",
        "messages[3].role",
    ),
    "a third role": (lambda d: d["messages"][0].update(role="system"), "form", "messages[0].role"),
    "an answer of no turn": (lambda d: d["turns"].pop(0), "unasked", "messages[1]"),
    "one answer of two turns": (
        lambda d: d["turns"].append(d["turns"][0]),
        "reply",
        "turns[6].reply",
    ),
    "a turn without its question": (
        lambda d: d["turns"][0].update(question=99),
        "question",
        "turns[0].question",
    ),
    "an answer asked as a question": (
        lambda d: d["turns"][0].update(question=2),
        "question",
        "turns[0].question",
    ),
    "another question's answer": (
        lambda d: d["turns"][0].update(reply=5),
        "reply",
        "turns[0].reply",
    ),
    "a turn that runs": (
        lambda d: d["turns"][0].update(outcome="running"),
        "form",
        "turns[0].outcome",
    ),
    "a leaf elsewhere": (
        lambda d: d["conversation"].update(leaf=12345),
        "leaf",
        "conversation.leaf",
    ),
    "the year 1": (
        lambda d: d["messages"][0].update(created="0001-01-01T00:00:00Z"),
        "date",
        "messages[0].created",
    ),
    "the year 9999": (
        lambda d: d["conversation"].update(updated="9999-12-31T23:59:59Z"),
        "date",
        "conversation.updated",
    ),
    "no time zone": (
        lambda d: d["turns"][0].update(accepted="2026-01-01T00:00:00"),
        "form",
        "turns[0].accepted",
    ),
    "an unknown field": (lambda d: d["messages"][2].update(owner=1), "form", "messages[2].owner"),
    "an unknown field of the row": (
        lambda d: d["conversation"].update(owner_id=1),
        "form",
        "conversation.owner_id",
    ),
    "a text that is none": (
        lambda d: d["messages"][0]["parts"][0].update(text=7),
        "form",
        "messages[0].parts[0].text",
    ),
    "parts that are none": (
        lambda d: d["messages"][0].update(parts=["x"]),
        "form",
        "messages[0].parts[0]",
    ),
    "settings of nobody": (
        lambda d: d["conversation"]["settings"].update(api_key="x"),
        "settings",
        "conversation.settings",
    ),
    "settings that reach the endpoint": (
        lambda d: d["conversation"]["settings"].update(more={"cachedContent": "theirs"}),
        "settings",
        "conversation.settings",
    ),
    "settings beyond their range": (
        lambda d: d["conversation"]["settings"].update(top_p=7),
        "settings",
        "conversation.settings.top_p",
    ),
    "settings of a turn that are none": (
        lambda d: d["turns"][0]["settings"].update(temperature="hot"),
        "settings",
        "turns[0].settings",
    ),
    "a timeline that falls": (
        lambda d: d["turns"][0].update(timeline=[[5, 5], [1, 1]]),
        "timeline",
        "turns[0].timeline",
    ),
    "no title": (lambda d: d["conversation"].update(title=" \n "), "form", "conversation.title"),
    "a long title": (
        lambda d: d["conversation"].update(title="x" * 201),
        "form",
        "conversation.title",
    ),
    "no messages": (lambda d: d.update(messages=[], turns=[]), "nothing", "messages"),
    "tokens without end": (
        lambda d: d["turns"][0]["usage"].update(total=2**40),
        "form",
        "turns[0].usage.total",
    ),
    "a file of nobody": (
        lambda d: d["messages"][0]["parts"].append({"attachment": {"id": "x"}}),
        "attachment",
        "messages[0].parts[2]",
    ),
    "a file of another conversation": (
        lambda d: d["attachments"].clear(),
        "attachment",
        "messages[0].parts[1]",
    ),
    "one file twice": (
        lambda d: d["attachments"].append(d["attachments"][0]),
        "attachment",
        "attachments[1].id",
    ),
    "a program as a picture": (
        lambda d: d["attachments"][0].update(name="x.png", data="TVqQAAMAAAAEAAAA//8AALgAAAA="),
        "file",
        "attachments[0]",
    ),
    "a picture of billions of points": (
        lambda d: d["attachments"][0].update(name="x.gif", data="R0lGODlh//////AAAA=="),
        "file",
        "attachments[0]",
    ),
    "no base64": (lambda d: d["attachments"][0].update(data="?"), "form", "attachments[0].data"),
    "an answer with a file": (
        lambda d: d["messages"][1]["parts"].append(d["messages"][0]["parts"][1]),
        "attachment",
        "messages[1].parts[2]",
    ),
    "deep nesting": (
        lambda d: d["messages"][0]["parts"].append({"x": nested(150)}),
        "nested",
        "messages[0].parts[2]",
    ),
    "a newer version": (lambda d: d.update(version=2), "newer", "version"),
    "another format": (lambda d: d.update(format="x"), "unknown", ""),
}


def nested(depth: int) -> Any:
    return [nested(depth - 1)] if depth else 0


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_values_change_nothing_and_are_named(rivers: Talk, bob: User, name: str) -> None:
    change, what, place = HOSTILE[name]
    document = json.loads(exported(rivers.row))
    change(document)
    data = json.dumps(document, indent=1).encode()
    found = complaint(bob, data)
    assert (found.what, found.place) == (what, place)
    line = data.splitlines()[found.line - 1].decode() if found.line else ""
    last = re.findall(r"\.?([a-z_]+)$", place)
    if last and last[0] not in ("api_key", "messages") and "parts[" not in place:
        assert f'"{last[0]}":' in line, line


def test_the_line_is_that_of_the_item_in_our_own_layout(rivers: Talk, bob: User) -> None:
    lines = exported(rivers.row).split(b"\n")
    at = next(number for number, line in enumerate(lines) if b'"id":4,' in line)
    lines[at] = lines[at].replace(b'"role":"user"', b'"role":"root"')
    found = complaint(bob, b"\n".join(lines))
    assert found.line == at + 1
    assert found.place == "messages[3].role"


def test_json_lines_are_named_by_their_line(rivers: Talk, bob: User) -> None:
    good = gathered(exports.everything(rivers.owner))
    bad = good.replace(b'"leaf":', b'"leaf":9')
    assert complaint(bob, good + b"\n" + bad).line == 3
    assert complaint(bob, good + good[:-40]).line == 2


BROKEN = {
    b"": ("empty", 1),
    b" \n ": ("empty", 1),
    b"{\n": ("not_json", 2),
    b'{"format":\n "thinkalong-conversation",\n oops}': ("not_json", 3),
    b'{"a": 1}\n\n{"b": }': ("unknown", 1),
    b"[1, 2]": ("unknown", 1),
    b"42": ("unknown", 1),
    b"hello": ("not_json", 1),
    b"{}": ("unknown", 1),
    b'{"format": ["thinkalong-conversation"]}': ("unknown", 1),
    b'{\n"a": "\xff"}': ("not_text", 2),
    b'{"format": "x",\n"a": "\\ud800"}': ("unknown", 1),
    b'{"format":"thinkalong-conversation","version":1}': ("form", 1),
    b'{"a":' * 5000: ("nested", 1),
    b"\x1f\x8b\x08\x00": ("not_text", 1),
    b"\0\0\0\0\0": ("not_json", 1),
    b"\0\1\0\xc2\x80": ("not_json", 1),
    b"{\0\n\0}": ("not_json", 1),
    b'{"chunkedPrompt": 3}': ("unknown", 1),
    b'{"chunkedPrompt": {"chunks": []}}': ("nothing", 1),
    b'{"chunkedPrompt": {"chunks": [\n{"text": "a"},\n 3]}}': ("form", 3),
    b'{"chunkedPrompt": {"chunks": [\n{"text": "a"},\n {"role": "root"}]}}': ("form", 3),
}


@pytest.mark.parametrize("data", BROKEN, ids=lambda data: repr(data[:30]))
def test_broken_files_change_nothing_and_are_named(bob: User, data: bytes) -> None:
    found = complaint(bob, data)
    assert (found.what, found.line) == BROKEN[data]


def test_too_much_is_refused(rivers: Talk, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    data = exported(rivers.row)
    monkeypatch.setattr("conversations.library.checks.MOST_MESSAGES", 3)
    assert complaint(bob, data).what == "too_many"
    monkeypatch.undo()
    monkeypatch.setattr(imports, "MOST_IN_ALL", 8)
    line = gathered(exports.everything(rivers.owner))
    assert (complaint(bob, line).what, complaint(bob, line).line) == ("too_many", 1)
    monkeypatch.undo()
    monkeypatch.setattr("conversations.library.checks.MOST_MEGABYTES", 0)
    assert complaint(bob, data).what == "too_long"
    monkeypatch.setattr(imports, "MOST_MEGABYTES", 0)
    assert complaint(bob, data).what == "too_large"


def test_what_no_database_holds_is_replaced(rivers: Talk, bob: User) -> None:
    document = json.loads(exported(rivers.row))
    document["messages"][0]["parts"][0]["text"] = "a\0b"
    document["conversation"]["title"] = "nul\0\n title"
    (copy,) = brought(bob, json.dumps(document).encode()).conversations
    first = copy.messages.first()
    assert first is not None
    assert first.answer_text == "a\ufffdb"
    assert copy.title == "nul\ufffd title"


def test_a_date_of_a_clock_that_is_ahead_counts_as_now(rivers: Talk, bob: User) -> None:
    document = json.loads(exported(rivers.row))
    ahead = (timezone.now() + timedelta(hours=3)).isoformat()
    document["conversation"]["updated"] = document["turns"][0]["accepted"] = ahead
    (copy,) = brought(bob, json.dumps(document).encode()).conversations
    assert copy.updated_at <= timezone.now()
    assert all(turn.accepted_at <= timezone.now() for turn in copy.turns.all())


def test_a_database_that_fails_midway_leaves_nothing(
    rivers: Talk, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = gathered(exports.everything(rivers.owner)) * 2
    before = everything()
    calls = 0
    write = bringing._write

    def failing(model: Any, rows: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise Error("the disk is full")
        write(model, rows)

    monkeypatch.setattr(bringing, "_write", failing)
    with pytest.raises(Error):
        brought(bob, data, copies=True)
    assert not bob.conversations.exists()
    while purge():
        pass
    assert everything() == before


def test_nothing_is_to_be_seen_before_all_is_there(
    rivers: Talk, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    write = bringing._write

    def watching(model: Any, rows: Any) -> None:
        write(model, rows)
        seen.append(bob.conversations.count())

    monkeypatch.setattr(bringing, "_write", watching)
    brought(bob, gathered(exports.everything(rivers.owner)) * 3)
    assert seen == [0] * 6
    assert bob.conversations.count() == 3


SHARED = [HealthCheck.function_scoped_fixture]  # each example has people of its own
texts = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
values = some.recursive(
    some.none() | some.booleans() | some.integers(-(2**50), 2**50) | texts,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
moments = some.integers(0, 25 * 365 * 86_400 * 10**6).map(
    lambda after: datetime(2001, 1, 1, tzinfo=UTC) + timedelta(microseconds=after)
)
parts = some.one_of(
    some.fixed_dictionaries({"text": texts}),
    some.fixed_dictionaries({"text": texts, "thought": some.just(True)}),
    some.fixed_dictionaries({"text": texts, "thoughtSignature": some.just("c2ln")}),
    some.fixed_dictionaries({"executableCode": values}),
)


@some.composite
def documents(draw: some.DrawFn) -> dict[str, Any]:
    """Any tree that can have been said, with anything in it."""
    messages: list[dict[str, Any]] = []
    turns: list[dict[str, Any]] = []
    for number in range(1, draw(some.integers(2, 9))):
        asked = [one["id"] for one in messages if one["role"] == "user"]
        role = draw(some.sampled_from(["user", "model"])) if asked else "user"
        before = [one["id"] for one in messages if one["role"] != role]
        parents: list[Any] = before if role == "model" else [None, *before]
        message = {
            "id": number,
            "parent": draw(some.sampled_from(parents)),
            "role": role,
            "kind": draw(some.sampled_from(["", "continue"])),
            "created": draw(moments).isoformat(),
            "parts": draw(some.lists(parts, max_size=3)),
            "metadata": draw(some.lists(some.dictionaries(texts, values, max_size=2), max_size=2)),
        }
        messages.append(message)
        if role == "model":
            turns.append({"question": message["parent"], "reply": number, **draw(run)})
    return {
        "format": "thinkalong-conversation",
        "version": 1,
        "exported": "2026-01-01T00:00:00Z",
        "conversation": {
            "title": draw(texts.filter(lambda text: text.split() == [text])),
            "model": "gemini-2.5-pro",
            "created": draw(moments).isoformat(),
            "updated": draw(moments).isoformat(),
            "leaf": draw(some.integers(1, len(messages))),
            "folder": draw(some.none() | some.just("Here")),
            "archived": draw(some.none() | moments.map(datetime.isoformat)),
        },
        "messages": messages,
        "turns": turns,
    }


run = some.fixed_dictionaries(
    {
        "model": texts,
        "accepted": moments.map(datetime.isoformat),
        "outcome": some.sampled_from(Turn.Outcome.values),
        "reason": texts,
        "status": some.none() | some.integers(100, 599),
        "detail": texts,
        "timeline": some.lists(some.integers(0, 9), max_size=4).map(
            lambda steps: [[step, step] for step in sorted(steps)]
        ),
    }
)


@settings(max_examples=60, deadline=None, suppress_health_check=SHARED)
@given(document=documents())
def test_out_and_in_is_the_same_for_every_tree(
    transactional_db: None, document: dict[str, Any]
) -> None:
    one, other = (User.objects.create(username=str(uuid.uuid4())) for _person in range(2))
    (first,) = brought(one, json.dumps(document).encode()).conversations
    out = exported(first)
    (second,) = brought(other, out).conversations
    assert without_date(exported(second)) == without_date(out)
    mine = msgspec.json.decode(out)
    for ours, theirs in zip(mine["messages"], document["messages"], strict=True):
        assert ours["parts"] == theirs["parts"]
        assert ours["metadata"] == theirs["metadata"]
    assert [turn["timeline"] for turn in mine["turns"]] == [
        turn["timeline"] for turn in sorted(document["turns"], key=lambda turn: turn["reply"])
    ]


@settings(max_examples=200, deadline=None)
@given(document=documents(), data=some.data())
def test_any_damage_is_named_or_does_no_harm(
    document: dict[str, Any], data: some.DataObject
) -> None:
    """Any value in its place: either the file is still sound, or the complaint has a line."""
    broken = deepcopy(document)
    holder: Any = broken
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = data.draw(some.sampled_from(keys))
        inner = holder[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(some.booleans()):
            break
        holder = inner
    holder[key] = data.draw(values)
    text = json.dumps(broken, indent=data.draw(some.sampled_from([None, 1]))).encode()
    try:
        found = imports.read(text, "", timezone.now())
    except Broken as broken_:
        complaint_ = broken_
    else:
        assert len(found) == 1
        return
    assert complaint_.line is not None
    assert 1 <= complaint_.line <= text.count(b"\n") + 1
    assert told(complaint_)


@settings(max_examples=300, deadline=None)
@given(
    some.binary(max_size=300)
    | some.text().map(str.encode)
    | values.map(lambda value: json.dumps(value).encode())
)
def test_any_bytes_at_all_are_answered(data: bytes) -> None:
    with pytest.raises(Broken) as caught:
        imports.read(data, "name", timezone.now())
    assert caught.value.line is not None
