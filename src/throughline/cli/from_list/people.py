"""Who is who in a list: ids that say nothing of a person, and the cases by whatever a list of contacts calls them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from throughline.intake.rules.record import Record
from throughline.people.rules.names import name_key


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody in the list, as far as their contacts need it. `case_id` is None for whoever has no case."""

    person_id: str
    case_id: str | None = None
    transferred_at: datetime | None = None
    household_id: str | None = None
    area: str | None = None
    region: str | None = None
    under_18: bool | None = None


@dataclass(slots=True)
class People:
    """The persons of a list: by the sender's number, else by NHS number, else by name and birth date."""

    found: dict[tuple[object, ...], str] = field(default_factory=dict)
    known: dict[str, Person] = field(default_factory=dict)

    def person_id(self, said: Record) -> str:
        """Return the id of a row's person: the sender's number, or one made up that says nothing of them.

        A name alone makes nobody the same: without a birth date each row is a person of its own.
        """
        if said.patient_id:
            return said.patient_id
        name = said.full_name or f"{said.given_name or ''} {said.family_name or ''}"
        key: tuple[object, ...] = (len(self.found),)
        if said.nhs_number:
            key = ("nhs", said.nhs_number)
        elif said.birth_date:
            key = (name_key(name), said.birth_date)
        return self.found.setdefault(key, f"person-{len(self.found) + 1}")

    def add(self, person: Person, *names: str | None) -> None:
        """Remember a person under all they may be called; whoever was called so first stays, unless without a case."""
        for name in names:
            if name and ((before := self.known.get(name)) is None or before.case_id is None):
                self.known[name] = person
