"""A page without a browser: follows conversations/chat/FRAMES.md, remembers what it was shown."""

import asyncio
import contextlib
import itertools
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from tests.faults.truth import Piece, joined

Frame = dict[str, Any]
PASSING = {"draining", "unavailable", "slow_down"}
"""Refusals of the moment, which the page answers by sending the same again."""
BROKEN = (ConnectionClosed, InvalidHandshake, InvalidMessage, OSError, TimeoutError, EOFError)
OPENING, SILENCE = 10.0, 40.0
"""Seconds for a socket to open, and without a word on an open one, before it is abandoned."""


class Refused(Exception):
    """The server's `error` frame."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(f"{frame['code']}: {frame['message']}")
        self.code: str = frame["code"]


@dataclass
class View:
    """What a page shows of one turn."""

    position: int = 0
    pieces: list[Piece] = field(default_factory=list)
    end: Frame | None = None
    ends: int = 0
    logs: int = 0
    states: list[Frame] = field(default_factory=list)
    joins: int = 0
    came: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def shown(self) -> list[Piece]:
        return joined(self.pieces)

    @property
    def outcome(self) -> str:
        assert self.end is not None
        return str(self.end["turn"]["outcome"]["name"])


@dataclass
class Wish:
    """A frame that is repeated until it is answered."""

    frame: Frame
    answer: "asyncio.Future[Frame]"
    tries: int = 0
    refusals: list[str] = field(default_factory=list)


class Page:
    """One page of one person.

    Args:
        address: where the socket is, asked anew for each connection.
        cookie: the session's.
        follow: join every turn that this page starts or hears of.
        backoff: seconds before another connection, doubled each time up to `most`.

    Attributes:
        faults: what the server did against FRAMES.md.
        closes: code and time of each connection's end.
    """

    def __init__(
        self,
        address: Callable[[], str],
        cookie: str,
        *,
        follow: bool = True,
        backoff: float = 0.1,
        most: float = 1.0,
        silence: float = SILENCE,
    ) -> None:
        self.views: dict[str, View] = {}
        self.frames: list[Frame] = []
        self.faults: list[str] = []
        self.closes: list[tuple[int, float]] = []
        self.welcomes = 0
        self.reading = asyncio.Event()
        self.reading.set()
        self.up = asyncio.Event()
        self._address, self._cookie, self._follow = address, cookie, follow
        self._backoff, self._most, self._silence = backoff, most, silence
        self._refs = itertools.count(1)
        self._wishes: dict[int, Wish] = {}
        self._joining: dict[int, str] = {}
        self._socket: ClientConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self._later: set[asyncio.Task[None]] = set()
        self._came = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the tab."""
        for task in (*self._later, *([self._task] if self._task else ())):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def drop(self) -> None:
        """Lose the connection, without a word to the server."""
        if self._socket is not None:
            self._socket.transport.abort()

    # What a person does

    async def ask(self, text: str, conversation: str | None = None, **more: Any) -> Frame:
        """Send a message, again and again until it is answered; the `accepted` frame.

        Raises:
            Refused: not for a reason of the moment.
        """
        frame = {"type": "send", "id": str(uuid.uuid4()), "text": text} | more
        if conversation is not None:
            frame["conversation"] = conversation
        return await self.wish(frame)

    async def stop(self, turn: str) -> Frame:
        return await self.wish({"type": "stop", "turn": turn})

    async def open(self, conversation: str) -> Frame:
        """The conversation, as the database has it."""
        return await self.wish({"type": "open", "conversation": conversation})

    async def wish(self, frame: Frame, seconds: float = 120.0) -> Frame:
        """Send a frame that has an answer, and wait for it over all reconnections."""
        return await self.granted(self.begin(frame), seconds)

    async def granted(self, wish: Wish, seconds: float = 120.0) -> Frame:
        """Wait for the answer to a frame."""
        await self.until(wish.answer.done, seconds)
        return wish.answer.result()

    def begin(self, frame: Frame) -> Wish:
        """Send a frame that has an answer; whoever wants may wait for it."""
        ref = next(self._refs)
        wish = Wish({**frame, "ref": ref}, asyncio.get_running_loop().create_future())
        self._wishes[ref] = wish
        self._do(self._utter(wish))
        return wish

    def join(self, turn: str) -> View:
        """Watch a turn from its beginning, or from where this page is."""
        if turn not in self.views:
            self.views[turn] = View()
            self._do(self._join(turn))
        return self.views[turn]

    # What a test waits for

    async def until(self, true: Callable[[], object], seconds: float = 30.0) -> None:
        """Wait until something is true of this page; looked at after each frame and each 50 ms."""
        deadline = time.monotonic() + seconds
        while not true():
            if time.monotonic() > deadline:
                raise TimeoutError(f"not within {seconds} s; {self.describe()}")
            self._came.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    await self._came.wait()

    async def ended(self, turn: str, seconds: float = 60.0) -> View:
        """Wait until this page was shown the end of a turn."""
        view = self.join(turn)
        await self.until(lambda: view.end is not None, seconds)
        return view

    def describe(self) -> str:
        views = {turn[:8]: (view.position, bool(view.end)) for turn, view in self.views.items()}
        return f"views {views}, welcomes {self.welcomes}, closes {self.closes}, {self.faults}"

    # The connection

    async def _run(self) -> None:
        pause = self._backoff
        while True:
            welcomes = self.welcomes
            after = 0.0
            try:
                after = await self._connection()
            except BROKEN as error:
                frame = error.rcvd if isinstance(error, ConnectionClosed) else None
                self.closes.append((frame.code if frame else 1006, time.monotonic()))
            finally:
                self.up.clear()
                self._socket = None
            pause = self._backoff if self.welcomes > welcomes else min(pause * 2, self._most)
            await asyncio.sleep(max(pause, after))

    async def _connection(self) -> float:
        """One connection, from its opening to its end; the seconds to stay away if told so."""
        address = self._address()
        after = 0.0
        async with asyncio.timeout(OPENING):
            socket = await connect(
                address,
                origin=address.replace("ws:", "http:").removesuffix("/ws/"),  # type: ignore[arg-type]  # a NewType of str
                additional_headers={"Cookie": self._cookie},
                compression=None,
                max_size=None,
                ping_interval=None,
                close_timeout=0.2,
            )
        self._socket = socket
        try:
            while True:
                await self.reading.wait()
                async with asyncio.timeout(self._silence):
                    frame = json.loads(await socket.recv())
                if frame["type"] == "bye":
                    after = frame["after"] / 1000
                await self._hear(frame)
        except ConnectionClosed as closed:
            if not after:
                raise
            self.closes.append((closed.rcvd.code if closed.rcvd else 1006, time.monotonic()))
            return float(after)
        finally:
            socket.transport.abort()

    async def _send(self, frame: Frame) -> None:
        """Send now if there is a connection; what must arrive is sent again with the next one."""
        if self._socket is not None and self.up.is_set():
            with contextlib.suppress(*BROKEN):
                await self._socket.send(json.dumps(frame))

    async def _join(self, turn: str, after: float = 0.0) -> None:
        await asyncio.sleep(after)
        view, ref = self.views[turn], next(self._refs)
        view.joins += 1
        self._joining[ref] = turn
        await self._send({"type": "join", "ref": ref, "turn": turn, "at": view.position})

    async def _utter(self, wish: Wish, after: float = 0.0) -> None:
        await asyncio.sleep(after)
        if not wish.answer.done():
            wish.tries += 1
            await self._send(wish.frame)

    def _do(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    # What comes

    async def _hear(self, frame: Frame) -> None:
        kind = frame["type"]
        hear = {
            "error": self._refused,
            "ping": self._pong,
            "welcome": self._welcome,
            "tail": self._log,
            "snapshot": self._log,
            "end": self._end,
            "state": self._state,
            "started": self._started,
        }.get(kind)
        if hear is not None:
            await hear(frame)
        if kind not in ("tail", "snapshot", "ping"):
            self.frames.append(frame)
        self._answer(frame)
        self._came.set()

    async def _pong(self, frame: Frame) -> None:
        await self._send({"type": "pong", "mark": frame["mark"]})

    async def _welcome(self, frame: Frame) -> None:
        self.welcomes += 1
        self.up.set()
        self._joining.clear()
        for turn, view in self.views.items():
            if view.end is None:
                await self._join(turn)
        for wish in tuple(self._wishes.values()):
            await self._utter(wish)

    async def _refused(self, frame: Frame) -> None:
        turn = self._joining.pop(frame.get("ref", 0), None)
        if turn is not None and frame["code"] in PASSING:
            self._do(self._join(turn, after=1.0))
        elif turn is not None:
            self.faults.append(f"{turn} cannot be joined: {frame['code']}")

    async def _state(self, frame: Frame) -> None:
        self._view(frame["turn"]["id"]).states.append(frame["turn"])

    async def _started(self, frame: Frame) -> None:
        if self._follow:
            self.join(frame["turn"]["id"])

    def _view(self, turn: str) -> View:
        return self.views.setdefault(turn, View())

    async def _log(self, frame: Frame) -> None:
        turn = frame["turn"]
        turn_id = turn if isinstance(turn, str) else turn["id"]
        view = self._view(turn_id)
        if isinstance(turn, dict):
            view.states.append(turn)
        if frame["from"] == view.position:
            view.pieces += frame["pieces"]
            view.position = frame["to"]
            view.logs += 1
        elif frame["to"] > view.position:
            await self._join(turn_id)

    async def _end(self, frame: Frame) -> None:
        turn = frame["turn"]["id"]
        view = self._view(turn)
        if frame["at"] != view.position:
            self.faults.append(f"{turn}: the end at {frame['at']} came at {view.position}")
            await self._join(turn)
            return
        if view.end is not None and view.end["turn"]["outcome"] != frame["turn"]["outcome"]:
            self.faults.append(f"{turn}: two different ends")
        view.end, view.ends = frame, view.ends + 1

    def _answer(self, frame: Frame) -> None:
        wish = self._wishes.get(frame.get("ref", 0))
        if wish is None or wish.answer.done():
            return
        if frame["type"] != "error":
            del self._wishes[wish.frame["ref"]]
            wish.answer.set_result(frame)
            if frame["type"] == "accepted" and self._follow:
                self.join(frame["turn"]["id"])
            return
        wish.refusals.append(frame["code"])
        if frame["code"] in PASSING:
            self._do(self._utter(wish, 1.0))
        else:
            del self._wishes[wish.frame["ref"]]
            wish.answer.set_exception(Refused(frame))
