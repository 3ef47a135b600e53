"""The launcher, run as people run it: where something is missing, and where nothing is."""

import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chatsite.provision import ROOT, base_python


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the launcher reads, with no environment in it."""
    return copied(tmp_path / "a checkout")


def copied(folder: Path) -> Path:
    leave = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "chatsite", folder / "chatsite", ignore=leave)
    (folder / "tests").mkdir()
    for pattern in ("manage.py", "package*.json", ".npmrc", "*requirements*.txt"):
        for path in [*ROOT.glob(pattern), *ROOT.glob(f"tests/{pattern}")]:
            shutil.copy(path, folder / path.relative_to(ROOT))
    return folder


def small(folder: Path) -> Path:
    """A copy with one small package to install of each kind: `.ci/run` begins with them all."""
    copied(folder)
    lock = folder / "requirements.lock.txt"
    found = re.search(r"^sqlparse==.*\n(?:    --hash.*\n)+", lock.read_text(), re.MULTILINE)
    assert found
    lock.write_text(found[0])
    described = json.loads((folder / "package-lock.json").read_text())
    dependencies = {"mdurl": described["packages"]["node_modules/mdurl"]["version"]}
    described["packages"] = {
        "": {"dependencies": dependencies},
        "node_modules/mdurl": described["packages"]["node_modules/mdurl"],
    }
    (folder / "package-lock.json").write_text(json.dumps(described))
    (folder / "package.json").write_text(json.dumps({"dependencies": dependencies}))
    return folder


@pytest.fixture(scope="module")
def first_time(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A small checkout that was set up, and what its set-up said."""
    folder = small(tmp_path_factory.mktemp("first") / "a checkout")
    return folder, manage(folder, "setup")


@pytest.fixture
def moved(first_time: tuple[Path, object], tmp_path: Path) -> Path:
    """That checkout in another place, environment and all."""
    return shutil.copytree(first_time[0], tmp_path / "moved here", symlinks=True)


def steps(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What a set-up said it did, without the seconds."""
    return [line.split(" ...")[0] for line in done.stderr.splitlines()]


def manage(
    folder: Path, *words: str, python: str = "", **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run manage.py with a Python that has none of our packages."""
    return subprocess.run(
        [python or base_python(), str(folder / "manage.py"), *words],
        env=os.environ | {"PYTHONPATH": ""} | settings,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def old_python(folder: Path, version: str) -> str:
    """This Python, made to say that it is another version."""
    pretend = f"import sys\nsys.version_info = ({version}, 0, 'final', 0)\n"
    (folder / "sitecustomize.py").write_text(pretend)
    return str(folder)


def test_an_old_python_is_told_in_one_line(checkout: Path, tmp_path: Path) -> None:
    done = manage(checkout, "start", PYTHONPATH=old_python(tmp_path, "3, 9"))
    assert done.returncode != 0
    assert done.stdout == ""
    assert done.stderr.strip() == (
        "Thinkalong needs Python 3.11 or newer; this one is 3.9. "
        "Run it with a newer one, as in: python3.12 manage.py start"
    )
    assert not (checkout / ".venv").exists()


def test_a_machine_without_pip_is_told_in_one_line(checkout: Path, tmp_path: Path) -> None:
    no_pip = tmp_path / "modules" / "pip"
    no_pip.mkdir(parents=True)
    (no_pip / "__main__.py").write_text("raise SystemExit('No module named pip')")
    (no_pip / "__init__.py").touch()
    done = manage(checkout, "start", PYTHONPATH=str(no_pip.parent))
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "has no pip. Install it" in done.stderr
    assert not (checkout / ".venv").exists()


def test_help_needs_nothing(checkout: Path) -> None:
    done = manage(checkout, "help")
    assert done.returncode == 0
    assert "start   set up whatever is missing, then serve the chat" in done.stdout
    assert not (checkout / ".venv").exists()


def test_what_pip_says_is_shown_in_full_when_it_fails(checkout: Path) -> None:
    lock = checkout / "requirements.lock.txt"
    lock.write_text("sqlparse==0.6.1 --hash=sha256:" + "0" * 64 + "\n")
    done = manage(checkout, "setup")
    assert done.returncode == 1
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.strip().endswith("Then run this again.")


def test_a_wrong_setting_is_told_in_one_line() -> None:
    done = manage(ROOT, "migrate", python=sys.executable, PORT="many")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip() == "PORT must be a whole number from 1 to 65535."


def test_a_database_that_cannot_be_opened_is_told_in_one_line(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'absent' / 'chat.sqlite3'}"
    done = manage(ROOT, "migrate", python=sys.executable, DATABASE_URL=address)
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "The database cannot be used: unable to open database file. "
        "See that it runs, and check DATABASE_URL."
    )


@pytest.mark.skipif(sys.platform == "win32", reason="has no such pipes")
@pytest.mark.parametrize("command", ["help", "start"])
def test_output_that_nobody_reads_ends_it_in_one_line(command: str, tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "manage.py", command],
            cwd=ROOT, env=os.environ | {"DATA_DIR": str(tmp_path)}, stdout=writer,
            stderr=subprocess.PIPE, text=True, timeout=60, check=False,
        )  # fmt: skip
    finally:
        os.close(writer)
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "Nobody reads what this prints: send it to a file or to /dev/null."
    )


