"""The rules hold, and each of them can be broken."""

import re

import pytest

from chatsite import house_rules


def test_imports_point_one_way() -> None:
    assert house_rules.wrong_imports() == []


def test_imported_packages_are_named_with_their_reasons() -> None:
    assert house_rules.unnamed_packages() == []


def test_nothing_foreign_is_in_the_files() -> None:
    assert house_rules.foreign_traces() == []


def test_locks_fit_their_lists() -> None:
    assert house_rules.stale_locks() == []


@pytest.mark.parametrize(
    ("room", "module", "wrong"),
    [
        ("endpoint", "httpx", False),
        ("endpoint", "django.conf", True),
        ("endpoint", "conversations.models", True),
        ("models", "django.db", False),
        ("models", "conversations.turns.writer", True),
        ("turns", "conversations.models", False),
        ("turns", "conversations.endpoint.parts", False),
        ("turns", "conversations.chat", True),
        ("turns", "chatsite.settings", True),
        ("chat", "conversations.turns.live", False),
        ("chat", "conversations.review", True),
        ("review", "conversations.api.views", True),
    ],
)
def test_which_imports_point_wrong(room: str, module: str, wrong: bool) -> None:
    assert house_rules.points_wrong(room, module) is wrong


@pytest.mark.parametrize(
    ("line", "foreign"),
    [
        ("resolved: registry." + "npmjs.org/katex", True),
        ("--index-url https://" + "pypi" + ".org/simple", True),
        ("open('/" + "home/ann/notes')", True),
        ("open('/" + "tmp/notes')", True),
        ("/*! @" + "license MIT */", True),
        ("# TO" + "DO later", True),
        ("path('work/', views.work)", False),
        ("the way to work/home", False),
        ("https://chat.example/home/ann", False),
        ("a licence of one's own", False),
    ],
)
def test_what_counts_as_foreign(line: str, foreign: bool) -> None:
    assert any(re.search(rule, line) for rule in house_rules.FOREIGN.values()) is foreign
