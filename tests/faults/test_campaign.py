"""A short campaign; long ones are `manage.py faults --seconds N`."""

import pytest

from tests import throwaway
from tests.faults.campaign import campaign
from tests.faults.site import Ground, Layout

SECONDS = 25


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("layout", ["sqlite", "postgres"])
async def test_a_campaign_loses_nothing(ground: Ground, layout: Layout) -> None:
    try:
        figures = await campaign(ground, layout, SECONDS, seed=24)
    except throwaway.Absent as absent:
        pytest.skip(str(absent))
    assert figures.sound, "\n".join([str(figures), *figures.notes])
    assert figures.turns > 10
    assert sum(figures.faults.values()) > 10
