"""Messages of many connections gather for a transaction; those of one alone are kept as they come."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from throughline.intake.actions.receiving import Arrived
from throughline.intake.mllp import keeping
from throughline.intake.mllp.frames import Frame
from throughline.intake.mllp.keeping import ENOUGH, Keeper

LONG = 60.0


@pytest.fixture
def groups(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many messages each transaction kept."""
    found: list[int] = []

    def kept(arrived: Sequence[Arrived], facility: str) -> Sequence[bytes]:
        found.append(len(arrived))
        return [one.frame.data for one in arrived]

    monkeypatch.setattr(keeping, "_kept", kept)
    return found


def keeping_with(what: Callable[[Keeper], Awaitable[None]], *, connections: int = 100) -> None:
    async def run() -> None:
        keeper = Keeper(facility="")
        keeper.connections = connections
        running = asyncio.create_task(keeper.run())
        async with asyncio.timeout(5):
            await what(keeper)
        running.cancel()
        keeper.thread.shutdown()

    asyncio.run(run())


async def send(keeper: Keeper, number: int, after: float = 0.0) -> None:
    await asyncio.sleep(after)
    data = str(number).encode()
    assert await keeper.keep(Arrived(frame=Frame(data))) == data


def test_one_that_sends_alone_waits_for_nobody(
    groups: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "PACE", LONG)

    async def one_after_the_other(keeper: Keeper) -> None:
        for number in range(5):
            await send(keeper, number)

    keeping_with(one_after_the_other)
    assert groups == [1] * 5


def test_messages_that_come_soon_after_others_are_kept_together(
    groups: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "PACE", 0.3)

    async def trickle(keeper: Keeper) -> None:
        await asyncio.gather(send(keeper, 0), send(keeper, 1))
        await asyncio.gather(*(send(keeper, n, n * 0.005) for n in range(10)))

    keeping_with(trickle)
    assert groups == [2, 10]


def test_enough_messages_wait_for_no_more(
    groups: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "PACE", LONG)

    async def rush(keeper: Keeper) -> None:
        await asyncio.gather(send(keeper, 0), send(keeper, 1))
        await asyncio.gather(*(send(keeper, n, n * 0.005) for n in range(ENOUGH)))

    keeping_with(rush)
    assert groups == [2, ENOUGH]


def test_messages_of_all_connections_that_are_open_wait_for_no_more(
    groups: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "PACE", LONG)

    async def in_turn(keeper: Keeper) -> None:
        for gap in (0.0, 0.005, 0.005):
            await asyncio.gather(*(send(keeper, n, n * gap) for n in range(3)))

    keeping_with(in_turn, connections=3)
    assert groups == [3, 3, 3]
