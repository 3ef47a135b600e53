"""The data folder, and the secret that is kept in it."""

import os
import secrets
import time
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from chatsite.environment import text
from chatsite.provision import ROOT

SHORTEST_KEY = 50


def data_folder(env: environ.Env) -> Path:
    """The folder for everything that the product writes, made if absent, checked for writing.

    A relative one is in the checkout, from wherever the product is started.
    """
    folder = ROOT / text(env, "DATA_DIR", "var")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        reason = "it is a file" if folder.is_file() else error.strerror or error
        raise ImproperlyConfigured(
            f"The data folder {folder} cannot be written ({reason}). "
            "Make it writable, or set DATA_DIR to a folder that is."
        ) from None
    return folder


def secret_key(env: environ.Env, folder: Path) -> str:
    """The secret of this installation: made once, readable by its owner only."""
    if given := text(env, "SECRET_KEY"):
        if len(given) < SHORTEST_KEY:
            raise ImproperlyConfigured(
                f"SECRET_KEY must have {SHORTEST_KEY} characters or more. Take as many random "
                "ones, or unset it: one is then made and kept in DATA_DIR."
            )
        return given
    path = folder / "secret_key"
    try:
        key = kept_key(path)
    except (OSError, UnicodeDecodeError):
        key = ""
    if len(key) < SHORTEST_KEY:
        raise ImproperlyConfigured(
            f"{path} cannot be read or does not hold a whole key. Make it readable, or delete it "
            "(everyone must then sign in again), or set SECRET_KEY."
        )
    return key


def kept_key(path: Path) -> str:
    """The key in the file, made if it is absent."""
    try:
        # O_EXCL: of two processes that start at once only one makes the key, the other reads it.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        # The other may just have made it, and be about to write.
        for _ in range(20):
            if path.stat().st_size:
                break
            time.sleep(0.05)
    else:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(64))
    return path.read_text().strip()
