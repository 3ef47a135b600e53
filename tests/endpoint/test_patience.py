"""The time limit on each wait, and that it takes nobody else's cancellation for its own."""

import asyncio

import pytest

from conversations.endpoint.errors import StalledError
from conversations.endpoint.patience import Patience


async def test_waits_that_are_short_go_on_for_ever() -> None:
    patience = Patience(0.1)
    for number in range(20):
        assert await patience.wait(asyncio.sleep(0.02, number)) == number
    patience.end()


async def test_no_timer_stays_behind() -> None:
    patience = Patience(60)
    await patience.wait(asyncio.sleep(0))
    timer = patience._timer
    assert timer is not None
    patience.end()
    assert timer.cancelled()


async def test_a_wait_that_is_long_ends() -> None:
    patience = Patience(0.05)
    for _ in range(2):
        await patience.wait(asyncio.sleep(0.01))
    with pytest.raises(StalledError, match=r"0\.05 s"):
        await patience.wait(asyncio.sleep(5))
    await asyncio.sleep(0.01)
    patience.end()


async def test_time_between_waits_does_not_count() -> None:
    patience = Patience(0.05)
    for _ in range(3):
        await patience.wait(asyncio.sleep(0))
        await asyncio.sleep(0.1)
    patience.end()


async def test_another_task_may_go_on() -> None:
    """As when a generator that one task began is closed by another."""
    patience = Patience(0.1)
    await asyncio.create_task(patience.wait(asyncio.sleep(0.05)))
    await asyncio.sleep(0.1)
    await asyncio.create_task(patience.wait(asyncio.sleep(0.05)))
    patience.end()


async def test_a_cancellation_stays_one() -> None:
    patience = Patience(5)
    task = asyncio.create_task(patience.wait(asyncio.sleep(5)))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    patience.end()


async def test_a_cancellation_at_the_same_moment_stays_one() -> None:
    patience = Patience(0.05)
    task = asyncio.create_task(patience.wait(asyncio.sleep(5)))
    await asyncio.sleep(0.01)
    asyncio.get_running_loop().call_later(0.04, task.cancel)
    patience._until = 0.0
    patience._look(asyncio.get_running_loop())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    patience.end()


async def test_it_works_inside_other_limits() -> None:
    patience = Patience(5)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await patience.wait(asyncio.sleep(5))
    patience = Patience(0.05)
    async with asyncio.timeout(5) as outer:
        with pytest.raises(StalledError):
            await patience.wait(asyncio.sleep(5))
    assert not outer.expired()
    await asyncio.sleep(0)
