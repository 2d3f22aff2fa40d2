"""Work items carry no names: `r_dispatch` claims and moves them, a local team sees its own."""

from __future__ import annotations

from throughline.core.grants import (
    INSERT,
    OWN_HOUSEHOLD,
    READ_WRITE,
    SELECT,
    SUPPLIER_KEY,
    TEAM_KEY,
    UPDATE,
    Right,
    Table,
)
from throughline.core.roles import Role

# A supplier may count its attempts, not follow them to a person.
ATTEMPT_COLUMNS = (
    "id", "supplier_id", "agent_id", "channel", "started_at", "ended_at", "outcome", "reached",
)  # fmt: skip

TABLES = (
    Table(
        name="calling_work_item",
        personal=True,
        rights=(
            *(
                Right(role=role, commands=READ_WRITE)
                for role in (Role.DISPATCH, Role.MATCH, Role.CLOCK, Role.AUTHORITY)
            ),
            Right(role=Role.LOCAL, commands=(SELECT,), rows=f"team_id = {TEAM_KEY}"),
            Right(role=Role.EXPORT, commands=(SELECT,)),
        ),
    ),
    Table(
        name="calling_attempt",
        personal=True,
        rights=(
            Right(role=Role.DESK, commands=(SELECT, INSERT, UPDATE), rows=OWN_HOUSEHOLD),
            Right(
                role=Role.SUPPLIER,
                commands=(SELECT,),
                rows=f"supplier_id = {SUPPLIER_KEY}",
                columns=ATTEMPT_COLUMNS,
            ),
            *(
                Right(role=role, commands=(SELECT,))
                for role in (Role.AUTHORITY, Role.EXPORT, Role.MATCH)
            ),
            # An attempt whose handler vanished is ended when its lease expires.
            Right(role=Role.CLOCK, commands=(SELECT, UPDATE)),
        ),
    ),
)
