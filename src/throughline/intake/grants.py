"""The intake door stores and cannot read back; the worker parses; the authority works the quarantine."""

from __future__ import annotations

from throughline.core.grants import (
    DELETE,
    INSERT,
    READ_WRITE,
    SELECT,
    SENDER_KEY,
    UPDATE,
    Right,
    Table,
)
from throughline.core.roles import Role

OFFICE = (
    Right(role=Role.MATCH, commands=READ_WRITE),
    Right(role=Role.AUTHORITY, commands=(SELECT, UPDATE)),
    Right(role=Role.CLOCK, commands=(SELECT,)),
)
# The door must know whether the same message came before, and under which name.
KNOWN_MESSAGE = ("id", "ref", "sender_id", "message_id", "sha256", "state", "received_at")
# What a sender is told of its own messages; of its rows only where they are, and what is wrong with them.
TOLD_OF_MESSAGE = (
    "size",
    "mapping",
    "mapping_version",
    "refused",
    "rows_received",
    "parsed_at",
)
OWN = f"sender_id = {SENDER_KEY}"

# What the door compares a key with; and it may note that the key was used.
KNOWN_KEY = ("id", "sender_id", "prefix", "sha256", "per_minute", "expires_at", "revoked_at", "last_used_at")  # fmt: skip
WITHOUT_HASH = ("ref", "created_at", *(column for column in KNOWN_KEY if column != "sha256"))

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
        name="intake_sender_key",
        personal=False,
        rights=(
            Right(role=Role.INTAKE, commands=(SELECT,), columns=KNOWN_KEY),
            Right(role=Role.INTAKE, commands=(UPDATE,), columns=("last_used_at",)),
            Right(role=Role.AUTHORITY, commands=READ_WRITE),
            Right(role=Role.OVERSIGHT, commands=(SELECT,), columns=WITHOUT_HASH),
        ),
    ),
    Table(
        name="intake_sender_certificate",
        personal=False,
        rights=(
            Right(role=Role.INTAKE, commands=(SELECT,)),
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
            Right(role=Role.INTAKE, commands=(SELECT,), columns=(*KNOWN_MESSAGE, *TOLD_OF_MESSAGE)),
            Right(role=Role.INTAKE, commands=(INSERT,)),
        ),
    ),
    Table(
        name="intake_declared",
        personal=False,
        rights=(
            Right(role=Role.INTAKE, commands=READ_WRITE),
            Right(role=Role.AUTHORITY, commands=READ_WRITE),
            Right(role=Role.MATCH, commands=(SELECT,)),
            Right(role=Role.OVERSIGHT, commands=(SELECT,)),
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
    Table(
        name="intake_row",
        personal=True,
        rights=(
            *OFFICE,
            Right(
                role=Role.INTAKE,
                commands=(SELECT,),
                rows=OWN,
                columns=("message_id", "sender_id", "number", "place"),
            ),
        ),
    ),
    Table(name="intake_report", personal=True, rights=OFFICE),
    Table(name="intake_link", personal=True, rights=OFFICE),
    Table(
        name="intake_quarantined",
        personal=True,
        rights=(
            *OFFICE,
            Right(
                role=Role.INTAKE,
                commands=(SELECT,),
                rows=OWN,
                columns=(
                    "message_id",
                    "sender_id",
                    "number",
                    "column",
                    "reason",
                    "allowed",
                    "state",
                ),
            ),
        ),
    ),
    # Who asks for a trial gives the bytes away, and sees counts alone; the worker leaves nothing of them.
    Table(
        name="intake_trial",
        personal=True,
        rights=(
            Right(role=Role.AUTHORITY, commands=(SELECT, INSERT)),
            Right(role=Role.MATCH, commands=(SELECT, UPDATE, DELETE)),
        ),
    ),
    Table(
        name="intake_trial_chunk",
        personal=True,
        rights=(
            Right(role=Role.AUTHORITY, commands=(INSERT,)),
            Right(role=Role.MATCH, commands=(SELECT, DELETE)),
        ),
    ),
)
