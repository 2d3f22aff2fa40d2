"""Who moves work items: `r_dispatch`, which sees no names, unless a role of the office or worker is at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction

from throughline.core.context import current, transaction_as
from throughline.core.roles import Role

MAY_MOVE = frozenset({Role.DISPATCH, Role.MATCH, Role.CLOCK, Role.AUTHORITY})


@contextmanager
def moving(by: UUID | None) -> Iterator[None]:
    """Open a transaction in a role that may change work items; in a person's request that is `r_dispatch`."""
    context = current()
    if context is not None and context.role in MAY_MOVE:
        with transaction.atomic():
            yield
        return
    with transaction_as(Role.DISPATCH, user=by):
        yield
