"""Steps in, the protocol's bytes out: each with the time that it takes to come."""

from __future__ import annotations

import base64
import enum
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conversations.endpoint.rehearsal import refusals
from conversations.endpoint.rehearsal.asked import Asked
from conversations.endpoint.rehearsal.pace import Pace
from conversations.endpoint.rehearsal.signature import sign
from conversations.endpoint.rehearsal.steps import (
    Answer,
    Block,
    Break,
    CutOff,
    Failure,
    Hang,
    Raw,
    Script,
    Silence,
    Special,
    Step,
    Stop,
    Thought,
)
from conversations.endpoint.rehearsal.tokens import clip, count

# The endpoint's own JSON escapes these inside strings; they stand nowhere else in JSON.
_ESCAPED = re.compile("[<>&='\u2028\u2029\x85]")
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ": "))


class Then(enum.Enum):
    GO_ON = enum.auto()
    HANG = enum.auto()
    BREAK = enum.auto()


@dataclass(frozen=True, slots=True)
class Beat:
    """Bytes to write, the seconds to wait before them, and what becomes of the connection."""

    wait: float
    data: bytes
    then: Then = Then.GO_ON


class _OverError(Exception):
    """The stream has had its last event."""


def event(payload: Mapping[str, Any]) -> bytes:
    text = _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", _json.encode(payload))
    return b"data: " + text.encode(errors="replace") + b"\r\n\r\n"


class Encoder:
    """One reply's bookkeeping: tokens spent, the room left, the signature still owed."""

    def __init__(self, asked: Asked, script: Script) -> None:
        self._asked = asked
        self._steps = script.steps
        self._pace = Pace(asked.seed, script.tempo)
        self._owed = self._pace.before_first()
        self._thought_bytes = 0
        self._answer_bytes = 0
        self._said: list[str] = []
        self._unsigned = asked.thinks and not asked.signs_at_end
        self._id = base64.urlsafe_b64encode(hashlib.sha256(b"id" + asked.seed).digest()[:16])

    def beats(self) -> Iterator[Beat]:
        tellers: dict[type[Step], Callable[[Any], Iterator[Beat]]] = {
            Thought: self._thought,
            Answer: self._answer,
            Special: self._special,
            Silence: self._silence,
            Stop: self._stop,
            Block: self._block,
            Raw: self._raw,
            Failure: self._failure,
            CutOff: self._cut_off,
            Break: self._break,
            Hang: self._hang,
        }
        try:
            for step in self._steps:
                yield from tellers[type(step)](step)
            yield from self._stop(Stop())
        except _OverError:
            return

    def _thought(self, step: Thought) -> Iterator[Beat]:
        for piece in self._pace.thought_pieces(step.text):
            self._owed += self._pace.before_thought()
            if not self._asked.may_think(count(self._thought_bytes), step.insisted):
                return
            text, full = self._fit(piece, self._thought_bytes, self._answer_bytes)
            self._thought_bytes += len(text.encode(errors="replace"))
            if text and self._asked.shows_thoughts:
                yield from self._send(self._chunk([{"text": text, "thought": True}]))
            if full:
                yield from self._stop(Stop("MAX_TOKENS", parts=False))

    def _answer(self, step: Answer) -> Iterator[Beat]:
        for piece in self._pace.answer_pieces(step.text):
            self._owed += self._pace.before_answer()
            text, full = self._fit(piece, self._answer_bytes, self._thought_bytes)
            self._answer_bytes += len(text.encode(errors="replace"))
            self._said.append(text)
            if text:
                part: dict[str, Any] = {"text": text}
                if self._unsigned:
                    self._unsigned = False
                    part["thoughtSignature"] = sign(text)
                yield from self._send(self._chunk([part]))
            if full:
                yield from self._stop(Stop("MAX_TOKENS", parts=self._answer_bytes > 0))

    def _special(self, step: Special) -> Iterator[Beat]:
        self._owed += self._pace.before_answer()
        beside = step.beside("".join(self._said)) if callable(step.beside) else step.beside
        yield from self._send(self._chunk([dict(step.part)] if step.part else None, beside))

    def _silence(self, step: Silence) -> Iterator[Beat]:
        self._owed += step.seconds
        return iter(())

    def _stop(self, step: Stop) -> Iterator[Beat]:
        last: dict[str, Any] = {"text": ""}
        if step.reason == "STOP" and self._asked.thinks and self._asked.signs_at_end:
            last["thoughtSignature"] = sign("")
        beside = {"finishReason": step.reason}
        if step.message:
            beside["finishMessage"] = step.message
        yield from self._send(self._chunk([last] if step.parts else None, beside))
        raise _OverError

    def _block(self, step: Block) -> Iterator[Beat]:
        chunk = {"promptFeedback": {"blockReason": step.reason}, **self._about()}
        # Seen from the endpoint: this one event is closed by a single line end.
        yield from self._write(event(chunk)[:-2])
        raise _OverError

    def _raw(self, step: Raw) -> Iterator[Beat]:
        about = self._about()
        if not step.usage:
            del about["usageMetadata"]
        self._owed += self._pace.before_answer()
        yield from self._send({**step.chunk, **about})

    def _failure(self, step: Failure) -> Iterator[Beat]:
        self._owed += self._pace.before_answer()
        if step.framed:
            yield from self._send(refusals.envelope(step.refusal))
        else:
            yield from self._write(refusals.body(step.refusal)[1])
        raise _OverError

    def _cut_off(self, step: CutOff) -> Iterator[Beat]:
        raise _OverError

    def _break(self, step: Break) -> Iterator[Beat]:
        whole = event(self._chunk([{"text": "and this text never arr"}]))
        yield Beat(self._due(), whole[: len(whole) // 2], Then.BREAK)
        raise _OverError

    def _hang(self, step: Hang) -> Iterator[Beat]:
        yield Beat(self._due(), b"", Then.HANG)
        raise _OverError

    def _fit(self, piece: str, spent: int, otherwise: int) -> tuple[str, bool]:
        """As much of the piece as the request has room for, and whether it ends there."""
        if self._asked.room is None:
            return piece, False
        left = (self._asked.room - count(otherwise)) * 4 - spent
        fitting = clip(piece, left)
        return fitting, len(fitting) < len(piece)

    def _chunk(
        self, parts: list[dict[str, Any]] | None, beside: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        content: dict[str, Any] = {"role": "model"}
        if parts is not None:
            content = {"parts": parts, "role": "model"}
        candidate = {"content": content, **(beside or {}), "index": 0}
        return {"candidates": [candidate], **self._about()}

    def _about(self) -> dict[str, Any]:
        prompt = self._asked.prompt_tokens
        thought, answer = count(self._thought_bytes), count(self._answer_bytes)
        usage: dict[str, Any] = {"promptTokenCount": prompt}
        if answer:
            usage["candidatesTokenCount"] = answer
        usage["totalTokenCount"] = prompt + thought + answer
        usage["promptTokensDetails"] = [{"modality": "TEXT", "tokenCount": prompt}]
        if thought:
            usage["thoughtsTokenCount"] = thought
        return {
            "usageMetadata": usage,
            "modelVersion": self._asked.model,
            "responseId": self._id.decode().rstrip("="),
        }

    def _send(self, payload: Mapping[str, Any]) -> Iterator[Beat]:
        return self._write(event(payload))

    def _write(self, data: bytes) -> Iterator[Beat]:
        for written in self._pace.writes(data):
            yield Beat(self._due(), written)

    def _due(self) -> float:
        wait, self._owed = self._owed, 0.0
        return wait
