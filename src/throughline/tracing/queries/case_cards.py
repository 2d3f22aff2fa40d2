"""What a case's page and the lists show, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from throughline.tracing.queries.cards import PersonCard, TimelineLine


@dataclass(frozen=True, kw_only=True)
class DatedLine:
    """One date of a case and the steps that led to it."""

    title: str
    on: date | None
    until: date | None = None
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ResultLine:
    """One test of the person's illness, and what became of it."""

    result: str
    test_kind: str
    taken_at: datetime | None
    reported_at: datetime | None
    received_at: datetime
    exclusion: str
    in_episode: bool
    correction: Correction | None = None


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What the laboratory said later of a test: when that came, and what it says now.

    `result` is empty where it speaks of somebody else; `taken_at` is given where that was changed too.
    """

    received_at: datetime | None
    reported_at: datetime | None
    result: str  # positive | negative | void | withdrawn
    taken_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ContactLine:
    """A contact, seen from its case; or a case, seen from its contact. `name` empty: not shared with you."""

    ref: UUID
    case_ref: UUID | None
    name: str
    exposure_kind: str
    household: bool | None
    exposed_on: date | None
    isolate_until: date | None
    steps: tuple[str, ...]
    outcome: str
    reached_how: str
    became_case_ref: UUID | None


@dataclass(frozen=True, kw_only=True)
class UntracedLine:
    """A name that was given and not traced, with the reason; or one that still waits for the worker."""

    name: str
    reason: str
    waiting: bool


@dataclass(frozen=True, kw_only=True)
class HoldingLine:
    """One spell of responsibility."""

    subject: str
    holder: str
    managed_by: str
    offered_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    ended_at: datetime | None
    end: str
    reason: str
    late: bool
    of_team: bool


@dataclass(frozen=True, kw_only=True)
class VisitLine:
    """A place that the case was at."""

    setting_ref: UUID
    name: str
    kind: str
    role: str
    from_on: date | None
    to_on: date | None


@dataclass(frozen=True, kw_only=True)
class EscalationLine:
    """A rule that sent a case to health protection, or was kept from doing so."""

    case_ref: UUID
    rule: str
    setting: str
    kind: str
    suppressed: bool
    why: str
    at: datetime
    protocol: str
    version: int


@dataclass(frozen=True, kw_only=True)
class SettingLine:
    """A setting that rules sent to health protection, or were kept from sending, with all of its cases at once."""

    setting: str
    kind: str
    rules: tuple[str, ...]
    why: str
    cases: int
    at: datetime  # of the newest
    case_ref: UUID  # the newest


@dataclass(frozen=True, kw_only=True)
class ItemLine:
    """The household's open conversation, as whoever may move it needs to know it."""

    ref: UUID
    state: str
    revision: int
    team_name: str
    mine: bool
    accepted_at: datetime | None
    handover_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """Everything that is known of one case."""

    ref: UUID
    person: PersonCard
    disease: str
    protocol: str
    protocol_version: int
    protocol_title: str
    tier: str
    managed_by: str
    managed_by_first: str
    area: str
    outcome: str
    reached_at: datetime | None
    reached_how: str
    transferred_at: datetime
    symptomatic: bool | None
    contacts_named: int | None
    merged_into_ref: UUID | None
    dates: tuple[DatedLine, ...]
    results: tuple[ResultLine, ...]
    contacts: tuple[ContactLine, ...]
    untraced: tuple[UntracedLine, ...]
    contact_of: tuple[ContactLine, ...]
    other_cases: tuple[UUID, ...]
    holdings: tuple[HoldingLine, ...]
    escalations: tuple[EscalationLine, ...]
    visits: tuple[VisitLine, ...]
    shared_with: tuple[str, ...]
    item: ItemLine | None
    timeline: tuple[TimelineLine, ...]
    revision: int


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """A case in a team's list."""

    ref: UUID
    name: str
    age: int | None
    disease: str
    outcome: str
    managed_by: str
    tier: str
    transferred_at: datetime
    shared_at: datetime
    why: str
    after: str  # where a page begins that follows this row; empty where none follows
    persons: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class InboxRow:
    """A household that waits for the team to accept it, with its clock."""

    item_ref: UUID
    revision: int
    case_ref: UUID | None
    names: tuple[str, ...]
    subjects: int
    handed_over_at: datetime
    due_at: datetime
    late: bool
    accepted: bool
    persons: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One thing that was compared, how it came out, and what it counts."""

    what: str
    how: str
    points: int


@dataclass(frozen=True, kw_only=True)
class QuestionRow:
    """Two persons who may be one, with the reasons for and against."""

    id: UUID
    score: float
    reasons: tuple[Reason, ...]
    newer: PersonCard
    older: PersonCard
    asked_at: datetime

    @property
    def persons(self) -> tuple[UUID, ...]:
        """Whom the row shows."""
        return (self.newer.person_id, self.older.person_id)
