"""Persons: the worker matches them, a handler sees one household, the authority what it opens."""

from __future__ import annotations

from throughline.core.grants import (
    DELETE,
    HOUSEHOLD_KEY,
    INSERT,
    OWN_HOUSEHOLD,
    READ_WRITE,
    SELECT,
    UPDATE,
    Right,
    Table,
)
from throughline.core.roles import Role

OFFICE = (
    Right(role=Role.MATCH, commands=READ_WRITE),
    Right(role=Role.AUTHORITY, commands=READ_WRITE),
)
OWN_ADDRESS = (
    f"id in (select r.address_id from people_residence r where r.household_id = {HOUSEHOLD_KEY})"
)
# Enough to charge a call to a telephone, too little to dial it.
ENDPOINT_COLUMNS = ("id", "person_id", "household_id", "kind", "endpoint_id", "wrong_since")


def _of_household(name: str, *commands: str) -> Table:
    desk = Right(role=Role.DESK, commands=commands, rows=OWN_HOUSEHOLD)
    return Table(name=name, personal=True, rights=(*OFFICE, desk))


TABLES = (
    Table(
        name="people_address",
        personal=True,
        rights=(*OFFICE, Right(role=Role.DESK, commands=(SELECT,), rows=OWN_ADDRESS)),
    ),
    Table(
        name="people_household",
        personal=True,
        rights=(
            *OFFICE,
            Right(role=Role.DESK, commands=(SELECT,), rows=f"id = {HOUSEHOLD_KEY}"),
        ),
    ),
    _of_household("people_person", SELECT, UPDATE),
    _of_household("people_contact_detail", SELECT, INSERT, UPDATE),
    Table(
        name="people_contact_detail",
        personal=True,
        rights=(Right(role=Role.DISPATCH, commands=(SELECT,), columns=ENDPOINT_COLUMNS),),
    ),
    _of_household("people_residence", SELECT),
    Table(name="people_identifier", personal=True, rights=OFFICE),
    # What a load undone since told wrongly of persons is nobody's history.
    *(
        Table(name=name, personal=True, rights=(Right(role=Role.MATCH, commands=(DELETE,)),))
        for name in ("people_contact_detail", "people_residence", "people_identifier")
    ),
    Table(name="people_household_member", personal=True, rights=OFFICE),
    Table(name="people_person_link", personal=True, rights=OFFICE),
    Table(name="people_match_question", personal=True, rights=OFFICE),
    Table(
        name="people_call_use",
        personal=True,
        rights=(
            Right(role=Role.DISPATCH, commands=(SELECT, INSERT)),
            *(
                Right(role=role, commands=(SELECT,))
                for role in (Role.AUTHORITY, Role.CLOCK, Role.EXPORT)
            ),
        ),
    ),
)
