"""What one request or one piece of work reads again and again is read once.

Nothing outlives the request, so nothing here can be stale for longer than a page takes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

T = TypeVar("T")

_memory: ContextVar[dict[Hashable, Any] | None] = ContextVar("throughline_memory", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Remember until the block ends. A block inside another shares its memory."""
    if _memory.get() is not None:
        yield
        return
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def remembered(key: Hashable, read: Callable[[], T]) -> T:
    """Return what was read under this key, reading it now if need be. Outside of a block, always read."""
    memory = _memory.get()
    if memory is None:
        return read()
    if key not in memory:
        memory[key] = read()
    return cast(T, memory[key])


def remember(key: Hashable, value: object) -> None:
    """Keep under this key what was read on the way. Outside of a block, nothing is kept."""
    memory = _memory.get()
    if memory is not None:
        memory[key] = value


def forget() -> None:
    """Forget everything: something that is remembered was written."""
    memory = _memory.get()
    if memory is not None:
        memory.clear()
