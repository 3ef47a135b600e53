"""How the environment's variables are read, before Django is up.

Everything here, and in folder.py, hosts.py, stores.py and endpoint.py, which read one kind of
variable each, raises ImproperlyConfigured with one sentence that says what to do; the launcher
prints it as a line and exits. No sentence repeats a value that may hold a secret.
"""

import io
import logging
import re
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

# NAME=value, and perhaps a comment behind it; a # inside of a value is part of it.
LINE = re.compile(r"""((?:export )?[A-Za-z_0-9]+=(?:'.*'|".*"|.*?))(?:\s+#.*)?""")


def read_file(path: Path) -> None:
    """Take over what a file of NAME=value lines sets, where the environment does not."""
    try:
        content = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return
    except OSError as error:
        raise ImproperlyConfigured(
            f"{path} cannot be read ({error.strerror}). Make it readable, or remove it."
        ) from None
    except UnicodeDecodeError:
        content = "\0"
    if "\0" in content:
        raise ImproperlyConfigured(f"{path} is not text in UTF-8. Save it as such.")
    lines = []
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = LINE.fullmatch(line.strip())
        if not found:
            raise ImproperlyConfigured(
                f"Line {number} of {path} is not of the form NAME=value. Correct it, or put a # "
                "before it."
            )
        lines.append(found[1])
    environ.Env.read_env(io.StringIO("\n".join(lines)))


def text(env: environ.Env, name: str, default: str = "") -> str:
    """What a variable holds, without blanks around it; an empty one counts as unset.

    As it stands: `env.str` takes a value that begins with $, as a key or a password may, for the
    name of another variable.
    """
    value = str(env.ENVIRON.get(name, "")).strip()
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ImproperlyConfigured(f"{name} is not text in UTF-8. Set it again.") from None
    return value or default


def whole(env: environ.Env, name: str, default: int, lowest: int, highest: int) -> int:
    """A whole number within bounds, both included."""
    value = text(env, name, str(default))
    # Not more digits than Python is willing to read.
    if not re.fullmatch(r"[0-9]{1,18}", value) or not lowest <= int(value) <= highest:
        raise ImproperlyConfigured(f"{name} must be a whole number from {lowest} to {highest}.")
    return int(value)


def number(env: environ.Env, name: str, default: float, lowest: float, highest: float) -> float:
    """A number within bounds, both included."""
    try:
        value = float(text(env, name, str(default)))
    except ValueError:
        value = float("nan")
    if not lowest <= value <= highest:
        raise ImproperlyConfigured(f"{name} must be a number from {lowest} to {highest}.")
    return value


def choice(env: environ.Env, name: str, default: str, among: tuple[str, ...]) -> str:
    """One word out of several; case does not matter."""
    value = text(env, name, default)
    for word in among:
        if value.lower() == word.lower():
            return word
    raise ImproperlyConfigured(f"{name} must be one of: {', '.join(among)}.")


def yes(env: environ.Env, name: str) -> bool:
    """A switch, off unless it is turned on."""
    value = text(env, name).lower()
    if value in ("", "0", "no", "off", "false"):
        return False
    if value in ("1", "yes", "on", "true"):
        return True
    raise ImproperlyConfigured(f"{name} must be on or off.")


def names(env: environ.Env, name: str, default: str) -> list[str]:
    """A comma-separated list without blanks; an empty one counts as unset."""
    for value in (text(env, name), default):
        words = [word.strip() for word in value.split(",") if word.strip()]
        if words:
            return words
    return []


def severity(level: str) -> int:
    """The number of a log level's name, for comparing."""
    return logging.getLevelNamesMapping()[level]
