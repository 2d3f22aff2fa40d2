"""What somebody says of a person, and whom we found it to be.

None of these is frozen, since there are thousands a second; nobody changes one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

How = Literal["identifier", "scored", "new", "unsure"]


@dataclass(kw_only=True, slots=True)
class Home:
    """Where a person is said to live. `senders_key` stands for a household that a sender only numbers."""

    line_1: str = ""
    line_2: str = ""
    town: str = ""
    postcode: str = ""
    area: str = ""
    region: str = ""
    institution: bool = False
    senders_key: str = ""


@dataclass(kw_only=True, slots=True)
class PersonClaim:
    """A person as a result or a named contact tells of them; what nobody said is empty.

    `identifiers` are (scheme, value): `nhs`, or `sender:<code>` for a sender's own number. `phones` are in
    their key form. `lives_with` is the household of the case that named them, when they live together.
    `on` is the day the claim speaks of: ages count from it, and a residence begins with it.
    """

    on: date
    given_name: str = ""
    family_name: str = ""
    birth_date: date | None = None
    age: float | None = None
    sex: str = ""
    language: str = ""
    phones: tuple[str, ...] = ()
    email: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    home: Home | None = None
    lives_with: UUID | None = None


@dataclass(kw_only=True, slots=True)
class Match:
    """Whom a claim was found to be. `question`: somebody they may also be, which a person will decide."""

    person_id: UUID
    household_id: UUID
    how: How
    question: UUID | None = None
