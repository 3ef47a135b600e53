"""Rules of this house that no common tool knows; each gives the places that break it."""

import ast
import importlib.metadata
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from chatsite import locks
from chatsite.provision import LISTS, ROOT, RUN, TOOLS, pins

# A room of conversations/ may import from itself and from these.
ROOMS = {
    "endpoint": set[str](),
    "models": {"endpoint"},
    "files": {"endpoint", "models"},
    "turns": {"endpoint", "models", "files"},
    "library": {"endpoint", "models", "files", "turns"},
    "chat": {"endpoint", "models", "files", "turns", "library"},
    "review": {"endpoint", "models", "files", "turns", "library"},
    "api": {"endpoint", "models", "files", "turns"},
}
OURS = {"chatsite", "conversations", "tests"}
FRAMEWORKS = {"django", "channels", "daphne", "allauth", "chatsite"}
BARE = ("launch", "provision")  # run before anything is installed
MADE = {".git", ".hypothesis", ".venv", "node_modules", "var", "__pycache__"}
LOCKS = {"package-lock.json", "requirements.lock.txt", "node.requirements.lock.txt"}
# Written so that this file does not break the rules itself.
FOREIGN = {
    "a registry's address: any mirror must serve": r"registry\.npm|\bpypi\.org|pythonhosted\.org",
    "a path of one machine": r"(?<![\w.)}])/(?:tmp|work|root|home/\w+|Users/\w+)/\w",
    "somebody else's code: take it as a package": r"@licen[s]e\b|sourceMapping[U]RL",
    "a note of what is missing: do it, or file an issue": r"\b(?:TO[D]O|FIX[M]E|X[X]X)\b",
}


def wrong_imports() -> list[str]:
    """Imports that point the wrong way: endpoint <- models <- files <- turns <- library <- chat."""
    found = []
    for path in sources("conversations"):
        parts = path.relative_to(ROOT / "conversations").parts
        if parts[0] in ROOMS:
            found += [
                f"{path.relative_to(ROOT)}:{line}: {parts[0]} must not import {module}"
                for line, module in imports(path)
                if points_wrong(parts[0], module)
            ]
    for name in BARE:
        path = ROOT / "chatsite" / f"{name}.py"
        found += [
            f"{path.relative_to(ROOT)}:{line}: {module} is not there on a bare machine"
            for line, module in imports(path, outermost=True)
            if module.split(".")[0] not in {*sys.stdlib_module_names, "chatsite"}
        ]
    return found


def points_wrong(room: str, module: str) -> bool:
    """Whether a room must not import this module."""
    first, _, rest = module.partition(".")
    if first == "conversations":
        other = rest.split(".")[0]
        return other != room and other in ROOMS and other not in ROOMS[room]
    return first == "chatsite" or (room == "endpoint" and first in FRAMEWORKS)


def imports(path: Path, outermost: bool = False) -> Iterator[tuple[int, str]]:
    """Every module a file imports, with its line; `from a import b` gives a and a.b."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body if outermost else ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            for alias in node.names:
                if node.module == "conversations":
                    yield node.lineno, f"{node.module}.{alias.name}"


def foreign_traces() -> list[str]:
    """What does not belong in the files of this repository."""
    found = []
    for path in files():
        name = path.relative_to(ROOT)
        if re.search(r"\.min\.(js|css|mjs)$", path.name):
            found.append(f"{name}: somebody else's code: take it as a package")
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        for number, line in enumerate(text.splitlines(), 1):
            for what, pattern in FOREIGN.items():
                if re.search(pattern, line):
                    found.append(f"{name}:{number}: {what}")
    return found


def unnamed_packages() -> list[str]:
    """Imports of packages that only happen to be there, as something below another one."""
    named = {normal(name) for name in pins(locks.read(LISTS[RUN]))}
    also = {normal(name) for name in pins(locks.read(LISTS[TOOLS]))}
    owners = importlib.metadata.packages_distributions()
    found = []
    for path in sources(""):
        place = path.relative_to(ROOT)
        allowed = named | also if place.parts[0] == "tests" else named
        for line, module in imports(path):
            first = module.split(".")[0]
            if first not in {*sys.stdlib_module_names, *OURS} and not allowed.intersection(
                map(normal, owners.get(first, []))
            ):
                found.append(f"{place}:{line}: {first} is not named in requirements.txt")
    return found


def normal(name: str) -> str:
    """A package's name, which may be written in several ways."""
    return re.sub(r"[-_.]+", "-", name).lower()


def stale_locks() -> list[str]:
    """Where a lock no longer holds what its list of requirements asks for."""
    found = locks.misfits()
    return [*found, "Renew the locks: python3 manage.py lock"] if found else []


def sources(folder: str) -> Iterator[Path]:
    return (path for path in files(folder) if path.suffix == ".py")


def files(folder: str = "") -> Iterator[Path]:
    """The files of the repository, without what is made at set-up or at run time."""
    for place, folders, names in os.walk(ROOT / folder):
        folders[:] = sorted(
            name for name in folders if name not in MADE and not name.endswith("_cache")
        )
        yield from (Path(place) / name for name in sorted(names) if name not in MADE)
