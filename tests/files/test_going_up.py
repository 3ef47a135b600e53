"""Files on their way in: taken whole, or refused with a reason and nothing left of them."""

import contextlib
import hashlib
import json
import socket
import stat
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from resource import RLIM_INFINITY, RLIMIT_FSIZE, prlimit
from uuid import UUID

import httpx
import psutil
import pytest

from conversations.files.limits import FILE_LIMIT, UNSENT_FILES, UPLOADS_AT_ONCE
from conversations.models import Attachment
from tests.files.conftest import TOKEN, Sender, kept, sender_of
from tests.files.samples import HTML, KINDS, png
from tests.serving import Process

MEBIBYTE = 1024 * 1024


def told(answer: httpx.Response) -> tuple[int, str]:
    """The status and the code; each refusal has its sentence."""
    assert len(answer.json()["message"]) > 10
    return answer.status_code, answer.json()["code"]


@pytest.fixture
def nothing_left(process: Process) -> Iterator[None]:
    before = set(kept(process.site))
    yield
    # A line that broke is noticed a moment later.
    deadline = time.monotonic() + 20
    while set(kept(process.site)) != before and time.monotonic() < deadline:
        time.sleep(0.02)
    assert set(kept(process.site)) == before
    assert "Traceback" not in process.output(), process.output()[-3000:]


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_goes_up_and_comes_down(maya: Sender, name: str) -> None:
    content, media_type = KINDS[name]
    sent = maya.sent(name, content)
    assert (sent["name"], sent["mimeType"], sent["size"]) == (name, media_type, len(content))
    back = maya.fetch(sent["id"])
    assert back.content == content
    assert back.headers["Content-Type"].startswith(media_type.partition("/")[0])


def test_what_is_stored(maya: Sender, process: Process) -> None:
    content = png()
    sent = maya.sent("../../ev\u202eil.png", content)
    (row,) = maya.rows()
    assert row.name == "evil.png"
    assert row.sha256 == hashlib.sha256(content).hexdigest()
    assert row.conversation_id is None
    place = process.site.folder / "files" / UUID(sent["id"]).hex[:2] / sent["id"]
    assert place.read_bytes() == content
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert "evil" not in process.output()


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.bin", b"PK\x03\x04" + b"\0" * 100, (415, "file_kind")),
        ("a.png", HTML, (415, "file_misnamed")),
        ("a.txt", b"gr\xf6\xdfer", (415, "file_not_utf8")),
        ("a.png", png(50_000, 50_000), (413, "image_too_large")),
        ("a.png", png()[:20], (400, "file_damaged")),
        ("a.txt", b"", (400, "file_empty")),
        ("a.txt", b"x" * (FILE_LIMIT + 1), (413, "file_too_large")),
    ],
    ids=["kind", "name", "encoding", "bomb", "damaged", "empty", "large"],
)
def test_what_is_refused_says_why(
    maya: Sender, nothing_left: None, name: str, content: bytes, expected: tuple[int, str]
) -> None:
    assert told(maya.send(name, content)) == expected
    assert maya.rows() == []


