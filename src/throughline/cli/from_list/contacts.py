"""A list of contacts, or the infectors that a line list names, as contacts of its cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from throughline.cli.from_list.cases import AT_ONCE, Listed
from throughline.cli.from_list.listed import Bad, ListFile, bad, torn
from throughline.cli.from_list.people import Person
from throughline.definitions.forms import traced
from throughline.definitions.forms.mapping import Mapping as Form
from throughline.intake.parsing import Row
from throughline.intake.rules.record import Fault
from throughline.intake.rules.traced import PAIR, contact_reader
from throughline.measures.tables import CONTACTS
from throughline.measures.tidy import types_of

OF_THE_PERSON = ("household_id", "area", "region", "under_18")


@dataclass(kw_only=True)
class Paired:
    """What a list of contacts came to. Received = accepted + duplicates + faults.

    `assumed` counts the contacts of whom nobody says when they were identified: it is when their case was transferred.
    """

    contacts: pl.DataFrame
    received: int
    duplicates: int
    faults: list[Bad]
    assumed: Counter[str]

    @property
    def accepted(self) -> int:
        """How many rows became a contact."""
        return self.contacts.height


def read_contacts(
    file: ListFile,
    form: Form,
    listed: Listed,
    *,
    now: datetime,
    progress: Callable[[int], None] = lambda _: None,
) -> Paired:
    """Read every row of a list of contacts. Raises FileRefused when a column that is needed is not there."""
    read = contact_reader(form, file.columns, received_at=now)
    reading = _Reading(form, listed)
    for row in file.rows():
        if row.fields is None:
            reading.refuse(torn(row))
        elif isinstance(said := read(row.fields), Fault):
            reading.refuse(bad(row, said))
        else:
            reading.take(row, said, tuple(row.fields))
        if reading.received % AT_ONCE == 0:
            progress(reading.received)
    return reading.paired()


def infected_by(form: Form, listed: Listed) -> Paired:
    """Return the contacts that a line list tells in itself: whoever infected somebody had contact with them."""
    reading = _Reading(form, listed)
    for row, infector, infected in listed.pairs:
        said = {"case_id": infector, "person_id": infected}
        reading.take(row, said, (infector, infected))
    return reading.paired()


@dataclass
class _Reading:
    form: Form
    listed: Listed
    received: int = 0
    duplicates: int = 0
    faults: list[Bad] = field(default_factory=list)
    assumed: Counter[str] = field(default_factory=Counter)
    seen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    frames: list[pl.DataFrame] = field(default_factory=list)

    def __post_init__(self) -> None:
        extra = {name: pl.String() for name in self.form.contact if name.startswith(traced.EXTRA)}
        self.types: Mapping[str, pl.DataType] = {**types_of(CONTACTS), **extra}
        self.cases = frozenset(self.listed.cases["case_id"])

    def refuse(self, fault: Bad) -> None:
        """Count a row that cannot be read."""
        self.received += 1
        self.faults.append(fault)

    def take(self, row: Row, said: dict[str, Any], cells: tuple[str, ...]) -> None:
        """Count a row as a contact, as one that was there before, or as a fault."""
        known = self.listed.people.known
        case, person = known.get(said["case_id"]), known.get(said.get("person_id") or "")
        if (fault := self._wrong(said, case, person)) is not None:
            self.refuse(bad(row, fault))
            return
        contact = self._contact(said, case, person)
        before = self.seen.setdefault(contact["contact_id"], cells)
        if before is not cells:
            if before == cells:
                self.received += 1
                self.duplicates += 1
            else:
                self.refuse(
                    bad(row, self._fault("contact_id", "person_id", said, "conflict", _AGAIN))
                )
            return
        self.received += 1
        self.rows.append(tuple(contact.get(name) for name in self.types))
        if len(self.rows) >= AT_ONCE:
            self._keep()

    def paired(self) -> Paired:
        """Return what came of all."""
        self._keep()
        return Paired(
            contacts=pl.concat(self.frames),
            received=self.received,
            duplicates=self.duplicates,
            faults=self.faults,
            assumed=self.assumed,
        )

    def _wrong(
        self, said: dict[str, Any], case: Person | None, person: Person | None
    ) -> Fault | None:
        if case is not None and case is person:
            return self._fault("person_id", "", said, "yourself", _YOURSELF)
        has_case = case is not None and case.case_id in self.cases
        if not has_case and said.get("identified_at") is None:
            return self._fault("case_id", "", said, "unknown_case", _UNKNOWN)
        return None

    def _fault(
        self, field_: str, or_: str, said: dict[str, Any], reason: str, allowed: str
    ) -> Fault:
        sources = {**PAIR, **self.form.contact}
        name = field_ if field_ in said and field_ in sources else or_ or field_
        column = " or ".join(sources[name].columns) if name in sources else name
        return Fault(column=column, value=str(said.get(name)), reason=reason, allowed=allowed)

    def _contact(
        self, said: dict[str, Any], case: Person | None, person: Person | None
    ) -> dict[str, Any]:
        contact = dict(said)
        if case is not None and case.case_id in self.cases:
            contact["case_id"] = case.case_id
            contact["case_transferred_at"] = case.transferred_at
        if person is not None:
            contact["person_id"] = person.person_id
            contact["became_case_id"] = person.case_id if person.case_id in self.cases else None
            for name in OF_THE_PERSON:
                if contact.get(name) is None:
                    contact[name] = getattr(person, name)
            # Whoever has a row in the list was tested.
            contact["tested"] = True if contact.get("tested") is None else contact["tested"]
        if contact.get("identified_at") is None:
            contact["identified_at"] = contact["case_transferred_at"]
            self.assumed["case_transferred_at"] += 1
        if contact.get("household") is None and case is not None and case.household_id:
            other = contact.get("household_id")
            contact["household"] = None if other is None else other == case.household_id
        if contact.get("outcome") is None:
            contact["outcome"] = "reached" if contact.get("reached_at") else "open"
        if contact.get("contact_id") is None:
            contact["contact_id"] = f"{_plain(contact['case_id'])}:{_plain(contact['person_id'])}"
        contact["recorded_at"] = contact["identified_at"]
        return contact

    def _keep(self) -> None:
        self.frames.append(pl.DataFrame(self.rows, schema=self.types, orient="row"))
        self.rows = []


_AGAIN = "each contact of a case has one row, so take one of them out or give them ids of their own"
_YOURSELF = "a contact is somebody else, so correct one of the two"
_UNKNOWN = "nothing else says when the contact was identified, so correct it, add the case to the list, or map identified_at"


def joined(listed: Paired, told: Paired) -> pl.DataFrame:
    """Return the contacts of a list of their own, and after them those that the line list tells besides."""
    besides = told.contacts.join(listed.contacts, on=["case_id", "person_id"], how="anti")
    return pl.concat([listed.contacts, besides])


def named(cases: pl.DataFrame, contacts: pl.DataFrame, *, all_listed: bool) -> pl.DataFrame:
    """Return the cases with how many contacts each named, where the list does not say so itself.

    Where all contacts are listed, a case that was reached and has none named nobody; of one not reached nothing is known.
    """
    counted = contacts.group_by("case_id").agg(named=pl.len().cast(pl.Int64))
    found = cases.join(counted, on="case_id", how="left", maintain_order="left")
    none = pl.when((pl.col("outcome") == "reached") & all_listed).then(0)
    return found.with_columns(
        contacts_named=pl.coalesce("contacts_named", "named", none).cast(pl.Int64)
    ).drop("named")


def _plain(id_: str) -> str:
    """Return an id so that two of them with a colon between are told apart again."""
    return id_.replace("%", "%25").replace(":", "%3A")
