"""The door for HL7 v2 over MLLP: connections, their limits, and their frames in order."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import ssl
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from throughline.intake.actions.receiving import Arrived
from throughline.intake.mllp.frames import END, START, Frame, Frames, NotAFrame
from throughline.intake.mllp.keeping import Keeper, NotKept
from throughline.intake.parsing.hl7 import MAX_MESSAGE

log = logging.getLogger("throughline.mllp")
BLOCK = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bytes of a message, connections in all and from one address, and seconds: of rest between two messages,
    for one message to come whole, for an answer to be taken, for TLS to be agreed."""

    message: int = MAX_MESSAGE
    connections: int = 400
    of_one_address: int = 100
    rest: float = 900.0
    whole: float = 60.0
    answer: float = 30.0
    handshake: float = 15.0


class _Gone(Exception):
    """The connection is to be closed; the reason is for the log."""


class Door:
    """Serves connections until it is closed."""

    def __init__(self, keeper: Keeper, limits: Limits) -> None:
        """Take who keeps messages, and the limits."""
        self.keeper, self.limits = keeper, limits
        self.by_address: Counter[str] = Counter()
        self.tasks: set[asyncio.Task[None]] = set()
        self.server: asyncio.Server | None = None
        self.closing = asyncio.Event()

    async def open(self, host: str, port: int, context: ssl.SSLContext | None) -> int:
        """Listen, and return the port."""
        self.server = await asyncio.start_server(
            self._connected,
            host,
            port,
            limit=BLOCK,
            backlog=self.limits.connections,
            ssl=context,
            ssl_handshake_timeout=self.limits.handshake if context else None,
        )
        return int(self.server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Take no more connections; let each that has a message under way give its answer."""
        self.closing.set()
        if self.server is not None:
            self.server.close()
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=self.limits.answer)
        for task in self.tasks:
            task.cancel()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = str((writer.get_extra_info("peername") or ("",))[0])
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a connection is served by a task
        self.tasks.add(task)
        self.by_address[address] += 1
        self.keeper.connections += 1
        try:
            self._refuse_too_many(address)
            await self._serve(reader, writer)
        except _Gone as reason:
            log.info("A connection from %s was closed: %s", address, reason)
        except (ConnectionError, ssl.SSLError):
            log.info("A connection from %s broke off", address)
        finally:
            self.tasks.discard(task)
            self.keeper.connections -= 1
            self.by_address[address] -= 1
            if not self.by_address[address]:
                del self.by_address[address]
            writer.close()
            with suppress(ConnectionError, ssl.SSLError, TimeoutError):
                await asyncio.wait_for(writer.wait_closed(), 5)

    def _refuse_too_many(self, address: str) -> None:
        if self.by_address.total() > self.limits.connections:
            raise _Gone(f"{self.limits.connections} are open")
        if self.by_address[address] > self.limits.of_one_address:
            raise _Gone(f"{self.limits.of_one_address} of this address are open")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        certificate, frames = _certificate(writer), Frames(self.limits.message)
        # One for all that the connection brings: a message costs no task for it.
        closing = asyncio.ensure_future(self.closing.wait())
        try:
            await self._answer_each(frames, reader, writer, certificate, closing)
        finally:
            closing.cancel()

    async def _answer_each(
        self,
        frames: Frames,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        certificate: str,
        closing: asyncio.Task[Literal[True]],
    ) -> None:
        while (frame := await self._next(frames, reader, closing)) is not None:
            try:
                answer = await self.keeper.keep(Arrived(frame=frame, certificate=certificate))
            except NotKept:
                raise _Gone("its message could not be kept") from None
            writer.write(START + answer + END)
            try:
                async with asyncio.timeout(self.limits.answer):
                    await writer.drain()
            except TimeoutError:
                raise _Gone("it did not take its answer") from None
            if frame.is_cut:
                raise _Gone("its message was too long")

    async def _next(
        self, frames: Frames, reader: asyncio.StreamReader, closing: asyncio.Task[Literal[True]]
    ) -> Frame | None:
        """The next frame, or None where the sender has ended, or the door closes between two."""
        loop = asyncio.get_running_loop()
        since = loop.time()
        while True:
            try:
                frame = frames.next()
            except NotAFrame:
                raise _Gone("what it sent is no frame of MLLP") from None
            if frame is not None:
                return frame
            within = frames.is_within
            left = since + (self.limits.whole if within else self.limits.rest) - loop.time()
            data = await self._read(reader, left, closing, within=within)
            if not data:
                return None
            if not within:
                since = loop.time()
            frames.feed(data)

    async def _read(
        self,
        reader: asyncio.StreamReader,
        seconds: float,
        closing: asyncio.Task[Literal[True]],
        *,
        within: bool,
    ) -> bytes:
        reading = asyncio.ensure_future(reader.read(BLOCK))
        try:
            either: set[asyncio.Future[Any]] = {reading, closing}
            done, _ = await asyncio.wait(
                either, timeout=max(seconds, 0), return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            reading.cancel()
        if reading in done:
            return reading.result()
        if closing in done:
            return b""
        raise _Gone("its message did not come whole" if within else "it said nothing for long")


class _Secured(Protocol):
    def getpeercert(self, binary_form: bool) -> bytes | None: ...  # noqa: FBT001 - Python's own


def _certificate(writer: asyncio.StreamWriter) -> str:
    secured: _Secured | None = writer.get_extra_info("ssl_object")
    shown = secured.getpeercert(True) if secured else None  # noqa: FBT003 - Python's own
    return hashlib.sha256(shown).hexdigest() if shown else ""
