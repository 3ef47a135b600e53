"""What `manage.py start` says of the first administrator, from a folder without anything."""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from tests.prepared import ROOT
from tests.serving import PASSWORD, Site
from tests.throwaway import free_port


def start(env: Mapping[str, str]) -> tuple[subprocess.Popen[str], str]:
    """A process that serves, and what it has said until then."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "start"],
        cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    said = ""
    assert process.stdout is not None
    for line in process.stdout:
        said += line
        if line.startswith("Thinkalong is at"):
            break
    return process, said


@pytest.mark.slow
def test_the_link_that_start_prints(tmp_path: Path) -> None:
    """The link of the first start makes the administrator; the second start has none to give."""
    port = free_port()
    with Site(env={"PORT": str(port)}) as site:
        env = {**site.env, "DATA_DIR": str(tmp_path)}
        process, said = start(env)
        try:
            link = re.search(rf"http://127\.0\.0\.1:{port}/accounts/first/\S+", said)
            assert link is not None, said
            with httpx.Client() as client:
                assert client.get(link[0]).status_code == 200
                form = {
                    "username": "boss",
                    "password1": PASSWORD,
                    "password2": PASSWORD,
                    "csrfmiddlewaretoken": client.cookies["csrftoken"],
                }
                assert client.post(link[0], data=form).headers["Location"] == "/"
                assert client.get(link[0]).status_code == 404
        finally:
            process.terminate()
            process.communicate()
        process, said = start(env)
        process.terminate()
        process.communicate()
        assert "Thinkalong is at" in said
        assert "/accounts/first/" not in said


@pytest.mark.slow
def test_the_link_at_an_address_of_its_own(tmp_path: Path) -> None:
    """ALLOWED_HOSTS is not set: the address that HOST names must be answered all the same."""
    port = free_port()
    env = {"HOST": "127.0.0.2", "PORT": str(port), "ALLOWED_HOSTS": "", "DATA_DIR": str(tmp_path)}
    with Site(env=env) as site:
        process, said = start(site.env)
        try:
            link = re.search(rf"http://127\.0\.0\.2:{port}/accounts/first/\S+", said)
            assert link is not None, said
            assert httpx.get(link[0]).status_code == 200
        finally:
            process.terminate()
            process.communicate()
