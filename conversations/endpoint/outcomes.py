"""How a stream ended: the one place that turns what was seen of it into an outcome."""

from dataclasses import dataclass

from conversations.endpoint.errors import (
    DisconnectedError,
    EndpointError,
    ProtocolError,
    RefusedError,
    StalledError,
)
from conversations.endpoint.parts import Chunk, Outcome


@dataclass(slots=True)
class Facts:
    """What was seen of one response body."""

    began: bool = False
    truncated: bool = False
    foreign: bool = False
    events: int = 0
    thought: bool = False
    answer: bool = False
    other: bool = False
    thought_tokens: int = 0
    finish_reason: str = ""
    finish_message: str = ""
    block_reason: str = ""

    def note(self, chunk: Chunk) -> None:
        self.events += 1
        for part in chunk.parts:
            text = part.text
            if text is None:
                self.other = True
            elif part.is_thought:
                self.thought = True
            elif not self.answer and text and not text.isspace():
                self.answer = True
        if chunk.usage is not None:
            self.thought_tokens = chunk.usage.thought
        # An early STOP can be followed by more text and another reason: the last one counts.
        if chunk.finish_reason:
            self.finish_reason = chunk.finish_reason
        if chunk.finish_message:
            self.finish_message = chunk.finish_message
        if chunk.block_reason:
            self.block_reason = chunk.block_reason


def outcome_of(facts: Facts, error: EndpointError | None) -> Outcome:
    """The outcome of a stream that `error` ended, or that came to the end of its body."""
    if isinstance(error, RefusedError):
        return Outcome("refused", error.reason, error.status, error.message, error.retryable)
    if facts.block_reason:
        return Outcome("blocked", facts.block_reason, message=facts.finish_message)
    if isinstance(error, ProtocolError) or (facts.foreign and not facts.events):
        message = str(error or "the answer is neither an event stream nor JSON")
        return Outcome("refused", "protocol", None, message, retryable=True)
    if isinstance(error, DisconnectedError) and not facts.began:
        return Outcome("refused", "unreachable", None, str(error), retryable=True)
    partial = "partial" if facts.answer or facts.other else ""
    if isinstance(error, StalledError):
        return Outcome("stalled", partial, retryable=True)
    if error is not None or facts.truncated or not facts.finish_reason:
        return Outcome("cut_off", partial, retryable=True)
    return _finished(facts)


def _finished(facts: Facts) -> Outcome:
    reason, message = facts.finish_reason, facts.finish_message
    has_answer = facts.answer or facts.other
    if reason == "STOP":
        return Outcome("complete" if has_answer else "empty", reason, message=message)
    if reason == "MAX_TOKENS":
        if not has_answer:
            reason = "thoughts" if facts.thought or facts.thought_tokens else "no_room"
        return Outcome("out_of_tokens", reason, message=message)
    return Outcome("filtered", reason, message=message)