def test_the_largest_file_costs_no_memory(maya: Sender, process: Process) -> None:
    content = b"0123456789abcde\n" * (FILE_LIMIT // 16)
    maya.sent("warm.txt", content[:MEBIBYTE])
    program = psutil.Process(process.pid)
    before = program.memory_info().rss
    sent = maya.sent("large.txt", content)
    assert maya.fetch(sent["id"]).content == content
    grown = (program.memory_info().rss - before) / MEBIBYTE
    assert grown < 12, f"{grown:.1f} MB more after {FILE_LIMIT // MEBIBYTE} MB up and down"


def raw(process: Process, sender: Sender | None, head: str, *, token: str = TOKEN) -> socket.socket:
    """A line on which an upload is begun by hand."""
    line = socket.create_connection(("127.0.0.1", process.port), timeout=30)
    cookie = sender.client.headers["Cookie"] if sender else "a=b"
    line.sendall(
        (
            f"POST /files/ HTTP/1.1\r\nHost: 127.0.0.1:{process.port}\r\nCookie: {cookie}\r\n"
            f"Origin: {process.origin}\r\nX-CSRFToken: {token}\r\nX-File-Name: a.txt\r\n{head}\r\n"
        ).encode()
    )
    return line


def first_line(line: socket.socket) -> str:
    return line.recv(65536).decode("latin-1").partition("\r\n")[0]


def test_a_length_that_says_too_much_is_refused_before_a_byte_came(
    maya: Sender, process: Process, nothing_left: None
) -> None:
    with raw(process, maya, f"Content-Length: {FILE_LIMIT + 1}\r\n") as line:
        assert first_line(line) == "HTTP/1.1 413 Request Entity Too Large"


def test_an_endless_body_is_refused(maya: Sender, process: Process, nothing_left: None) -> None:
    """No length is told: it is no upload then, and the cap for everything else holds."""
    with raw(process, maya, "Transfer-Encoding: chunked\r\n") as line:
        with contextlib.suppress(OSError):
            for _ in range(300):
                line.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
        with contextlib.suppress(OSError):
            assert "413" in first_line(line)
    assert maya.rows() == []


def test_a_short_body_without_a_length_is_told(maya: Sender, nothing_left: None) -> None:
    assert told(maya.send("a.txt", iter([b"short"]))) == (411, "no_length")


def test_less_than_was_declared(maya: Sender, process: Process, nothing_left: None) -> None:
    with raw(process, maya, "Content-Length: 1000\r\n") as line:
        line.sendall(b"x" * 999)
    assert maya.rows() == []


def test_more_than_was_declared_is_another_request(maya: Sender, process: Process) -> None:
    with raw(process, maya, "Content-Length: 5\r\n") as line:
        line.sendall(b"12345GARBAGE\r\n\r\n")
        assert first_line(line) == "HTTP/1.1 201 Created"
    (row,) = maya.rows()
    assert row.size == 5


def test_somebody_without_a_session_is_told_at_once(process: Process, nothing_left: None) -> None:
    with raw(process, None, "Content-Length: 1000000\r\n") as line:
        assert first_line(line) == "HTTP/1.1 403 Forbidden"
    cookie = f"csrftoken={TOKEN}"
    with process.client(cookie) as client:
        answer = client.post("/files/", content=b"x" * 10**6, headers={"X-CSRFToken": TOKEN})
        assert answer.status_code == 302
        assert answer.headers["Location"] == "/accounts/login/?next=/files/"


def test_another_site_s_form_sends_nothing(
    maya: Sender, process: Process, nothing_left: None
) -> None:
    with raw(process, maya, "Content-Length: 5\r\n", token="y" * 32) as line:
        line.sendall(b"12345")
        assert first_line(line) == "HTTP/1.1 403 Forbidden"
    assert maya.send("a.txt", b"12345", Origin="http://evil.example").status_code == 403
    assert maya.rows() == []


def test_a_slow_body_holds_nobody_up(maya: Sender, otto: Sender, process: Process) -> None:
    """Lines that send a little and wait: others are served, and one person has only so many."""
    with contextlib.ExitStack() as lines:
        for sender in (maya, *(sender_of(process, "slow") for _ in range(12))):
            for _ in range(UPLOADS_AT_ONCE):
                line = lines.enter_context(raw(process, sender, "Content-Length: 900\r\n"))
                line.sendall(b"a little")
        deadline = time.monotonic() + 20
        while (more := maya.send("more.txt", b"x")).status_code == 201:
            # It may have taken the place of one of the lines.
            assert time.monotonic() < deadline
            maya.take_back(more.json()["file"]["id"])
            line = lines.enter_context(raw(process, maya, "Content-Length: 900\r\n"))
            line.sendall(b"a little")
        assert told(more) == (429, "too_many_at_once")
        otto.sent("quick.txt", b"x")
        assert otto.client.get("/").status_code == 200


def test_two_at_once(maya: Sender) -> None:
    contents = [f"number {number}\n".encode() * 100_000 for number in range(3)]
    with ThreadPoolExecutor(3) as threads:
        sent = list(threads.map(lambda content: maya.sent("a.txt", content), contents))
    assert [maya.fetch(file["id"]).content for file in sent] == contents


def test_signing_out_in_the_middle(maya: Sender, process: Process, nothing_left: None) -> None:
    """What was begun may end; nothing can be begun after."""
    maya.client.get("/")
    assert maya.client.post("/accounts/logout/", headers={"X-CSRFToken": TOKEN}).status_code == 302
    assert maya.send("a.txt", b"x").status_code == 302
    assert maya.rows() == []


def test_a_full_disk_is_named(maya: Sender, process: Process, nothing_left: None) -> None:
    """To a process, a limit on the size of files is as a disk that is full."""
    prlimit(process.pid, RLIMIT_FSIZE, (MEBIBYTE, RLIM_INFINITY))
    try:
        assert told(maya.send("a.txt", b"x" * (3 * MEBIBYTE))) == (507, "no_room")
    finally:
        prlimit(process.pid, RLIMIT_FSIZE, (RLIM_INFINITY, RLIM_INFINITY))
    maya.take_back(maya.sent("a.txt", b"there is room again")["id"])


def test_only_so_many_wait_to_be_sent(maya: Sender, process: Process) -> None:
    rows = [
        Attachment(owner_id=maya.person.id, name=f"{number}", media_type="text/plain", size=1)
        for number in range(UNSENT_FILES)
    ]
    process.site.ask(lambda alias: Attachment.objects.using(alias).bulk_create(rows))
    assert told(maya.send("a.txt", b"x")) == (429, "too_many_unsent")
    assert maya.take_back(str(rows[0].pk)).status_code == 204
    maya.sent("a.txt", b"x")


def test_only_so_much_is_kept(maya: Sender, process: Process) -> None:
    row = Attachment(
        owner_id=maya.person.id, name="all", media_type="text/plain", size=1024 * MEBIBYTE
    )
    process.site.ask(lambda alias: row.save(using=alias))
    assert told(maya.send("a.txt", b"x")) == (429, "files_over_quota")


def test_no_name_breaks_it(maya: Sender) -> None:
    for name in ("", "%", "%ff%fe", "x" * 3000, "中文 📎.txt", "a\r\nSet-Cookie: b=c"):
        sent = maya.sent(name, b"a text")
        back = maya.fetch(sent["id"])
        assert back.status_code == 200
        assert "Set-Cookie" not in back.headers
        assert json.dumps(sent["name"])
    assert maya.client.post(
        "/files/",
        content=b"a text",
        headers={"X-CSRFToken": TOKEN, "X-File-Name": "%ff%00%2e%2e%2f"},
    ).json()["file"]["name"]
