"""`manage.py lint`: everything that can be said of the code without running it."""

import importlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from chatsite import house_rules, provision
from chatsite.provision import ROOT

PYTHON = (sys.executable, "-m")
MANAGE = (sys.executable, "manage.py")
# What the deployment check takes for granted: a site behind a proxy that ends TLS.
DEPLOYED = {"CSRF_TRUSTED_ORIGINS": "https://chat.example", "ALLOWED_HOSTS": "chat.example"}

Check = Callable[[], str]


def main(words: Sequence[str]) -> int:
    """Run every check and say how each went; with --fix, first mend what tools can mend."""
    importlib.import_module("tests.surroundings")  # settings are read: not the person's own
    if "--fix" in words:
        for command in fixes():
            subprocess.run(command, cwd=ROOT, check=False)
    failed = [name for name, check in checks().items() if not passes(name, check)]
    if failed:
        print(f"\nNot clean: {', '.join(failed)}. Some of it is mended by: manage.py lint --fix")
    return 1 if failed else 0


def passes(name: str, check: Check) -> bool:
    """One line for a check, with its seconds, and all it has to say if it fails."""
    began = time.monotonic()
    print(f"{name:34}", end="", flush=True)
    said = check()
    print(f"{'failed' if said else 'ok':8} {time.monotonic() - began:5.1f} s", flush=True)
    if said:
        print(said, flush=True)
    return not said


def checks() -> dict[str, Check]:
    biome, tsc = npm_tool("@biomejs/biome/bin/biome"), npm_tool("typescript/bin/tsc")
    return {
        "Python: format": command(*PYTHON, "ruff", "format", "--check", "."),
        "Python: style and traps": command(*PYTHON, "ruff", "check", "."),
        "Python: types": command(*PYTHON, "mypy"),
        "templates: style and traps": command(*PYTHON, "djlint", "--lint", "templates"),
        "browser: format and style": command(*biome, "ci"),
        "browser: types": command(*tsc, "-p", "jsconfig.json"),
        "house: import directions": rule(house_rules.wrong_imports),
        "house: packages are named": rule(house_rules.unnamed_packages),
        "house: nothing foreign": rule(house_rules.foreign_traces),
        "house: locks fit their lists": rule(house_rules.stale_locks),
        "Django: no migration missing": command(*MANAGE, "makemigrations", "--check", "--dry-run"),
        "Django: fit for deployment": command(
            *MANAGE, "check", "--deploy", "--fail-level=WARNING", settings=DEPLOYED
        ),
    }


def fixes() -> list[tuple[str, ...]]:
    return [
        (*PYTHON, "ruff", "check", "--fix", "--quiet", "."),
        (*PYTHON, "ruff", "format", "--quiet", "."),
        (*npm_tool("@biomejs/biome/bin/biome"), "check", "--write"),
    ]


def npm_tool(script: str) -> tuple[str, ...]:
    return (*provision.node_command(), str(provision.BROWSER / script))


def command(*words: str, settings: dict[str, str] | None = None) -> Check:
    """A check by a program: what it printed, if its exit code is not 0."""

    def check() -> str:
        done = subprocess.run(
            words,
            cwd=ROOT,
            env=os.environ | (settings or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return (done.stdout.strip() or f"exit code {done.returncode}") if done.returncode else ""

    return check


def rule(places: Callable[[], list[str]]) -> Check:
    """A check by one of the house's rules: the places that break it."""
    return lambda: "\n".join(places())
