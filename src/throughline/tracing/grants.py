"""Cases and contacts, and what a local team sees of them and of the persons below: what is shared with it."""

from __future__ import annotations

from throughline.core.grants import (
    DELETE,
    INSERT,
    OWN_HOUSEHOLD,
    READ_WRITE,
    SELECT,
    TEAM_KEY,
    UPDATE,
    Right,
    Table,
)
from throughline.core.roles import Role


def shared(table: str, column: str = "household_id") -> str:
    """Return the condition that a row's household is shared with the team.

    Correlated on purpose: a list starts at the share, so this runs once for each row of a page, by index.
    """
    return (
        "exists (select 1 from tracing_case_share s "
        f"where s.household_id = {table}.{column} and s.team_id = {TEAM_KEY} and s.until_at is null)"
    )


OFFICE = (
    Right(role=Role.MATCH, commands=READ_WRITE),
    Right(role=Role.AUTHORITY, commands=READ_WRITE),
    Right(role=Role.EXPORT, commands=(SELECT,)),
)
CLOCK = Right(role=Role.CLOCK, commands=(SELECT, UPDATE))


def _table(name: str, *rights: Right, desk: tuple[str, ...], local: tuple[str, ...]) -> Table:
    desk_right = (Right(role=Role.DESK, commands=desk, rows=OWN_HOUSEHOLD),) if desk else ()
    local_right = (Right(role=Role.LOCAL, commands=local, rows=shared(name)),) if local else ()
    return Table(name=name, personal=True, rights=(*OFFICE, *desk_right, *local_right, *rights))


def _lower(name: str, rows: str) -> Table:
    """Add a local team's view of a table that a lower room owns."""
    return Table(
        name=name,
        personal=True,
        rights=(Right(role=Role.LOCAL, commands=(SELECT,), rows=rows),),
    )


TABLES = (
    _table("tracing_episode", desk=(), local=()),
    _table("tracing_result", desk=(), local=(SELECT,)),
    _table("tracing_case", CLOCK, desk=(SELECT, UPDATE), local=(SELECT, UPDATE)),
    _table("tracing_contact", CLOCK, desk=(SELECT, UPDATE), local=(SELECT, UPDATE)),
    _table("tracing_exposure", desk=(SELECT,), local=(SELECT,)),
    _table("tracing_visit", desk=(SELECT,), local=(SELECT, INSERT)),
    _table("tracing_interview", CLOCK, desk=READ_WRITE, local=(SELECT,)),
    _table(
        "tracing_named_contact",
        desk=(SELECT, INSERT, UPDATE, DELETE),
        local=(SELECT,),
    ),
    _table(
        "tracing_holding",
        Right(role=Role.CLOCK, commands=READ_WRITE),
        Right(role=Role.DISPATCH, commands=READ_WRITE),
        desk=(),
        local=(SELECT,),
    ),
    Table(
        name="tracing_case_share",
        personal=True,
        rights=(
            *OFFICE,
            Right(role=Role.CLOCK, commands=READ_WRITE),
            Right(role=Role.LOCAL, commands=(SELECT,), rows=f"team_id = {TEAM_KEY}"),
        ),
    ),
    Table(
        name="tracing_escalation",
        personal=True,
        rights=(
            *OFFICE,
            Right(role=Role.LOCAL, commands=(SELECT,), rows=shared("tracing_escalation")),
        ),
    ),
    Table(
        name="tracing_setting",
        personal=False,
        rights=(
            *OFFICE,
            *(Right(role=role, commands=(SELECT,)) for role in (Role.DESK, Role.LOCAL, Role.CLOCK)),
        ),
    ),
    _lower("people_person", shared("people_person")),
    _lower("people_household", shared("people_household", "id")),
    _lower("people_contact_detail", shared("people_contact_detail")),
    _lower("people_residence", shared("people_residence")),
    _lower(
        "people_address",
        "exists (select 1 from people_residence r join tracing_case_share s using (household_id) "
        f"where r.address_id = people_address.id and s.team_id = {TEAM_KEY} and s.until_at is null)",
    ),
    _lower("calling_attempt", shared("calling_attempt")),
)
