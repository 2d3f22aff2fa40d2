"""The door as a process: opened, told of new certificates, and closed when it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import ssl
from collections.abc import Callable
from contextlib import suppress

from django.db import DatabaseError, connection

from throughline.intake.mllp.door import Door, Limits
from throughline.intake.mllp.keeping import Keeper
from throughline.intake.mllp.securing import certificates_in_force, trust

log = logging.getLogger("throughline.mllp")

# A certificate that was added is trusted after so many seconds at most.
LOOK_EVERY = 10.0


async def serve(
    host: str,
    port: int,
    *,
    context: ssl.SSLContext | None,
    facility: str = "",
    limits: Limits | None = None,
    on_open: Callable[[int], None] = lambda _: None,
) -> None:
    """Serve until SIGTERM or SIGINT. `context` is None for a door without TLS."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    keeper = Keeper(facility=facility)
    door = Door(keeper, limits or Limits())
    keeping = asyncio.create_task(keeper.run())
    trusted: set[str] = set()
    looking = None
    try:
        if context is not None:
            await _look(keeper, context, trusted)
            looking = asyncio.create_task(_go_on_looking(keeper, context, trusted))
        on_open(await door.open(host, port, context))
        stopped = asyncio.create_task(stopping.wait())
        # A keeper that ended would take messages and answer none.
        await asyncio.wait({stopped, keeping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await door.close()
        for task in filter(None, (keeping, looking)):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        keeper.close()


async def _go_on_looking(keeper: Keeper, context: ssl.SSLContext, trusted: set[str]) -> None:
    while True:
        await asyncio.sleep(LOOK_EVERY)
        await _look(keeper, context, trusted)


async def _look(keeper: Keeper, context: ssl.SSLContext, trusted: set[str]) -> None:
    """Trust the certificates in force that are new."""
    loop = asyncio.get_running_loop()
    found = set(await loop.run_in_executor(keeper.thread, _in_force))
    trust(context, found - trusted)
    trusted |= found


def _in_force() -> list[str]:
    try:
        return certificates_in_force()
    except DatabaseError as error:
        log.warning("The database does not answer: %s", type(error).__name__)
        connection.close()
        return []
