"""What goes out: to its owner alone, whole, under a safe name, and without private parts."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from conversations.chat.exporting import file_name
from conversations.library import exports
from conversations.library.markdown import as_markdown
from conversations.library.snapshots import snapshot
from conversations.models import Message, User
from tests.library.talks import Talk, exported, gathered


@pytest.fixture(autouse=True)
def plain_files(settings: Settings) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def mine(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def test_an_export_is_json_with_an_item_a_line(rivers: Talk) -> None:
    data = exported(rivers.row)
    document = json.loads(data)
    lines = data.decode().splitlines()
    for message in document["messages"]:
        (line,) = [line for line in lines if line.startswith(f'{{"id":{message["id"]},')]
        assert json.loads(line.rstrip(",")) == message
    assert document["format"] == "thinkalong-conversation"
    assert document["conversation"]["folder"] == "Waters"


def test_no_id_of_the_database_is_in_it(rivers: Talk) -> None:
    data = exported(rivers.row).decode()
    turn = rivers.row.turns.first()
    assert turn is not None
    for own in (rivers.row.pk, turn.pk, turn.client_id, rivers.owner.username):
        assert str(own) not in data


def test_it_streams_and_reads_no_tree_at_once(
    rivers: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "BATCH", 2)
    whole = json.loads(exported(rivers.row))
    monkeypatch.undo()
    assert whole["messages"] == json.loads(exported(rivers.row))["messages"]
    assert whole["turns"] == json.loads(exported(rivers.row))["turns"]


def test_the_answers_of_the_server(rivers: Talk, mine: Client) -> None:
    answer: Any = mine.get(f"/c/{rivers.row.pk}/export.json")
    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Disposition"] == (
        "attachment; filename*=utf-8''Rivers%20%26%20%E2%80%9Cseas%E2%80%9D.json"
    )
    assert json.loads(gathered(answer.streaming_content))["messages"]
    every: Any = mine.get("/export/all")
    assert every["Content-Type"] == "application/jsonl"
    assert gathered(every.streaming_content).count(b"\n") == 1


NAMES = {
    "a/b\\c:d": "a b c d.md",
    "../../etc/passwd": "etc passwd.md",
    "  .hidden ": "hidden.md",
    "": "conversation.md",
    "...": "conversation.md",
    "x" * 300: f"{'x' * 80}.md",
    "one\r\nSet-Cookie: x": "one Set-Cookie x.md",
    "cod\u202egpj.exe": "cod gpj.exe.md",
    "河流": "河流.md",
}


@pytest.mark.parametrize("title", NAMES)
def test_names_of_files_are_safe(title: str) -> None:
    assert file_name(title, "md") == NAMES[title]


def test_markdown_is_the_branch_on_show(rivers: Talk, mine: Client) -> None:
    answer = mine.get(f"/c/{rivers.row.pk}/export.md")
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert answer.text.startswith(
        "# Rivers & “seas”\n\n*gemini-2.5-pro, March 1, 2026*\n\n## Question\n"
    )
    assert answer.text.endswith("## Question\n\nGo on\n\n## Answer\n\nIt carries the most water.\n")
    assert "Nile" not in answer.text
    assert "Baikal" not in answer.text


def test_thoughts_are_quoted_where_they_are_wanted(rivers: Talk, mine: Client) -> None:
    rivers.show(rivers.row.messages.get(answer_text="The Nile."))
    address = f"/c/{rivers.row.pk}/export.md"
    assert "Measuring" not in mine.get(address).text
    quoted = "> **Thoughts**\n>\n> **Measuring**\n>\n> The Nile or the Amazon?\n\nThe Nile."
    assert quoted in mine.get(f"{address}?thoughts=1").text


def test_sources_are_footnotes_where_they_support(alice: User) -> None:
    rivers = Talk(alice)
    text = "Ströme fließen. Sie münden.\n\n```\ncode\n```"
    first = len("Ströme fließen.".encode())
    inside = len(b"Str") + 1  # in the middle of a character
    fence = len(text.encode()) - 5
    found = {
        "groundingChunks": [
            {"web": {"uri": f"https://example.org/{name}", "title": f"[{name}]\nx"}}
            for name in "abc"
        ],
        "groundingSupports": [
            {"segment": {"endIndex": first}, "groundingChunkIndices": [0, 7]},
            {"segment": {"endIndex": inside}, "groundingChunkIndices": [1]},
            {"segment": {"endIndex": fence}, "groundingChunkIndices": [2]},
        ],
    }
    rivers.answer(rivers.ask("?"), [{"text": text}], metadata=[{"groundingMetadata": found}])
    said = snapshot(rivers.row, rivers.row.leaf_id, thoughts=False)
    shown = as_markdown(rivers.row.title, "m", said)
    assert "Ströme fließen.[^1] Sie münden." in shown
    assert shown.index("[^2]") > shown.rindex("```")
    assert "[^1]: [a x](<https://example.org/a>)" in shown
    assert "code\n```\n\n[^2][^3]" in shown


def test_code_with_fences_in_it_stays_code(alice: User) -> None:
    rivers = Talk(alice)
    code = {"executableCode": {"language": "PYTHON", "code": "print('''\n```\n''')"}}
    output = {"codeExecutionResult": {"output": "````\n"}}
    rivers.answer(rivers.ask("?"), [code, output, {"text": "Done."}])
    shown = as_markdown("t", "m", snapshot(rivers.row, rivers.row.leaf_id, thoughts=False))
    assert "````python\nprint('''\n```\n''')\n````" in shown
    assert "Output:\n\n`````\n````\n`````" in shown


def test_private_parts_are_in_no_reading(rivers: Talk, mine: Client) -> None:
    rivers.show(rivers.row.messages.get(answer_text="The Nile."))
    for page in ("export.md?thoughts=1", "print?thoughts=1"):
        text = mine.get(f"/c/{rivers.row.pk}/{page}").text
        assert "The Nile." in text
        for private in ("c2ln", "Be brief"):
            assert private not in text


def test_paper_has_the_branch_and_its_thoughts_if_wanted(rivers: Talk, mine: Client) -> None:
    rivers.show(rivers.row.messages.get(answer_text="The Nile."))
    plain = mine.get(f"/c/{rivers.row.pk}/print")
    assert plain.status_code == 200
    assert "Rivers &amp; “seas”" in plain.text
    assert "Measuring" not in plain.text
    assert "https://example.org/nile" in plain.text
    assert "Measuring" in mine.get(f"/c/{rivers.row.pk}/print?thoughts=1").text


def test_the_headings_are_in_the_reader_s_language(rivers: Talk) -> None:
    with translation.override("en"):
        shown = as_markdown("t", "m", snapshot(rivers.row, rivers.row.leaf_id, thoughts=False))
    assert shown.count("## Question") == 2
    assert shown.count("## Answer") == 2


def test_an_empty_conversation_goes_out_too(alice: User, mine: Client) -> None:
    row = Talk(alice, title="Nothing yet").row
    assert mine.get(f"/c/{row.pk}/export.md").text == "# Nothing yet\n"
    assert json.loads(exported(row))["messages"] == []
    assert Message.objects.count() == 0
