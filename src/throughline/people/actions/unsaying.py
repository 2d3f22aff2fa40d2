"""Persons whom only a load undone since spoke of: what it said of them no longer counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from throughline.core.copying import fetch
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