def test_closed_streams_are_none_of_the_files_it_opens(tmp_path: Path) -> None:
    script = (
        "import os, sys; from chatsite import launch; launch.open_streams(); print('lost');"
        "assert os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT) > 2"
    )
    command = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", sys.executable, "-c", script]
    path = tmp_path / "opened"
    assert subprocess.run([*command, str(path)], cwd=ROOT, check=False).returncode == 0
    assert path.read_bytes() == b""


def test_a_developer_gets_the_traceback() -> None:
    done = manage(ROOT, "migrate", python=sys.executable, PORT="many", DEBUG="on")
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_everything_is_made_from_nothing(
    first_time: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, done = first_time
    assert done.returncode == 0, done.stderr
    assert steps(done) == [
        "Making a Python environment in .venv",
        "Installing what the chat runs on",
        "Fetching the browser's libraries",
    ]
    assert (folder / "node_modules" / "mdurl").is_dir()


def test_a_moved_checkout_goes_straight_on(moved: Path) -> None:
    done = manage(moved, "setup")
    assert (done.returncode, done.stderr) == (0, "")


def test_what_an_interruption_left_is_made_anew(moved: Path) -> None:
    stamp = moved / ".venv" / "thinkalong.json"
    stamp.write_text(stamp.read_text().replace('"run"', '"unfinished"'))
    shutil.rmtree(moved / "node_modules")
    done = manage(moved, "setup")
    assert done.returncode == 0, done.stderr
    assert steps(done)[0] == "Making a Python environment in .venv"
    assert (moved / "node_modules" / "mdurl").is_dir()


def test_an_environment_of_another_python_is_made_anew(moved: Path) -> None:
    stamp = moved / ".venv" / "thinkalong.json"
    stamp.write_text(stamp.read_text().replace("cpython-3", "cpython-2"))
    assert steps(manage(moved, "setup"))[0] == "Making a Python environment in .venv"


def test_a_changed_lock_is_installed_into_what_is_there(moved: Path) -> None:
    lock = moved / "requirements.lock.txt"
    lock.write_text(lock.read_text() + "\n# renewed\n")
    assert steps(manage(moved, "setup")) == ["Installing what the chat runs on"]


def test_two_at_once_do_not_install_over_each_other(tmp_path: Path) -> None:
    folder = small(tmp_path / "shared")
    with ThreadPoolExecutor() as threads:
        both = list(threads.map(lambda _: manage(folder, "setup"), range(2)))
    assert [done.returncode for done in both] == [0, 0]
    made = [step for done in both for step in steps(done) if step.startswith("Making")]
    assert len(made) == 1


def test_a_python_that_has_everything_is_used_as_it_is(checkout: Path) -> None:
    done = manage(checkout, "setup", python=sys.executable)
    assert done.returncode == 0, done.stderr
    assert steps(done) == ["Fetching the browser's libraries"]
    assert not (checkout / ".venv").exists()
