"""What a handler's screen shows, as values: nothing in here can reach another household."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from throughline.definitions.forms.script import Step
from throughline.definitions.interview import Progress
from throughline.tracing.queries.derivations import Isolation


@dataclass(frozen=True, kw_only=True)
class AttemptLine:
    """One earlier attempt to reach the household, by whichever supplier."""

    at: datetime
    channel: str
    outcome_title: str
    by_name: str
    supplier: str
    endpoint_id: UUID | None = None
    open: bool = False  # begun in this lease and not ended: the telephone is ringing, or they talk


@dataclass(frozen=True, kw_only=True)
class PhoneLine:
    """A telephone number, as it is read and as a `tel:` link."""

    detail_id: UUID
    display: str
    tel_uri: str
    endpoint_id: UUID
    wrong: bool


@dataclass(frozen=True, kw_only=True)
class PersonCard:
    """A person. Until identity is confirmed only the name and the telephone are filled."""

    person_ref: UUID
    person_id: UUID
    display_name: str
    first_name: str
    is_child: bool
    revealed: bool
    phones: tuple[PhoneLine, ...]
    language: str = ""
    age: int | None = None
    birth_date: date | None = None
    address_lines: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NamedRow:
    """A row of the contact grid. `locked`: passed on after an earlier conversation."""

    ref: UUID
    position: int
    given_name: str
    family_name: str
    phone: str
    email: str
    age: int | None
    same_household: bool
    exposure_kind: str
    last_met_on: date | None
    place: str
    informed_by: str
    locked: bool
    saved_at: datetime
    revision: int
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OtherAtHome:
    """Another open contact in the household, with a day of their own: told now, or to be rung."""

    ref: UUID
    display_name: str
    is_child: bool
    isolation: Isolation


@dataclass(frozen=True, kw_only=True)
class InterviewState:
    """One person's script: where it stands, what was answered, what may be said."""

    ref: UUID
    script: str
    version: int
    step_id: str
    step: Step | None  # None: nothing is left to say
    said: str  # the step's text with its values in place
    suggests: str  # an outcome's code, to be offered first
    progress: Progress
    answers: Mapping[str, Any]
    flags: Mapping[str, bool]
    values: Mapping[str, str]
    named: tuple[NamedRow, ...]
    others: tuple[OtherAtHome, ...]
    identity_confirmed: bool
    identity_asks: tuple[str, ...]  # birth_date | age | postcode | full_name: what can be compared
    identity_note: str  # what to do when little or nothing can be compared
    derived: Isolation
    voicemail: str
    revision: int
    saved_at: datetime


@dataclass(frozen=True, kw_only=True)
class SubjectLine:
    """One person that the conversation is about, and their script if it was begun."""

    kind: str  # case | contact | retraction
    called_as: str  # case | contact
    id: UUID
    ref: UUID
    person: PersonCard
    state: str  # waiting | begun | told
    title: str
    script: str
    interview: InterviewState | None


@dataclass(frozen=True, kw_only=True)
class TimelineLine:
    """One thing that happened, newest first."""

    at: datetime
    title: str
    detail: str = ""
    who: str = ""


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """The household in hand."""

    item_ref: UUID
    kind: str
    language: str
    interpreter: bool
    attempts: tuple[AttemptLine, ...]
    allowance_note: str | None
    subjects: tuple[SubjectLine, ...]
    timeline: tuple[TimelineLine, ...]
    callback_note: str | None
    members: tuple[str, ...] = field(default=())  # first names of the household, for its strip
