"""The 24 faults of the promises, each in every layout where it can happen."""

import pytest

from tests import throwaway
from tests.faults import crowds, kills, lines, sayings, stores, tabs
from tests.faults.scenario import SCENARIOS, Scenario, Stage
from tests.faults.site import LAYOUTS, Layout

MODULES = (tabs, lines, kills, sayings, stores, crowds)
"""Importing them entered their scenarios."""

CASES = [
    pytest.param(scenario, layout, id=f"{scenario.number:02}-{scenario.name}-{layout}")
    for scenario in sorted(SCENARIOS, key=lambda scenario: scenario.number)
    for layout in scenario.layouts
]


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("scenario", "layout"), CASES)
async def test_fault(stage: Stage, scenario: Scenario, layout: Layout) -> None:
    try:
        await stage.result(scenario, layout)
    except throwaway.Absent as absent:
        pytest.skip(str(absent))


@pytest.mark.parametrize("number", range(1, 25))
def test_every_fault_is_played_in_every_layout_or_has_a_reason_not_to_be(number: int) -> None:
    played = [scenario for scenario in SCENARIOS if scenario.number == number]
    for layout in LAYOUTS:
        reasons = [scenario.without.get(layout) for scenario in played]
        assert any(reason is None for reason in reasons) or all(reasons), layout
    assert played
