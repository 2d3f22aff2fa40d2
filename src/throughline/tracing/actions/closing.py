"""Closing cases and contacts, with the end of whoever answered for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Q

from throughline.core.context import acting, current
from throughline.core.roles import Role
from throughline.journal.actions import Act, record_all
from throughline.tracing.models import Case, Contact, Holding
from throughline.tracing.queries.subjects import OPEN

Closable = TypeVar("Closable", Case, Contact)

REACHED, NOT_REACHED, NO_DETAILS = "reached", "not_reached", "no_details"


@dataclass(frozen=True, kw_only=True)
class End:
    """How it ended for one or more subjects of one conversation."""

    outcome: str
    at: datetime
    by: UUID | None
    how: str | None = None  # self | guardian | household_member | institution | web
    supplier: UUID | None = None
    taken_at: datetime | None = None  # when the one who reached them took the work


def close_cases(cases: Iterable[Case], end: End) -> list[UUID]:
    """Close these cases, what the same persons were contacts of, and their holdings; return all ids."""
    closed = [_close(one, end) for one in cases if one.outcome == OPEN]
    followers = [
        contact
        for case in closed
        for contact in Contact.objects.filter(
            Q(became_case=case) | Q(person_id=case.person_id, protocol=case.protocol), outcome=OPEN
        )
    ]
    return [one.id for one in closed] + close_contacts(followers, end, holdings_of=closed)


def close_contacts(
    contacts: Iterable[Contact], end: End, *, holdings_of: Sequence[Case] = ()
) -> list[UUID]:
    """Close these contacts and their holdings and return their ids; one entry for each subject closed."""
    closed = [_close(one, end) for one in contacts if one.outcome == OPEN]
    subjects: list[Case | Contact] = [*holdings_of, *closed]
    end_holdings([one.id for one in subjects], end)
    record_all(
        Act(
            kind=f"tracing.{'case' if isinstance(one, Case) else 'contact'}_closed",
            at=end.at,
            by=end.by,
            supplier=end.supplier,
            subjects=(one.id, one.person_id),
            body={"outcome": end.outcome, "how": end.how},
        )
        for one in subjects
    )
    return [one.id for one in closed]


def _close(subject: Closable, end: End) -> Closable:
    subject.outcome = end.outcome
    subject.closed_at = max(end.at, _opened_at(subject))
    if end.outcome == REACHED:
        subject.reached_at = subject.closed_at
        subject.reached_how = end.how
        subject.reached_by = end.supplier
    subject.revision += 1
    subject.save()
    return subject


def _opened_at(subject: Case | Contact) -> datetime:
    return subject.transferred_at if isinstance(subject, Case) else subject.identified_at


def end_holdings(subject_ids: Sequence[UUID], end: End) -> None:
    """End the spells of responsibility for these subjects; a success belongs to who had the work."""
    if not subject_ids:
        return
    context = current()
    if context is None or context.role in (Role.MATCH, Role.AUTHORITY, Role.CLOCK):
        _end_holdings(subject_ids, end)
        return
    # A handler sees no holdings; ending them is a matter of responsibility, not of names.
    with acting(Role.DISPATCH, user=end.by):
        _end_holdings(subject_ids, end)


def _end_holdings(subject_ids: Sequence[UUID], end: End) -> None:
    for one in Holding.objects.select_for_update().filter(
        subject_id__in=subject_ids, ended_at__isnull=True
    ):
        one.provider_id = one.provider_id or end.supplier
        if one.accepted_at is None and end.taken_at is not None:
            one.accepted_at = max(end.taken_at, one.offered_at)
        one.ended_at = max(end.at, one.offered_at)
        one.end = end.outcome
        one.save()
