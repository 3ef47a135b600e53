"""The stage on which all faults are played, side by side."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pytest_django import DjangoDbBlocker

from tests.faults.scenario import Stage
from tests.faults.site import Ground, folder


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def ground(django_db_blocker: DjangoDbBlocker) -> AsyncIterator[Ground]:
    # Sites are asked through connections of their own, never the tests' database.
    with folder() as place, django_db_blocker.unblock():
        ground = Ground(Path(place))
        yield ground
        ground.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage(request: pytest.FixtureRequest, ground: Ground) -> AsyncIterator[Stage]:
    wanted: list[tuple[Any, Any]] = [
        (item.callspec.params["scenario"], item.callspec.params["layout"])
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.originalname == "test_fault"
    ]
    stage = Stage(ground, wanted)
    yield stage
    await stage.close()
