"""The intake door stores and cannot read back; the worker parses; the authority works the quarantine."""

from __future__ import annotations

from throughline.core.grants import INSERT, READ_WRITE, SELECT, UPDATE, Right, Table
from throughline.core.roles import Role

OFFICE = (
    Right(role=Role.MATCH, commands=READ_WRITE),
    Right(role=Role.AUTHORITY, commands=(SELECT, UPDATE)),
    Right(role=Role.CLOCK, commands=(SELECT,)),
)
# The door must know whether the same message came before, and under which name.
KNOWN_MESSAGE = ("id", "ref", "sender_id", "message_id", "sha256", "state", "received_at")

TABLES = (
    Table(
        name="intake_sender",
        personal=False,
        rights=(
            Right(role=Role.INTAKE, commands=(SELECT, INSERT)),
            Right(role=Role.MATCH, commands=(SELECT,)),
            Right(role=Role.CLOCK, commands=(SELECT,)),
            Right(role=Role.AUTHORITY, commands=READ_WRITE),
            Right(role=Role.OVERSIGHT, commands=(SELECT,)),
        ),
    ),
    Table(
        name="intake_message",
        personal=True,
        rights=(
            *OFFICE,
            Right(role=Role.INTAKE, commands=(SELECT,), columns=KNOWN_MESSAGE),
            Right(role=Role.INTAKE, commands=(INSERT,)),
        ),
    ),
    Table(
        name="intake_chunk",
        personal=True,
        rights=(
            Right(role=Role.INTAKE, commands=(INSERT,)),
            Right(role=Role.MATCH, commands=(SELECT,)),
            Right(role=Role.AUTHORITY, commands=(SELECT,)),
        ),
    ),
    Table(
        name="intake_unpacked",
        personal=True,
        rights=(
            Right(role=Role.MATCH, commands=(SELECT, INSERT)),
            Right(role=Role.AUTHORITY, commands=(SELECT,)),
        ),
    ),
    Table(name="intake_row", personal=True, rights=OFFICE),
    Table(name="intake_report", personal=True, rights=OFFICE),
    Table(name="intake_quarantined", personal=True, rights=OFFICE),
)
