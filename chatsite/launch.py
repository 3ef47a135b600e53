"""From `python3 manage.py` to Django: first whatever is missing, then the command.

Standard library only, until everything else is there.
"""

import errno
import importlib
import io
import os
import subprocess
import sys
from collections.abc import Callable, Sequence

from chatsite import provision
from chatsite.provision import RUN, TOOLS

OURS = """\
Thinkalong

  start   set up whatever is missing, then serve the chat
  setup   only set up (with --tools: for test and lint as well)
  test    run the tests; takes pytest's arguments, as in: test tests/endpoint -k retry
  lint    check format, style, types, templates, browser modules and the house's rules
  lock    renew the locks after an edit of a list of requirements
  words   bring the files of the translations in step with the sources
"""
WITH_TOOLS = {"test", "lint", "lock", "words", "faults", "bench"}
WITH_PAGE = {"start", "setup", "test", "lint", "faults", "bench", "collectstatic"}
BEGUN = "THINKALONG_BEGUN"  # the process that has set up already: it must not try for ever
# What a system refuses for reasons that a person can mend, where a traceback would only frighten.
MENDABLE = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EADDRINUSE}
MENDABLE |= {errno.ENOTDIR, errno.EISDIR}  # something else has the name of what we keep
# PostgreSQL's codes for what its user lacks: a privilege, a schema to make tables in.
NOT_GRANTED = {"42501", "3F000"}


def main(argv: Sequence[str]) -> int:
    """Run one command; the process's exit code."""
    command = argv[1] if len(argv) > 1 else "help"
    open_streams()
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Into a service's journal too: whoever waits there for the first link must see it.
        sys.stdout.reconfigure(line_buffering=True)
    try:
        prepare(command, "--tools" in argv)
        return own_command(command)(argv[2:])
    except provision.Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # What waits in the buffer would only be tried again, and complained of, at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print("Nobody reads what this prints: send it to a file or to /dev/null.", file=sys.stderr)
        return 1


def open_streams() -> None:
    """Give each standard stream that is closed to /dev/null.

    The next file that is opened would get its number: the database, and then what others print.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115


def prepare(command: str, tools: bool) -> None:
    """Return only in a Python that has what the command needs; install it where it is missing."""
    tools = tools or command in WITH_TOOLS
    names = (RUN, TOOLS) if tools else (RUN,)
    if not provision.ready_here(names):
        if command in {"help", "--help", "-h"}:
            print(OURS)
            sys.exit()
        if os.environ.get(BEGUN) == str(os.getpid()):  # which exec keeps
            raise provision.Trouble("The environment in .venv does not work. Delete it, and retry.")
        provision.environment(names)
        begin_again_inside()
    if command in WITH_PAGE and not provision.browser_ready(tools):
        provision.browser_libraries(tools)


def begin_again_inside() -> None:
    """The same command, in the Python of .venv. Never returns."""
    command = [str(provision.PYTHON), *sys.orig_argv[1:]]
    os.environ[BEGUN] = str(os.getpid())
    if sys.platform == "win32":  # where exec would hand the terminal back at once
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)


def own_command(name: str) -> Callable[[Sequence[str]], int]:
    """What runs a command; some must work where Django's settings do not."""
    if name == "setup":
        return set_up
    if name == "lint":
        from chatsite import lint

        return lint.main
    if name == "lock":
        from chatsite import locks

        return locks.main
    return lambda words: django([sys.argv[0], name, *words])


def set_up(_words: Sequence[str]) -> int:
    print("Everything is there. To start the chat: python3 manage.py start")
    return 0


def django(argv: list[str]) -> int:
    """Run a command of Django's or of the product's own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    if argv[1] == "test":
        importlib.import_module("tests.surroundings")
        argv[2:2] = ["--testrunner=tests.runner.Runner", "--"]  # what follows is pytest's
    if argv[1] == "help" and len(argv) == 2:
        print(OURS)
    try:
        from django.core.management import execute_from_command_line

        from chatsite import words

        words.renew()
        execute_from_command_line(argv)
    except Exception as error:
        told_so, debug = told(error), os.environ.get("DEBUG", "").strip().lower()
        if not told_so or debug in {"1", "yes", "on", "true"}:
            raise
        print(told_so, file=sys.stderr)
        return 1
    return 0


def told(error: Exception) -> str:
    """What a person can mend, as a sentence; empty for what only a developer can."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError, InterfaceError, NotSupportedError, OperationalError

    if isinstance(error, ImproperlyConfigured):
        return str(error)
    if refusal := not_granted(error):
        return (
            f"The user of DATABASE_URL may not do what is needed: {sentence(refusal)} "
            "Let it own the database, or grant it that."
        )
    # A file that is no database, or a damaged one, is a DatabaseError and nothing more special.
    unusable = (OperationalError, InterfaceError, NotSupportedError)
    if isinstance(error, unusable) or type(error) is DatabaseError:
        reason = sentence(error)
        return f"The database cannot be used: {reason} See that it runs, and check DATABASE_URL."
    if isinstance(error, OSError) and error.errno in MENDABLE:
        where = f"{error.filename}: " if error.filename else ""
        return f"The system refused: {where}{error.strerror}."
    return ""


def not_granted(error: BaseException | None) -> BaseException | None:
    """PostgreSQL's own error, if there is one behind what Django made of it."""
    while error is not None and getattr(error, "sqlstate", None) not in NOT_GRANTED:
        error = error.__cause__ or error.__context__
    return error


def sentence(error: BaseException) -> str:
    """What a driver says, without the lines that explain it further, and with one full stop."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return f"{lines[0].rstrip('.? ')}."
