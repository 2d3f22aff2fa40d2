"""Reading from a sender that may be slow: each piece has its time, and who takes longer is cut off.

The web server has no such limit of its own, and a read of it cannot be broken off. So a thread beside waits for the
bytes, and whoever was too slow for one piece is told so once that piece or the connection has ended, not before: an
answer given while a read is under way stops the web server as a whole, until the sender lets go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from threading import Thread, local

from throughline.web.door.denied import denied

PATIENCE = 30.0
"""Seconds for each piece."""
PIECE = 64 * 1024
"""Bytes: whoever sends less than these in that time, some 2 KB a second, is too slow."""


Read = Callable[[int], bytes]


class _Beside:
    """A thread that reads for another one, and ends when nobody has this any more."""

    def __init__(self) -> None:
        self.asked: SimpleQueue[Read | None] = SimpleQueue()
        self.answered: SimpleQueue[bytes | BaseException] = SimpleQueue()
        # It knows the queues alone, or it would keep itself alive.
        Thread(target=_wait, args=(self.asked, self.answered), name="body", daemon=True).start()

    def __del__(self) -> None:
        """Let the thread end, once it has what it waits for."""
        self.asked.put(None)

    def read(self, read: Read, patience: float) -> bytes:
        """Return what is read. Raises Empty where it did not come in time, once it has come or never will."""
        self.asked.put(read)
        try:
            piece = self.answered.get(timeout=patience)
        except Empty:
            self.answered.get()
            raise
        if isinstance(piece, BaseException):
            raise piece
        return piece


def _wait(asked: SimpleQueue[Read | None], answered: SimpleQueue[bytes | BaseException]) -> None:
    while (read := asked.get()) is not None:
        try:
            answered.put(read(PIECE))
        except BaseException as failure:
            answered.put(failure)
        # The request is not held while nothing is asked.
        del read


class _Mine(local):
    """The reader of each thread of the web server: to start one takes longer than to read a message."""

    beside: _Beside | None = None


_mine = _Mine()


def in_time(read: Read, *, patience: float = PATIENCE) -> Iterator[bytes]:
    """Yield pieces as they are read, until an empty one. Raises Denied for one that does not come in time."""
    while True:
        # Asked for each time: another body may be read between two pieces of this one.
        beside = _mine.beside = _mine.beside or _Beside()
        try:
            piece = beside.read(read, patience)
        except Empty:
            raise denied(
                408,
                "timeout",
                f"The body came too slowly: {PIECE // 1024} KB, or the rest of it, are given {patience:g} seconds. "
                "Nothing of it is kept; send it again over a connection that holds.",
                headers={"Connection": "close"},
            ) from None
        if not piece:
            return
        yield piece
