"""Persons whom only a load undone since spoke of: what it said of them no longer counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from throughline.core.copying import fetch, run
from throughline.journal.actions import record


def unsay(persons: Sequence[UUID], *, by: UUID | None, at: datetime) -> None:
    """Blank the names, the birth date, the sex and the language of these persons.

    The records stay, with their numbers: the same persons, told rightly, fill them again.
    """
    blanked = fetch(
        """update people_person set given_name = '', family_name = '', given_norm = '', family_norm = '',
            family_phonetic = '', birth_date = null, birth_year = null, sex = '', language = '',
            revision = revision + 1
        where id = any(%s) returning id""",
        [list(persons)],
    )
    if blanked:
        record("people.persons_unsaid", at=at, by=by, subjects=[one for (one,) in blanked])


TABLES = {
    "phone": "people_contact_detail",
    "email": "people_contact_detail",
    "address": "people_residence",
    "number": "people_identifier",
}


def take_back(
    told: Mapping[str, Sequence[UUID]], *, of: Sequence[UUID], by: UUID | None, at: datetime
) -> None:
    """Delete what was told of these persons: ids of telephones, e-mails, addresses and numbers, by `TABLES`.

    Whose they were in truth may be somebody else: they are no more dialled, nor found by. The journal keeps how many.
    """
    for what, ids in told.items():
        run(f"delete from {TABLES[what]} where id = any(%s)", [list(ids)])  # noqa: S608 - our own tables
    counts = {what: len(ids) for what, ids in told.items() if ids}
    if counts:
        record("people.details_taken_back", at=at, by=by, subjects=list(of), told=counts)
