"""Group commit: what many connections have brought is kept in one transaction, while the next gathers.

A transaction costs what some twenty messages cost, so that groups follow one another no faster than they must.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from django.db import IntegrityError, InterfaceError, OperationalError, connection

from throughline.core import clock
from throughline.core.logs import kinds_and_places
from throughline.intake.actions.receiving import Arrived, receive

log = logging.getLogger("throughline.mllp")

MOST_MESSAGES = 200
MOST_BYTES = 8 * 1024 * 1024
PACE = 0.02
"""Seconds from the begin of one group to that of the next, where more than one sender is heard."""
ENOUGH = 10
"""Messages for which a group begins at once, as it does for one of every connection that is open."""
MOST_WAITING = 1000
"""Messages read and not yet kept; a connection that brings one more waits, and its sender with it."""


class NotKept(Exception):
    """The message could not be kept, so that it has no answer: whoever sent it will send it again."""


Waiting = tuple[Arrived, "asyncio.Future[bytes]"]


class Keeper:
    """Takes messages of all connections and gives each its answer, once it is committed."""

    def __init__(self, *, facility: str) -> None:
        """Take the name that MSH-6 must say."""
        self.facility = facility
        self.waiting: asyncio.Queue[Waiting] = asyncio.Queue(MOST_WAITING)
        self.enough = asyncio.Event()
        self.connections = 0
        # One thread, one connection to the database.
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="keeping")

    async def keep(self, arrived: Arrived) -> bytes:
        """Keep a message and return its acknowledgement. Raises NotKept."""
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        await self.waiting.put((arrived, answer))
        if self._are_enough():
            self.enough.set()
        return await answer

    async def run(self) -> None:
        """Keep what comes, for ever."""
        loop = asyncio.get_running_loop()
        began, before = 0.0, 0
        while True:
            first = await self.waiting.get()
            # Whoever sends alone, one message after the other, waits for nobody.
            if before > 1 or not self.waiting.empty():
                await self._gather(until=began + PACE)
            group = self._gathered(first)
            began, before = loop.time(), len(group)
            arrived = [one for one, _ in group]
            answers = await loop.run_in_executor(self.thread, _kept, arrived, self.facility)
            for (_, future), answer in zip(group, answers, strict=True):
                if future.done():
                    continue
                if answer is None:
                    future.set_exception(NotKept())
                else:
                    future.set_result(answer)

    def close(self) -> None:
        """Let go of the database."""
        # Each thread has a connection of its own under that name.
        self.thread.submit(lambda: connection.close()).result()
        self.thread.shutdown()

    async def _gather(self, *, until: float) -> None:
        """Let others come, until then or until they are enough."""
        if not self._are_enough():
            self.enough.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(until):
                    await self.enough.wait()

    def _are_enough(self) -> bool:
        # One more is in hand already.
        return self.waiting.qsize() + 1 >= min(ENOUGH, self.connections)

    def _gathered(self, first: Waiting) -> list[Waiting]:
        group, size = [first], len(first[0].frame.data)
        while len(group) < MOST_MESSAGES and size < MOST_BYTES and not self.waiting.empty():
            group.append(self.waiting.get_nowait())
            size += len(group[-1][0].frame.data)
        return group


def _kept(arrived: Sequence[Arrived], facility: str) -> Sequence[bytes | None]:
    """Keep a group; where that fails for one message's sake, each alone."""
    try:
        return receive(arrived, facility=facility, at=clock.now())
    except (OperationalError, InterfaceError) as error:
        # The database is being restarted, or its disk is full: nothing was kept, and nobody is answered.
        log.warning("%d messages could not be kept: %s", len(arrived), type(error).__name__)
        connection.close()
        return [None] * len(arrived)
    except IntegrityError:
        # The same message came through another door at the same moment; now it is known.
        if len(arrived) == 1:
            return [None]
    except Exception as error:
        log.error("Keeping failed\n%s", "\n".join(kinds_and_places(error)))
        connection.close()
        if len(arrived) == 1:
            return [None]
    return [answer for one in arrived for answer in _kept([one], facility)]
