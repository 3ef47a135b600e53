"""The endpoint of the fault tests: speaks by the plan in the question, and counts who asks."""

import json
from collections import Counter
from typing import Any

from tests.endpoint.scripted import CUT, HANG, RESET, Recorded, Script, Scripted, Step
from tests.faults.truth import Plan

ENDLESS = 64 * 1024 * 1024
"""Bytes of a line that never ends; twice the most that the decoder takes."""
SLICE = b"x" * 65_536
RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo"


class Upstream(Scripted):
    """Answers every request by its plan. `counts` counts them, `spoke` those that got a body."""

    def __init__(self) -> None:
        super().__init__(default=self._answer)
        self.counts: Counter[str] = Counter()
        self.spoke: Counter[str] = Counter()

    def _answer(self, request: Recorded) -> Script:
        # The last part: a question that was never answered is joined with the one after it.
        plan = Plan.of(request.json()["contents"][-1]["parts"][-1]["text"])
        self.requests.clear()  # a campaign would keep thousands of bodies
        self.counts[plan.key] += 1
        number = self.counts[plan.key] - 1
        if number < len(plan.refusals):
            return refusal(plan.refusals[number], plan.again_after)
        self.spoke[plan.key] += 1
        return Script([HANG]) if plan.then == "silent" else Script(steps(plan))


def refusal(status: int, after: float) -> Script:
    error = {
        "code": status,
        "status": "RESOURCE_EXHAUSTED" if status == 429 else "UNAVAILABLE",
        "message": "Come again later.",
        "details": [{"@type": RETRY_INFO, "retryDelay": f"{after}s"}],
    }
    body = json.dumps({"error": error}).encode()
    return Script([body], status=status, headers=(("Content-Type", "application/json"),))


def steps(plan: Plan) -> list[Step]:
    found: list[Step] = []
    last = len(plan.log) - 1
    for number, parts in enumerate(plan.log):
        finish = {"finishReason": "STOP"} if number == last and plan.then == "finish" else {}
        candidate = {"content": {"role": "model", "parts": parts}, **finish}
        found += [event({"candidates": [candidate], "usageMetadata": usage(number)}), plan.every]
    return found + after(plan.then)


def after(then: str) -> list[Step]:
    match then:
        case "cut":
            return [b'data: {"candidates": [{"cont', CUT]
        case "reset":
            return [RESET]
        case "hang":
            return [HANG]
        case "garbage":
            return [b"data: \xff\xfe{{{]\r\n\r\n", 0.05]
        case "endless":
            return [b"data: ", *([SLICE] * (ENDLESS // len(SLICE))), CUT]
        case _:
            return []


def event(payload: dict[str, Any]) -> bytes:
    return b"data: %s\r\n\r\n" % json.dumps(payload).encode()


def usage(number: int) -> dict[str, int]:
    return {"promptTokenCount": 7, "candidatesTokenCount": number, "totalTokenCount": 7 + number}
