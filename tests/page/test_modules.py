"""The page's pure modules, tested by Node's own runner; each file's result is one of ours."""

import subprocess
from pathlib import Path

import pytest

from chatsite import provision

FOLDER = Path(__file__).parent


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.test.mjs")), ids=lambda file: file.name)
def test_module(file: Path) -> None:
    run = subprocess.run(
        [*provision.node_command(), "--test", str(file)],
        cwd=FOLDER.parents[1],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
