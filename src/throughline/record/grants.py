"""The event tables are read by the export and by the authority's boards; figures by all who oversee the service."""

from __future__ import annotations

from throughline.core.grants import READ_WRITE, SELECT, Right, Table
from throughline.core.roles import Role

READERS = (Role.EXPORT, Role.AUTHORITY)
VIEWS = (
    "survivor", "person", "holder", "subject",
    "batches", "results", "cases", "contacts", "holdings", "attempts", "agent_states",
)  # fmt: skip

# What an event table is made of and no more: of a person, the reference, and the birth date for `under_18`.
EXPORTED = {
    "people_person": ("id", "ref", "household_id", "birth_date"),
    "people_household": ("id", "ref"),
    "people_person_link": ("from_person_id", "to_person_id", "undone_at"),
    "intake_message": (
        "id",
        "ref",
        "sender_id",
        "sha256",
        "received_at",
        "rows_received",
        "state",
        "mapping",
        "mapping_version",
    ),
    "intake_row": ("message_id", "number", "place"),
    "intake_sender": ("id", "code"),
    "workforce_user": ("id", "ref"),
}
NOT_OF_PERSONS = frozenset({"intake_sender"})

TABLES = (
    Table(
        name="record_figure",
        personal=False,
        rights=(
            Right(role=Role.EXPORT, commands=READ_WRITE),
            *(Right(role=role, commands=(SELECT,)) for role in (Role.AUTHORITY, Role.OVERSIGHT)),
        ),
    ),
    *(
        Table(
            name=f"record_{view}",
            personal=False,
            rights=tuple(Right(role=role, commands=(SELECT,)) for role in READERS),
        )
        for view in VIEWS
    ),
    *(
        Table(
            name=name,
            personal=name not in NOT_OF_PERSONS,
            rights=(Right(role=Role.EXPORT, commands=(SELECT,), columns=columns),),
        )
        for name, columns in EXPORTED.items()
    ),
)
