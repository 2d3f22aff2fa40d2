"""The contact grid: each row is saved as it is typed, and nobody becomes a person here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from throughline.calling.queries import Lease
from throughline.core.errors import NotFound, Stale
from throughline.journal.actions import record
from throughline.tracing.actions.conversation.given import INFORMED_BY, day, text
from throughline.tracing.actions.conversation.held import held_talk, one_act
from throughline.tracing.errors import AnswerRefused, NotConfirmed, RowSubmitted
from throughline.tracing.models import NamedContact
from throughline.tracing.queries.cards import NamedRow
from throughline.tracing.queries.interviews import Talk, named_row

LAST_POSITION = 500
KINDS = frozenset({"", "household", "direct", "proximity", "travel", "other"})
OLDEST_AGE = 125
TEXTS = ("given_name", "family_name", "phone", "email", "place")


@one_act
def save_named(
    *,
    lease: Lease,
    interview_ref: UUID,
    position: int,
    values: Mapping[str, Any],
    by: UUID,
    at: datetime,
    ref: UUID | None = None,
    expecting: int | None = None,
) -> NamedRow:
    """Save one row of the grid, new or changed; fields that are not given stay as they are.

    `ref` is the row's own, chosen where it was begun: sent twice it is one row, and another window's row at the same
    place is another person, whom nothing here may replace. Raises Stale for that. A telephone number that cannot be right is kept as typed and shown as a problem: nothing told is lost.
    """
    talk = _confirmed(lease, interview_ref, by=by, at=at)
    if not 0 <= position <= LAST_POSITION:
        raise NotFound
    row = (
        NamedContact.objects.select_for_update()
        .filter(case_id=talk.interview.subject_id, position=position)
        .first()
    )
    if row is None:
        row = NamedContact(
            case_id=talk.interview.subject_id,
            household_id=lease.household_id,
            position=position,
            revision=0,
            **({} if ref is None else {"ref": ref}),
        )
    elif row.submitted_at is not None:
        raise RowSubmitted
    elif ref != row.ref or expecting not in {None, row.revision}:
        raise Stale
    _fill(row, values, today=talk.today)
    row.interview_id = talk.interview.id
    row.saved_at = at
    row.revision += 1
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        # Both windows found the place free, and the other was faster.
        raise Stale from None
    _entry("tracing.contact_named", row, talk, by=by, at=at)
    return named_row(row)


@one_act
def remove_named(
    *, lease: Lease, interview_ref: UUID, position: int, ref: UUID | None, by: UUID, at: datetime
) -> None:
    """Take a row away that was typed by mistake; one that is gone already stays gone.

    Raises Stale where another window's row has come to its place.
    """
    talk = _confirmed(lease, interview_ref, by=by, at=at)
    row = (
        NamedContact.objects.select_for_update()
        .filter(case_id=talk.interview.subject_id, position=position)
        .first()
    )
    if row is None:
        return
    if row.ref != ref:
        raise Stale
    if row.submitted_at is not None:
        raise RowSubmitted
    _entry("tracing.contact_unnamed", row, talk, by=by, at=at)
    row.delete()


def _confirmed(lease: Lease, interview_ref: UUID, *, by: UUID, at: datetime) -> Talk:
    talk = held_talk(lease, interview_ref, by=by, at=at)
    if talk.interview.subject != "case":
        raise NotFound
    if not talk.confirmed:
        raise NotConfirmed
    return talk


def _entry(kind: str, row: NamedContact, talk: Talk, *, by: UUID, at: datetime) -> None:
    record(
        kind,
        at=at,
        by=by,
        subjects=(row.id, talk.interview.subject_id, talk.interview.id),
        position=row.position,
        revision=row.revision,
    )


def _fill(row: NamedContact, values: Mapping[str, Any], *, today: date) -> None:
    for field in TEXTS:
        if field in values:
            setattr(row, field, text(values[field], field))
    if "age" in values:
        row.age = _age(values["age"])
    if "same_household" in values:
        row.same_household = str(values["same_household"]).lower() in {"true", "on", "yes", "1"}
    if "exposure_kind" in values:
        row.exposure_kind = _one_of("exposure_kind", values["exposure_kind"], KINDS)
    if "last_met_on" in values:
        said = values["last_met_on"]
        row.last_met_on = (
            (said if isinstance(said, date) else day(said, "last_met_on", today=today))
            if said
            else None
        )
    if "informed_by" in values:
        row.informed_by = _one_of("informed_by", values["informed_by"] or "handler", INFORMED_BY)


def _age(given: Any) -> int | None:
    said = text(given, "age")
    if not said:
        return None
    if not (said.isdecimal() and int(said) <= OLDEST_AGE):
        raise AnswerRefused(
            "age", f"An age is a number from 0 to {OLDEST_AGE}; leave it empty if unknown."
        )
    return int(said)


def _one_of(field: str, given: Any, allowed: frozenset[str]) -> str:
    said = text(given, field)
    if said not in allowed:
        named = ", ".join(sorted(one for one in allowed if one))
        raise AnswerRefused(field, f"“{said}” is not one of the choices; choose {named}.")
    return said
