"""The product's words in other languages: people edit .po files, gettext reads .mo files.

The second are made from the first on the machine that needs them, whenever a .po is newer.
"""

import os
from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent / "conversations" / "locale"


def renew() -> None:
    """Compile what was edited since it was last compiled; looking is all where nothing was."""
    for written in LOCALE.glob("*/LC_MESSAGES/*.po"):
        compiled = written.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < written.stat().st_mtime:
            compile_into(written, compiled)


def compile_into(written: Path, compiled: Path) -> None:
    """Replace the file as a whole: another process may be reading it, or making the same."""
    draft = compiled.with_suffix(f".{os.getpid()}")
    polib.pofile(str(written), encoding="utf-8").save_as_mofile(str(draft))
    draft.replace(compiled)
