"""A row of a list of links: who met whom, by the sender's own numbers, and perhaps who the contact is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from throughline.definitions.forms.links import LINK_KINDS, LINK_NEEDS, NAMED_BY, PERSON_KINDS
from throughline.definitions.forms.mapping import LINK_CODES, Mapping
from throughline.intake.parsing.writing import UNREADABLE
from throughline.intake.rules.columns import Columns, Known, as_one
from throughline.intake.rules.excluding import excluding
from throughline.intake.rules.record import Fault

OF_A_LINK = Known(
    kinds=LINK_KINDS | PERSON_KINDS,
    codes=LINK_CODES,
    needed=frozenset(LINK_NEEDS),
    # A bad value becomes a note: the link goes on without it.
    soft=frozenset({"phone", "email", "postcode", "nhs_number", "language"}),
)


@dataclass(kw_only=True, slots=True)
class Link:
    """One link as its sender gave it, in our codes. `None` is what nobody said.

    `content` is what the link says of the meeting alone: the same meeting told twice is one. `excluded` is a reason
    for which it makes nobody a contact.
    """

    from_id: str
    to_id: str
    disease: str
    exposure_kind: str | None = None
    exposed_on: date | None = None
    lives_with: bool | None = None
    nhs_number: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    full_name: str | None = None
    birth_date: date | None = None
    age: float | None = None
    sex: str | None = None
    address_line_1: str | None = None
    address_line_2: str | None = None
    town: str | None = None
    postcode: str | None = None
    area: str | None = None
    region: str | None = None
    phone: str | None = None
    email: str | None = None
    language: str | None = None
    from_column: str
    to_column: str
    exposed_column: str
    content: bytes
    excluded: str | None = None
    notes: tuple[Fault, ...] = ()

    @property
    def names_contact(self) -> bool:
        """Whether it says who the contact is, so that nobody else need have told of them before."""
        return any(getattr(self, name) for name in NAMED_BY)


LinkReader = Callable[[Sequence[str]], Link | Fault]


def compile_links(
    mapping: Mapping,
    columns: Sequence[str],
    *,
    received_at: datetime,
    allow_drama_numbers: bool = False,
) -> LinkReader:
    """The function that turns each row of a file with these columns into a link or a fault.

    Raises FileRefused when a column that the mapping needs is not in the file.
    """
    compiled = Columns(
        mapping.file,
        mapping.link,
        columns,
        OF_A_LINK,
        received_at=received_at,
        allow_drama=allow_drama_numbers,
    )
    excluded = excluding(compiled, mapping.excluded)
    unreadable = compiled.places.get(UNREADABLE)
    named: dict[str, Any] = {
        f"{what}_column": compiled.column(field_)
        for what, field_ in (("from", "from_id"), ("to", "to_id"), ("exposed", "exposed_on"))
    }

    def read(row: Sequence[str]) -> Link | Fault:
        if unreadable is not None and (sentence := row[unreadable]):
            return Fault(column="", value="", reason=UNREADABLE, allowed=sentence)
        found, faults, notes = compiled.read(row)
        if faults:
            return as_one(faults)
        said = "\x1f".join(str(found.get(name)) for name in LINK_KINDS)
        content = blake2b(said.encode(), digest_size=16).digest()
        return Link(content=content, excluded=excluded(row), notes=tuple(notes), **named, **found)

    return read
