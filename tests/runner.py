"""Django's TEST_RUNNER: `manage.py test` is pytest, with whatever arguments pytest takes."""

from typing import Any

import pytest

ALONE = "tests/faults"
"""What plays against the clock, many scenarios at once: beside it nothing else may be busy."""
SIDE_BY_SIDE = ["--numprocesses=logical", "--maxprocesses=4", "--dist=loadfile"]
"""A process for each core; a file's tests share a server and a browser, and stay together."""


class Runner:
    """What `manage.py test` asks of a runner. The launcher hands every word over as a label."""

    def __init__(self, **options: Any) -> None:
        self.failfast = options.get("failfast", False)

    def run_tests(self, labels: list[str], **options: Any) -> int:
        """Pytest's exit code; Django exits with 1 for any that is not 0.

        Without a label everything runs, in two parts with a report each.
        """
        if self.failfast:
            labels = ["--exitfirst", *labels]
        parts = [list(labels)] if labels else [[*SIDE_BY_SIDE, f"--ignore={ALONE}"], [ALONE]]
        return max(int(pytest.main(part)) for part in parts)
