"""How a contact that a list tells of stands: to be rung, or closed at once, and opened again by a later meeting.

It is judged once all links of a batch are known, so that it does not depend on the order of their rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from throughline.tracing.actions.closing import NO_DETAILS, NOT_REACHED, REACHED
from throughline.tracing.actions.contact_offers import due_of, held_by
from throughline.tracing.models import Case, Contact, Holding
from throughline.tracing.queries import terms
from throughline.tracing.queries.subjects import OPEN
from throughline.tracing.rules.acceptance import accept_by
from throughline.tracing.rules.complexity import Assignment
from throughline.tracing.rules.dates import day_of
from throughline.tracing.rules.infectious import Anchor
from throughline.tracing.rules.window import calling_window
from throughline.workforce.models import Team


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A contact with what says how it stands: the case's day 0, their own case, and who answers for them."""

    contact: Contact
    anchor: Anchor
    own: Case | None
    team: Team | None
    assignment: Assignment


@dataclass(kw_only=True)
class Settling:
    """Contacts on their way to how they stand: who is to be rung and until when, and who answers for them."""

    at: datetime
    # Asked once for all.
    zone: ZoneInfo
    to_ring: list[tuple[Contact, datetime]] = field(default_factory=list)
    holdings: list[Holding] = field(default_factory=list)

    @staticmethod
    def was_left_unrung(contact: Contact) -> bool:
        """Whether it was closed without anybody having tried, so that a later meeting opens it again."""
        return (
            contact.outcome in (NOT_REACHED, NO_DETAILS)
            and contact.merged_into_id is None
            and contact.became_case_id is None
            and contact.first_attempt_at is None
            and contact.reached_at is None
        )

    def begin(self, one: Standing) -> None:
        """Close at once whom nobody needs to ring: who was spoken with as a case, and who is out of reach or of time."""
        contact, own = one.contact, one.own
        if self._is_over(contact):
            contact.isolate_from, contact.released_at = None, self.at
        if own is not None:
            if own.outcome != OPEN:
                self._close_as(contact, own)
        elif not contact.details_given:
            contact.outcome, contact.closed_at = NO_DETAILS, self.at
        elif (ends := self._window_of(one)) <= self.at:
            contact.outcome, contact.closed_at = NOT_REACHED, self.at
        else:
            self.to_ring.append((contact, ends))
        self.holdings.append(self._holding(one, reason=""))

    def open_again(self, one: Standing) -> bool:
        """Have whom nobody rang wait again, where a later meeting left a call of use; say whether it did."""
        contact = one.contact
        if not self._is_over(contact):
            contact.isolate_from, contact.released_at = contact.isolate_from or self._today, None
        ends = self._window_of(one)
        if not contact.details_given or ends <= self.at:
            return False
        contact.outcome, contact.closed_at = OPEN, None
        self.to_ring.append((contact, ends))
        self.holdings.append(self._holding(one, reason="reopened"))
        return True

    @property
    def _today(self) -> date:
        return day_of(self.at, zone=self.zone)

    def _is_over(self, contact: Contact) -> bool:
        return contact.isolate_until is not None and contact.isolate_until < self._today

    def _close_as(self, contact: Contact, own: Case) -> None:
        ended = own.outcome in (REACHED, NOT_REACHED, NO_DETAILS)
        contact.outcome, contact.closed_at = own.outcome if ended else NOT_REACHED, self.at
        if own.outcome == REACHED:
            contact.reached_at = self.at
            contact.reached_how, contact.reached_by = own.reached_how, own.reached_by

    def _window_of(self, one: Standing) -> datetime:
        """When a call is of no more use. Without a last day, once a further positive would be another illness."""
        rules = terms.protocol(one.contact.protocol, one.contact.protocol_version)
        last = one.anchor.on + timedelta(days=rules.episode.gap_days)
        return calling_window(
            rules,
            subject="contact",
            # The hours in which a call is of use begin with what makes it of use.
            opened_at=self.at,
            until=one.contact.isolate_until or last,
            zone=self.zone,
        ).closes_at

    def _holding(self, one: Standing, *, reason: str) -> Holding:
        contact = one.contact
        over = contact.outcome != OPEN
        with_team = None if over else held_by(contact, one.team)
        return Holding(
            subject="contact",
            subject_id=contact.id,
            household_id=contact.household_id,
            team_id=with_team,
            managed_by=contact.managed_by,
            offered_at=self.at,
            due_at=None
            if over
            else accept_by(self.at)
            if with_team
            else due_of(one.assignment.handover_hours, one.team, at=self.at),
            ended_at=self.at if over else None,
            end="withdrawn" if over else None,
            reason="window_over" if over else reason,
        )
