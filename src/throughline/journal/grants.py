"""Everybody adds to the journal, in the transaction of their act; few read it; nobody changes it."""

from __future__ import annotations

from throughline.core.grants import INSERT, SELECT, Right, Table
from throughline.core.roles import Role

READERS = (Role.AUTHORITY, Role.OVERSIGHT, Role.CLOCK, Role.MATCH, Role.EXPORT)

RIGHTS = (
    *(Right(role=role, commands=(INSERT,)) for role in Role),
    *(Right(role=role, commands=(SELECT,)) for role in READERS),
)

TABLES = (
    Table(name="journal_entry", personal=False, rights=RIGHTS),
    Table(name="journal_subject", personal=False, rights=RIGHTS),
)
