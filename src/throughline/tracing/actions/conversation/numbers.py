"""Telephone numbers that turn out wrong, and the right ones."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from throughline.calling.queries import Lease
from throughline.core.errors import NotFound
from throughline.core.keys import endpoint_id
from throughline.core.remembering import forget
from throughline.journal.actions import record
from throughline.people.models import ContactDetail, Person
from throughline.people.rules.phones import phone_key
from throughline.tracing.actions.conversation.held import hold, one_act
from throughline.tracing.errors import AnswerRefused
from throughline.tracing.queries.terms import service


@one_act
def mark_number_wrong(*, lease: Lease, detail_id: UUID, by: UUID, at: datetime) -> None:
    """Never dial this number again for anybody in the household; it stays on record as wrong."""
    hold(lease, by=by, at=at)
    detail = ContactDetail.objects.filter(
        id=detail_id, household_id=lease.household_id, kind="phone"
    ).first()
    if detail is None:
        raise NotFound
    retire_endpoint(lease, detail.endpoint_id, by=by, at=at)


def retire_endpoint(lease: Lease, endpoint: UUID, *, by: UUID, at: datetime) -> None:
    """Mark a number wrong wherever the household has it."""
    found = list(
        ContactDetail.objects.filter(
            household_id=lease.household_id,
            kind="phone",
            endpoint_id=endpoint,
            wrong_since__isnull=True,
        ).values_list("id", "person_id")
    )
    ContactDetail.objects.filter(id__in=[one for one, _ in found]).update(wrong_since=at)
    forget()
    record(
        "people.number_marked_wrong",
        at=at,
        by=by,
        subjects=(lease.item_id, *(one for pair in found for one in pair)),
        numbers=len(found),
    )


@one_act
def correct_number(*, lease: Lease, person_ref: UUID, phone: str, by: UUID, at: datetime) -> UUID:
    """Add a number that somebody gave for this person and return its id; giving it twice is giving it once."""
    hold(lease, by=by, at=at)
    person = Person.objects.filter(ref=person_ref, household_id=lease.household_id).first()
    if person is None:
        raise NotFound
    key = phone_key(phone, allow_drama=service().accepts_drama_numbers)
    if key is None:
        raise AnswerRefused(
            "phone", "Nobody can be rung under this number; read it back and check each digit."
        )
    detail, _ = ContactDetail.objects.update_or_create(
        person_id=person.id,
        kind="phone",
        endpoint_id=endpoint_id("phone", key),
        defaults={"wrong_since": None},
        create_defaults={
            "household_id": lease.household_id,
            "value": key,
            "source": "conversation",
            "since": at,
        },
    )
    forget()
    record(
        "people.number_given",
        at=at,
        by=by,
        subjects=(detail.id, person.id, lease.item_id),
    )
    return detail.id
