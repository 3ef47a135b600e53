"""Django's TEST_RUNNER: `manage.py test` is pytest, with whatever arguments pytest takes."""

from typing import Any

import pytest


class Runner:
    """What `manage.py test` asks of a runner. The launcher hands every word over as a label."""

    def __init__(self, **options: Any) -> None:
        self.failfast = options.get("failfast", False)

    def run_tests(self, labels: list[str], **options: Any) -> int:
        """Pytest's exit code; Django exits with 1 for any that is not 0."""
        return int(pytest.main([*(["--exitfirst"] if self.failfast else []), *labels]))
