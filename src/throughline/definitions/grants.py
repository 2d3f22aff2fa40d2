"""Every process reads the rules in force; the authority adds versions; nobody changes one."""

from __future__ import annotations

from throughline.core.grants import INSERT, SELECT, Right, Table
from throughline.core.roles import Role

TABLES = (
    Table(
        name="definitions_definition",
        personal=False,
        rights=(
            *(Right(role=role, commands=(SELECT,)) for role in Role),
            Right(role=Role.AUTHORITY, commands=(INSERT,)),
        ),
    ),
)
