"""Reading from a sender that may be slow: each piece has its time, and who takes longer is cut off.

The web server has no such limit of its own, and a read of it cannot be broken off. So a thread beside waits for the
bytes; it ends with the connection, and the request, with its worker and its transaction, when its patience does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from threading import Thread

from throughline.web.door.denied import denied

PATIENCE = 30.0
"""Seconds for each piece."""
PIECE = 64 * 1024
"""Bytes: whoever sends less than these in that time, some 2 KB a second, is too slow."""


def in_time(read: Callable[[int], bytes], *, patience: float = PATIENCE) -> Iterator[bytes]:
    """Yield pieces as they are read, until an empty one. Raises Denied for one that does not come in time."""
    asked: SimpleQueue[bool] = SimpleQueue()
    answered: SimpleQueue[bytes | BaseException] = SimpleQueue()

    def wait() -> None:
        while asked.get():
            try:
                answered.put(read(PIECE))
            except BaseException as failure:
                answered.put(failure)

    Thread(target=wait, name="body", daemon=True).start()
    try:
        while True:
            asked.put(True)  # noqa: FBT003
            try:
                piece = answered.get(timeout=patience)
            except Empty:
                raise denied(
                    408,
                    "timeout",
                    f"The body came too slowly: {PIECE // 1024} KB, or the rest of it, are given {patience:g} seconds. "
                    "Nothing of it is kept; send it again over a connection that holds.",
                    headers={"Connection": "close"},
                ) from None
            if isinstance(piece, BaseException):
                raise piece
            if not piece:
                return
            yield piece
    finally:
        asked.put(False)  # noqa: FBT003
