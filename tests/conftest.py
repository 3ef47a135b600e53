"""What every test may ask for, and the list of what could not be run, with the way to get it."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import throwaway

# No test is about how fast the machine is. (Where CI is set, Hypothesis has a profile of its own.)
settings.register_profile(
    "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser's program."""
    try:
        return throwaway.chromium()
    except throwaway.Absent as absent:
        pytest.skip(str(absent))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of an empty PostgreSQL database, one for the whole run."""
    yield from server(throwaway.postgres)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The address of an empty Redis, one for the whole run."""
    yield from server(throwaway.redis_server)


def server(start: Callable[[], AbstractContextManager[str]]) -> Iterator[str]:
    with ExitStack() as stack:
        try:
            address = stack.enter_context(start())
        except throwaway.Absent as absent:
            pytest.skip(str(absent))
        yield address


def skipped(reporter: pytest.TerminalReporter) -> Counter[str]:
    """How many tests were skipped for each reason."""
    reasons: Counter[str] = Counter()
    for report in reporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[reason.removeprefix("Skipped: ")] += 1
    return reasons


def everything_must_run() -> bool:
    return os.environ.get("CI", "").lower() == "true"


if not everything_must_run():
    settings.load_profile("patient")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reasons = skipped(terminalreporter)
    if reasons:
        terminalreporter.section("not run here")
        for reason, count in reasons.most_common():
            terminalreporter.line(f"{count:5}  {reason}")
        if everything_must_run():
            terminalreporter.line("CI is set: a test that is not run is a failure.", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    passed = session.exitstatus == pytest.ExitCode.OK
    if passed and reporter and everything_must_run() and skipped(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
