"""A stored file on its way out: whole or in parts, harmless, and to nobody else."""

import socket
import uuid

import psutil
import pytest

from conversations.files.limits import FILE_LIMIT
from tests.files.conftest import Sender
from tests.files.samples import HTML, KINDS, SVG, wav
from tests.serving import Process

MEBIBYTE = 1024 * 1024


@pytest.mark.parametrize("name", ["a.svg", "a.html", "a.png", "a.pdf", "a.mp4"])
def test_nothing_runs_and_nothing_is_kept(maya: Sender, name: str) -> None:
    back = maya.fetch(maya.sent(name, KINDS[name][0])["id"])
    assert back.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert back.headers["Content-Security-Policy"] == (
        "default-src 'none'; sandbox; frame-ancestors 'none'"
    )
    assert back.headers["X-Content-Type-Options"] == "nosniff"
    assert back.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert back.headers["Cache-Control"] == "private, no-store"
    assert back.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("content", [SVG, HTML])
def test_what_could_run_is_a_text(maya: Sender, content: bytes) -> None:
    back = maya.fetch(maya.sent("a.html", content)["id"])
    assert back.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_a_name_of_any_letters_comes_back(maya: Sender) -> None:
    back = maya.fetch(maya.sent("中文 “x”.txt", b"a")["id"])
    assert back.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''%E4%B8%AD")


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-", 206, slice(0, None)),
        ("bytes=0-99", 206, slice(0, 100)),
        ("bytes=100-", 206, slice(100, None)),
        ("bytes=100-100", 206, slice(100, 101)),
        ("bytes=-10", 206, slice(-10, None)),
        ("bytes=-999999", 206, slice(0, None)),
        ("bytes=100-999999", 206, slice(100, None)),
        ("bytes=5-2", 200, slice(0, None)),
        ("bytes=0-1,5-6", 200, slice(0, None)),
        ("lines=1-2", 200, slice(0, None)),
        ("bytes=-", 200, slice(0, None)),
        ("bytes=999999-", 416, None),
        ("bytes=-0", 416, None),
    ],
)
def test_a_player_may_ask_for_a_part(
    maya: Sender, asked: str, status: int, part: slice | None
) -> None:
    content = wav(0.5)
    back = maya.fetch(maya.sent("a.wav", content)["id"], Range=asked)
    assert back.status_code == status
    assert back.content == (b"" if part is None else content[part])
    if status == 206 and part is not None:
        start, end, _step = part.indices(len(content))
        assert back.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(content)}"
        assert back.headers["Content-Length"] == str(end - start)


def test_a_head_has_no_body(maya: Sender) -> None:
    back = maya.client.head(f"/files/{maya.sent('a.txt', b'a text')['id']}")
    assert (back.status_code, back.content, back.headers["Content-Length"]) == (200, b"", "6")


def test_somebody_else_s_is_as_absent(maya: Sender, otto: Sender) -> None:
    theirs, absent = maya.sent("a.txt", b"a secret")["id"], str(uuid.uuid4())
    for ask in (otto.fetch, otto.take_back):
        found, missing = ask(theirs), ask(absent)
        assert found.status_code == missing.status_code == 404
        assert "secret" not in found.text
    with maya.process.client() as stranger:
        assert stranger.get(f"/files/{theirs}").status_code == 302
    assert maya.fetch(theirs).content == b"a secret"


def test_what_was_not_sent_can_be_taken_back(maya: Sender, process: Process) -> None:
    sent = maya.sent("a.txt", b"a text")["id"]
    assert maya.take_back(sent).status_code == 204
    assert maya.fetch(sent).status_code == 404
    assert maya.take_back(sent).status_code == 404
    assert not list((process.site.folder / "files").rglob(sent))


def test_a_file_that_is_not_on_this_disk_is_absent(maya: Sender, process: Process) -> None:
    sent = maya.sent("a.txt", b"a text")["id"]
    for path in (process.site.folder / "files").rglob(sent):
        path.unlink()
    assert maya.fetch(sent).status_code == 404


def test_who_does_not_read_costs_no_memory(maya: Sender, process: Process) -> None:
    """Ten fetch the largest file and take nothing of it; it is not held for them."""
    sent = maya.sent("large.txt", b"0123456789abcde\n" * (FILE_LIMIT // 16))["id"]
    program = psutil.Process(process.pid)
    before = program.memory_info().rss
    lines = []
    for _ in range(10):
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect(("127.0.0.1", process.port))
        lines.append(line)
        line.sendall(
            f"GET /files/{sent} HTTP/1.1\r\nHost: 127.0.0.1:{process.port}\r\n"
            f"Cookie: {maya.client.headers['Cookie']}\r\n\r\n".encode()
        )
        assert line.recv(12) == b"HTTP/1.1 200"
    assert maya.client.get("/").status_code == 200
    grown = (program.memory_info().rss - before) / MEBIBYTE
    for line in lines:
        line.close()
    assert grown < 60, f"{grown:.0f} MB for ten who do not read {FILE_LIMIT // MEBIBYTE} MB each"
    assert "Traceback" not in process.output(), process.output()[-3000:]
