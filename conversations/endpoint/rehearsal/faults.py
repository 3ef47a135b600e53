"""The ends and the troubles that can be rehearsed: refusals, cuts, stalls, empty answers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from conversations.endpoint.rehearsal import refusals
from conversations.endpoint.rehearsal.asked import Asked
from conversations.endpoint.rehearsal.dials import Dials
from conversations.endpoint.rehearsal.entry import Player
from conversations.endpoint.rehearsal.steps import (
    Answer,
    Block,
    Break,
    CutOff,
    Failure,
    Hang,
    Play,
    Refusal,
    Script,
    Step,
    Stop,
    Unreachable,
    thought,
)

_TRIES = 2
"""How often a passing fault happens before it passes, unless told otherwise."""
_RETRY_AFTER = 2.0
_AMPLE_ROOM = 60_000
_LITTLE_THINKING = 1024
_NEVER_SENT = "CONTINUATION"
"""A finish reason that makes some clients ask again by themselves."""

_BEGINNING = (
    "This is the beginning of a rehearsed answer. It says a few things, at its own pace, "
    "so that there is something on the page when it happens, and then "
)
_MESSAGES = {
    "MALFORMED_FUNCTION_CALL": "Malformed function call: print(default_api.search(query=",
    "SAFETY": "",
}


def _opening(happening: str) -> Iterator[Step]:
    yield thought("Rehearsing an end", f"This one ends so: {happening}")
    yield Answer(_BEGINNING)


def _script(dials: Dials, *steps: Step) -> Script:
    return Script(iter(steps), dials.tempo)


def blocked(asked: Asked, dials: Dials, earlier: int) -> Play:
    return _script(dials, Block(dials.reason or "PROHIBITED_CONTENT"))


def filtered(asked: Asked, dials: Dials, earlier: int) -> Play:
    reason = dials.reason if dials.reason not in ("", _NEVER_SENT) else "SAFETY"
    end = Stop(reason, _MESSAGES.get(reason, ""), parts=reason == "STOP")
    return _script(dials, *_opening(f"the finish reason is {reason}."), end)


def out_of_tokens(asked: Asked, dials: Dials, earlier: int) -> Play:
    if _has_room(asked):
        return _roomy(dials)
    return _script(
        dials, *_opening("the room for output is used up."), Answer("it breaks"), Stop("MAX_TOKENS")
    )


def thoughts_out_of_tokens(asked: Asked, dials: Dials, earlier: int) -> Play:
    """Nothing but thoughts, unless the request asks for hardly any thinking, or has much room."""
    budget = asked.thinking.budget
    if _has_room(asked) or (budget is not None and budget <= _LITTLE_THINKING):
        return _roomy(dials)
    rounds = ("Going round", "Going round again", "Still going round")
    thoughts = [
        thought(name, "This thought leads back to where it began, and costs tokens.")
        for name in rounds
    ]
    return _script(dials, *thoughts, Stop("MAX_TOKENS", parts=False))


def _has_room(asked: Asked) -> bool:
    return asked.room is not None and asked.room >= _AMPLE_ROOM


def _roomy(dials: Dials) -> Script:
    return _script(
        dials,
        thought("Seeing the room", "This time the request leaves enough of it for an answer."),
        Answer("This time there was room enough: the rehearsed answer comes to its end.\n"),
    )


def cut_off(asked: Asked, dials: Dials, earlier: int) -> Play:
    return _script(dials, *_opening("the stream ends without a finish."), CutOff())


def broken(asked: Asked, dials: Dials, earlier: int) -> Play:
    return _script(dials, *_opening("the connection breaks."), Break())


def stalled(asked: Asked, dials: Dials, earlier: int) -> Play:
    return _script(dials, *_opening("nothing more is ever heard."), Answer("it falls "), Hang())


def stalled_at_once(asked: Asked, dials: Dials, earlier: int) -> Play:
    return _script(dials, Hang())


def empty(asked: Asked, dials: Dials, earlier: int) -> Play:
    return _script(dials, thought("Finding nothing to say", "So nothing is said."), Stop())


def failing_midway(asked: Asked, dials: Dials, earlier: int) -> Play:
    failure = Failure(refusals.of_status(503), dials.framed)
    return _script(dials, *_opening("the endpoint reports an error inside the answer."), failure)


def error(code: int) -> Player:
    """An error status: one that a second try may get past does pass, after a few times."""

    def play(asked: Asked, dials: Dials, earlier: int) -> Play:
        refusal = refusals.of_status(code)
        if code == 429:
            seconds = _RETRY_AFTER if dials.seconds is None else dials.seconds
            refusal = refusals.slow_down(asked.model, seconds)
        if code not in refusals.PASSING:
            return refusal
        return _passing(refusal, str(code), dials, earlier)

    return play


def unreachable(asked: Asked, dials: Dials, earlier: int) -> Play:
    return _passing(Unreachable(), "no connection", dials, earlier)


def over_quota(asked: Asked, dials: Dials, earlier: int) -> Play:
    return refusals.day_spent(asked.model)


def bad_key(asked: Asked, dials: Dials, earlier: int) -> Play:
    return refusals.bad_key()


def bad_signature(asked: Asked, dials: Dials, earlier: int) -> Play:
    """What a change of model or key can bring: the same request is taken without signatures."""
    if asked.is_signed:
        return replace(refusals.of_status(400), message="Corrupted thought signature.")
    return _script(
        dials,
        thought("Looking for signatures", "This request carries none, so there is no complaint."),
        Answer("There was no thought signature in this request, so nothing to refuse.\n"),
    )


def _passing(fault: Refusal | Unreachable, name: str, dials: Dials, earlier: int) -> Play:
    times = math.inf if dials.always else dials.times or _TRIES
    if earlier < times:
        return fault
    often = "once" if earlier == 1 else f"{earlier} times"
    return _script(
        dials,
        thought("Getting through", f"It failed {often}, and the next try went through."),
        Answer(
            f"It went through. The rehearsed endpoint failed {often} ({name}) before it answered; "
            "the same request was sent again by itself.\n"
        ),
    )
