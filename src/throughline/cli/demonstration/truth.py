"""Which of the town's people stands behind each person on record: known to the town, never to the service.

A person of whom a laboratory told is known by the number of the report, one who was named by the row of
the grid in which the town's case named them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import transaction

from throughline.core.context import acting
from throughline.core.copying import fetch
from throughline.core.roles import Role
from throughline.rehearsal.model import Infection, MetContact, Person, Setting, SettingMember
from throughline.rehearsal.town import Town


class Truth:
    """The town, asked by the service's own keys."""

    def __init__(self, town: Town) -> None:
        """Sort what the answers are made of."""
        self.town = town
        self._persons: dict[UUID, Person] = {}
        self._named: dict[tuple[UUID, int], str] = {}
        self._infections = {one.person_id: one for one in town.infections}
        self._memberships: dict[str, list[SettingMember]] = {}
        for one in town.setting_members:
            self._memberships.setdefault(one.person_id, []).append(one)

    def person(self, person_id: UUID) -> Person | None:
        """Return who this is, or None for somebody whom only a faulty row made."""
        return self._persons.get(person_id)

    def infection(self, person: Person) -> Infection | None:
        """Return the infection of somebody who has one."""
        return self._infections.get(person.id)

    def met(self, person: Person) -> list[MetContact]:
        """Return whom a case met and would name."""
        return [one for one in self.town.contacts_by_case.get(person.id, ()) if one.is_named]

    def postcodes(self, person: Person) -> set[str]:
        """Return the postcodes of every home that the person has."""
        homes = {person.household_id} | {
            one.household_id for one in self.town.members if one.person_id == person.id
        }
        return {self.town.household[one].address.postcode for one in homes}

    def settings(self, person: Person) -> Iterable[tuple[Setting, SettingMember]]:
        """Return where the person works, learns, lives or was a guest."""
        for one in self._memberships.get(person.id, ()):
            yield self.town.setting[one.setting_id], one

    def note_named(self, case_id: UUID, position: int, met: MetContact) -> None:
        """Remember whom a row of the grid is about."""
        self._named[case_id, position] = met.person_id

    def look(self, *, since: date) -> None:
        """Look up whom the results since that day, and the rows passed on, were found to be about."""
        with transaction.atomic(), acting(Role.MATCH):
            results = fetch(
                "select report_id, person_id from tracing_result where received_at >= %s", [since]
            )
            rows = fetch(
                """select n.case_id, n.position, c.person_id from tracing_named_contact n
                join tracing_contact c on c.id = n.contact_id where n.case_id = any(%s)""",
                [list({case for case, _ in self._named})],
            )
        for report, person_id in results:
            self._know(person_id, self.town.truth[report])
        for case, position, person_id in rows:
            if (case, position) in self._named:
                self._know(person_id, self._named.pop((case, position)))

    def _know(self, person_id: UUID, of_town: str) -> None:
        # Two of the town may be found to be one person on record; the first stands for both.
        self._persons.setdefault(person_id, self.town.person[of_town])
