"""Who may open a socket, and that it ends with the session that it was opened with."""

import asyncio
import uuid
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from pytest_django import DjangoDbBlocker
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from conversations.models import User
from tests.serving import Person, Process, Site

SIGNED_OUT = 4401


@pytest.fixture(scope="module")
def process(django_db_blocker: DjangoDbBlocker) -> Iterator[Process]:
    with django_db_blocker.unblock(), Site() as site:
        yield site.start()


@pytest.fixture
def person(process: Process) -> Person:
    return process.site.add_person(f"person-{uuid.uuid4().hex[:8]}")


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "http://127.0.0.1:1",
        "http://127.0.0.1",
        "https://127.0.0.1:{port}",
        "ws://127.0.0.1:{port}",
        "http://localhost:{port}",
        "http://evil.example",
        "http://evil.example:{port}",
        "http://127.0.0.1:{port}.evil.example",
        "http://127.0.0.1:{port}@evil.example",
        "http://me@127.0.0.1:{port}",
        "http://127.0.0.1:{port}/",
        "http://127.0.0.1:{port}?",
        "http://127.0.0.1:{port} http://evil.example",
        "http://[::1]:{port}",
        "file://",
    ],
)
async def test_a_page_from_elsewhere_is_refused(
    process: Process, person: Person, origin: str | None
) -> None:
    """Before anything is accepted, and although the browser sent the session along."""
    given = None if origin is None else origin.format(port=process.port)
    with pytest.raises(InvalidStatus) as refused:
        async with process.socket(process.site.session(person), origin=given):
            pass
    assert refused.value.response.status_code in {400, 403}  # 400: no origin at all


async def test_two_origins_are_refused(process: Process, person: Person) -> None:
    headers = [
        ("Cookie", process.site.session(person)),
        ("Origin", process.origin),
        ("Origin", "http://evil.example"),
    ]
    with pytest.raises(InvalidStatus):
        async with process.socket(origin=None, additional_headers=headers):
            pass


def under(name: str, process: Process, person: Person) -> connect:
    """A socket to the server under another name, as the browser finds it after a rebinding."""
    return connect(
        f"ws://{name}:{process.port}/ws/",
        host="127.0.0.1",
        port=process.port,
        origin=Origin(f"http://{name}:{process.port}"),
        additional_headers={"Cookie": process.site.session(person)},
        proxy=None,
    )


async def test_a_host_that_is_not_ours_is_refused(process: Process, person: Person) -> None:
    """Although the origin fits the host."""
    for name in ("evil.example", "127.0.0.1.evil.example"):
        with pytest.raises(InvalidStatus):
            async with under(name, process, person):
                pass


async def test_the_same_site_under_each_of_its_names(process: Process, person: Person) -> None:
    for name in ("127.0.0.1", "localhost"):
        async with under(name, process, person) as connection:
            assert "welcome" in str(await connection.recv())


@pytest.mark.parametrize(
    "cookie",
    ["", "sessionid=", "sessionid=nothing", f"sessionid={'x' * 3000}", "sessionid=%00", "=;;,\\"],
)
async def test_a_stranger_is_told_to_sign_in(process: Process, cookie: str) -> None:
    """Accepted first: a browser shows no page the code of a refused handshake."""
    async with process.socket(cookie) as socket:
        with pytest.raises(ConnectionClosed) as closed:
            await socket.receive()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == SIGNED_OUT


@pytest.mark.parametrize(
    "foreign",
    ['prefs={"a":1}; ', "a=b c; ", "foo; ", "caf\u00e9=1; ", "a@b=1; ", "=;;,\\; "],
)
async def test_cookies_of_other_applications_do_no_harm(
    process: Process, person: Person, foreign: str
) -> None:
    """Those of a parent domain, or of another port of the same machine, come along."""
    async with process.socket(foreign + process.site.session(person)) as socket:
        assert (await socket.receive())["type"] == "welcome"


async def test_what_a_stranger_sends_is_not_heard(process: Process) -> None:
    """Sent at once, so that most of it is there before the cookie was looked at."""
    text = b'{"type":"list"}'
    frame = bytes([0x81, 0x80 | len(text)]) + bytes(4) + text
    handshake = (
        f"GET /ws/ HTTP/1.1\r\nHost: 127.0.0.1:{process.port}\r\nOrigin: {process.origin}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nCookie: sessionid=nothing\r\n\r\n"
    )
    for _ in range(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", process.port)
        writer.write(handshake.encode())
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
        writer.write(frame)
        assert await reader.readexactly(4) == b"\x88\x02" + SIGNED_OUT.to_bytes(2, "big")
        writer.close()
    await asyncio.sleep(2)  # daphne looks every second for consumers that failed
    assert "Traceback" not in process.output()


def sign_out(process: Process, person: Person, cookie: str) -> None:
    with process.client(cookie) as client:
        token = cookie.partition("csrftoken=")[2].partition(";")[0]
        form = {"csrfmiddlewaretoken": token}
        assert client.post("/accounts/logout/", data=form).status_code == 302


def close_account(process: Process, person: Person, _cookie: str) -> None:
    change(process, person, is_active=False)


def new_password(process: Process, person: Person, _cookie: str) -> None:
    change(process, person, password=make_password("another one"))


def delete_account(process: Process, person: Person, _cookie: str) -> None:
    process.site.ask(lambda alias: User.objects.using(alias).filter(pk=person.id).delete())


def forget_sessions(process: Process, _person: Person, _cookie: str) -> None:
    process.site.ask(lambda alias: Session.objects.using(alias).all().delete())


def change(process: Process, person: Person, **fields: object) -> None:
    everyone = User.objects
    process.site.ask(lambda alias: everyone.using(alias).filter(pk=person.id).update(**fields))


@pytest.mark.parametrize(
    "end", [sign_out, close_account, new_password, delete_account, forget_sessions]
)
@pytest.mark.parametrize("frame", ['{"type":"list"}', '{"type":"pong","mark":1}'])
async def test_a_socket_ends_with_its_session(
    process: Process, person: Person, end: Callable[[Process, Person, str], None], frame: str
) -> None:
    cookie = process.sign_in(person) if end is sign_out else process.site.session(person)
    async with process.socket(cookie) as socket:
        assert (await socket.receive())["type"] == "welcome"
        end(process, person, cookie)
        await socket.send(frame)
        with pytest.raises(ConnectionClosed) as closed:
            await socket.receive()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == SIGNED_OUT
