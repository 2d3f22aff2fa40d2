"""Organisations have public names: every process may read them, the authority keeps them."""

from __future__ import annotations

from throughline.core.grants import INSERT, SELECT, UPDATE, Right, Table
from throughline.core.roles import Role

TABLES = (
    Table(
        name="suppliers_organisation",
        personal=False,
        rights=(
            *(Right(role=role, commands=(SELECT,)) for role in Role if role != Role.AUTHORITY),
            Right(role=Role.AUTHORITY, commands=(SELECT, INSERT, UPDATE)),
        ),
    ),
)
