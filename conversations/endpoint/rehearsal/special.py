"""Answers that are more than text: an image, a sound, an unknown part, an odd stream."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from conversations.endpoint.rehearsal import pictured
from conversations.endpoint.rehearsal.asked import Asked
from conversations.endpoint.rehearsal.dials import Dials
from conversations.endpoint.rehearsal.steps import (
    Answer,
    Play,
    Raw,
    Script,
    Special,
    Step,
    Stop,
    thought,
)


def image(asked: Asked, dials: Dials, earlier: int) -> Play:
    data = base64.b64encode(pictured.staircases()).decode()

    def steps() -> Iterator[Step]:
        yield thought("Mixing colours", "Two staircases, amber and green, which fit together.")
        yield Answer("Twice 1 + 2 + … + 10 is a rectangle of 10 by 11:\n\n")
        yield Special({"inlineData": {"mimeType": "image/png", "data": data}})
        yield Answer("So one of them is 55. The picture was drawn here, tile by tile.\n")

    return Script(steps(), dials.tempo)


def sound(asked: Asked, dials: Dials, earlier: int) -> Play:
    """The form in which the endpoint sends speech: bare samples, which no browser plays as such."""
    data = base64.b64encode(pictured.chime()).decode()
    kind = f"audio/L16;codec=pcm;rate={pictured.RATE}"

    def steps() -> Iterator[Step]:
        yield thought("Tuning", "Three notes, one after the other.")
        yield Answer("Three notes:\n\n")
        yield Special({"inlineData": {"mimeType": kind, "data": data}})
        yield Answer("They were made here, and sent as the endpoint sends speech.\n")

    return Script(steps(), dials.tempo)


def unknown_part(asked: Asked, dials: Dials, earlier: int) -> Play:
    """A kind of part that is still to be invented."""

    def steps() -> Iterator[Step]:
        yield thought("Inventing", "A part that nobody knows yet.")
        yield Answer("Here comes a part of a kind that there is not yet:\n\n")
        yield Special({"hologram": {"mimeType": "model/holo", "facets": [1, 2, 3]}})
        yield Answer("Whatever it is, it was kept as it came.\n")

    return Script(steps(), dials.tempo)


def odd_stream(asked: Asked, dials: Dials, earlier: int) -> Play:
    """What real streams were seen to do, and a client has to take calmly."""

    def steps() -> Iterator[Step]:
        yield thought("Being odd", "Chunks without content, early ends, thoughts in between.")
        yield Answer("This answer ")
        yield Raw({"candidates": [{"content": {}, "index": 0}]})
        yield Raw({"candidates": [{"index": 0, "finishReason": "STOP"}]}, usage=False)
        yield Answer("goes on after an early STOP, ")
        yield thought("Thinking again", "A thought in the middle of an answer.")
        yield Raw({})
        yield Raw(
            {
                "candidates": [
                    {
                        "content": {"parts": [{"text": "and ends "}], "role": "model"},
                        "finishReason": "STOP",
                        "safetyRatings": None,
                        "aFieldOfTheFuture": {"of": ["any", "kind"]},
                    }
                ]
            }
        )
        yield Answer("whole.\n")
        yield Stop()

    return Script(steps(), dials.tempo)
