"""What a row becomes: a record, or a fault that a person can mend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One thing wrong with one value. `reason` is a code; `sentence` is for a person.

    The value is personal data: it goes to the quarantine page, never to a log.
    """

    column: str
    value: str
    reason: str
    allowed: str
    more: tuple[Fault, ...] = ()

    @property
    def sentence(self) -> str:
        """What happened, the value, what is allowed, what to do."""
        what = SAID.get(self.reason, "cannot be used")
        shown = f" {self.value[:80]!r}" if self.value else ""
        return f"{self.column}{shown} {what}; {self.allowed}."


SAID = {
    "missing": "is empty",
    "not_a_date": "is not a date in the agreed form",
    "future": "lies in the future",
    "too_early": "is too long ago",
    "out_of_order": "is later than the report of it",
    "unknown_code": "is not a code that the mapping knows",
    "not_a_word": "is not a code",
    "not_an_age": "is not an age",
    "not_a_count": "is not a whole number",
    "not_a_number": "fails its check digit",
    "not_a_phone": "is not a telephone number that can be called",
    "not_an_email": "is not an email address",
    "not_a_postcode": "has not the shape of a postcode",
    "too_long": "is too long",
    "error": "is a spreadsheet's error or a formula without a value",
    "control": "holds control characters",
    "formula": "reads as a formula, not as a name",
    "conflict": "came before with other values",
    "yourself": "is a contact of themselves",
    "unknown_case": "is nobody who has a case",
    "unknown_person": "is nobody whom this sender has reported yet",
    "outside_days": "is no day on which the case could infect",
    "nobody": "says nothing of whose result it is",
}


@dataclass(kw_only=True, slots=True)
class Record:
    """One result as its sender gave it, in our codes. `None` is what nobody said.

    Nobody changes one, though it is not frozen: to set so many fields through the guard of a frozen class
    took as long as to read them. `status` is preliminary, final, corrected or withdrawn (entered in error: nothing of it
    stands, and its result reads `void` whatever its sender left in it). `excluded` is a reason for which it opens no case;
    `notes` are contact details that could not be used: a wrong telephone number must not hold up a positive result.
    `assumed` names the times that nobody gave.
    """

    report_id: str
    reported_at: datetime
    taken_at: datetime
    disease: str
    result: str
    status: str = "final"
    decided: bool = False  # by a person, in quarantine: this version is right
    test_kind: str | None = None
    route: str | None = None
    pillar: str | None = None
    purpose: str | None = None
    nhs_number: str | None = None
    patient_id: str | None = None
    household_id: str | None = None
    infector_ids: tuple[str, ...] = ()
    linked_ids: tuple[str, ...] = ()
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
    onset_on: date | None = None
    symptomatic: str | None = None
    setting: str | None = None
    setting_kind: str | None = None
    content: bytes
    excluded: str | None = None
    notes: tuple[Fault, ...] = ()
    assumed: tuple[str, ...] = ()
