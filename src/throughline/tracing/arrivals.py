"""A result as intake hands it over: read, matched to a person, not yet judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(kw_only=True, slots=True)
class Arrival:
    """One result of one person. `excluded` is the sender's mapping's reason; `supersedes` what it corrects.

    `superseded_by` is the correction that overtook it: then it is kept, and nothing follows from it. `status` is preliminary, final, corrected or withdrawn; of a withdrawn one nothing stands.

    Not frozen, since there are thousands a second; nobody changes one.
    """

    result_id: UUID
    person_id: UUID
    household_id: UUID
    sender_id: UUID
    message_id: UUID
    row_number: int
    report_id: str
    disease: str
    result: str
    test_kind: str
    route: str
    pillar: str
    purpose: str
    taken_at: datetime
    reported_at: datetime
    received_at: datetime
    onset_on: date | None
    symptomatic: bool | None
    area: str
    region: str
    setting: str
    setting_kind: str
    status: str = "final"
    excluded: str | None = None
    supersedes: UUID | None = None
    superseded_by: UUID | None = None


@dataclass(kw_only=True, slots=True)
class Tally:
    """What became of the positives of a batch: each opened a case, joined one, or was excluded."""

    positives: int = 0
    opened: int = 0
    joined: int = 0
    excluded: int = 0


@dataclass(kw_only=True, slots=True)
class Meeting:
    """A meeting with somebody that may be a case, by all records of theirs."""

    case_of: frozenset[UUID]
    disease: str
    exposure_kind: str
    lives_with: bool
    exposed_on: date | None


@dataclass(kw_only=True, slots=True)
class Met(Meeting):
    """A link as intake hands it over: a meeting, and who it was that met them, with all their records."""

    person_id: UUID
    household_id: UUID
    records: frozenset[UUID]


NO_CASE, OUTSIDE, YOURSELF = "no_case", "outside", "yourself"


@dataclass(frozen=True, kw_only=True, slots=True)
class Linked:
    """What a link came to: a contact and its exposure, or why there is none, with a sentence's end where it helps."""

    contact_id: UUID | None = None
    exposure_id: UUID | None = None
    why: str = ""  # no_case | outside | yourself
    said: str = ""
