"""Who moves work items: `r_dispatch`, which sees no names, unless a role of the office or worker is at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from throughline.core.context import acting, current
from throughline.core.roles import Role

MAY_MOVE = frozenset({Role.DISPATCH, Role.MATCH, Role.CLOCK, Role.AUTHORITY})


@contextmanager
def moving(by: UUID | None) -> Iterator[None]:
    """Act as a role that may change work items; in a person's request that is `r_dispatch`."""
    context = current()
    if context is not None and context.role in MAY_MOVE:
        yield
        return
    with acting(Role.DISPATCH, user=by):
        yield
