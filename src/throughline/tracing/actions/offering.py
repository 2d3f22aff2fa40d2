"""Households whose subjects changed: offered again for those still to be spoken with, or closed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from throughline.calling.actions import Offer, close_items, offer
from throughline.people.models import Person
from throughline.tracing.actions.opening import DEFAULT_LANGUAGE, SKILL
from throughline.tracing.models import Case, Contact
from throughline.tracing.queries import terms
from throughline.tracing.queries.subjects import RETRACTION, Subject, open_subjects
from throughline.tracing.rules.window import calling_window


def offer_or_close(
    households: Iterable[UUID],
    *,
    offered: Collection[UUID] = (),
    reason: str,
    by: UUID | None,
    at: datetime,
) -> None:
    """Close the items of households that nobody is left for; offer again those in `offered` who have somebody.

    An item in a hand stays open until its lease ends.
    """
    idle = []
    for household in dict.fromkeys(households):
        subjects = open_subjects(household)
        if not subjects:
            idle.append(household)
        elif household in offered:
            offer_again(household, subjects, by=by, at=at)
    close_items(idle, reason=reason, by=by, at=at)


def offer_again(
    household: UUID, subjects: Collection[Subject], *, by: UUID | None, at: datetime
) -> None:
    """Offer a household for these open subjects: it waits again, or its open item is raised."""
    persons = Person.objects.in_bulk([one.person_id for one in subjects])
    offer(
        [_offer(household, one, persons[one.person_id], len(subjects)) for one in subjects],
        by=by,
        at=at,
    )


def _offer(household: UUID, subject: Subject, person: Person, size: int) -> Offer:
    row = subject.row
    return Offer(
        household_id=household,
        kind=subject.kind,
        tier=row.tier,
        skill=SKILL,
        language=person.language or DEFAULT_LANGUAGE,
        area=row.area,
        window_ends_at=None if subject.kind == RETRACTION else window_of(row),
        facts={"household_size": size},
    )


def window_of(row: Case | Contact) -> datetime:
    """Return when calling this case or contact stops being of use."""
    return calling_window(
        terms.protocol(row.protocol, row.protocol_version),
        subject="case" if isinstance(row, Case) else "contact",
        opened_at=row.transferred_at if isinstance(row, Case) else row.identified_at,
        until=row.isolate_until,
        zone=terms.zone(),
    ).closes_at
