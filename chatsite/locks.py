"""`manage.py lock`: from the lists that people edit to the locks that machines install.

A lock names every package, those below included, with the hash of each of its files, for every
platform and for each Python that Django's long-term release runs on. It names no registry's
address: any mirror serves, and what it serves must hash to the lock.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from chatsite import provision
from chatsite.provision import NODE, ROOT, RUN, TOOLS

LISTS = {
    RUN: provision.LISTS[RUN],
    TOOLS: provision.LISTS[TOOLS],
    NODE: ROOT / "chatsite" / "node.requirements.txt",
}
OPTIONS = (
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-header",
    "--quiet",
)


def main(words: Sequence[str]) -> int:
    """Renew every lock. Words go to uv: `--upgrade` takes newer releases of what lies below."""
    for name in (RUN, TOOLS, NODE):
        what = LISTS[name].relative_to(ROOT)
        lock = provision.LOCKS[name].relative_to(ROOT)
        # The tests must run with what the product runs with, to the last package.
        below = [f"--constraint={provision.LOCKS[RUN].relative_to(ROOT)}"] if name == TOOLS else []
        command = [sys.executable, "-m", "uv", "pip", "compile", *OPTIONS, *below, *words]
        provision.step(f"Locking {what}", [*command, f"--output-file={lock}", str(what)])
    npm = [*provision.npm_command(), "install", "--package-lock-only", "--ignore-scripts"]
    provision.step("Locking package.json", npm)
    return 0


def misfits() -> list[str]:
    """Where a lock does not hold what its list asks for; nothing is asked of any registry."""
    found = []
    locked = {name: provision.pins(read(provision.LOCKS[name])) for name in LISTS}
    for name, path in LISTS.items():
        for package, version in provision.pins(read(path)).items():
            if locked[name].get(package.lower()) != version:
                found.append(f"{path.relative_to(ROOT)}: {package}=={version} is not in its lock")
    for package, version in locked[RUN].items():
        if locked[TOOLS].get(package) != version:
            found.append(f"{package}=={version} runs the chat, but the tests' lock has another")
    return found


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
