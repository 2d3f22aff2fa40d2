"""To the local team and back: the clock's or an outcome's handover, acceptance, return, and closing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F

from throughline.calling.actions.role import moving
from throughline.calling.errors import ItemMoved
from throughline.calling.models import State, WorkItem
from throughline.journal.actions import Act, record, record_all

FREE = (State.WAITING, State.RESTING)


def hand_over(
    item_ids: Sequence[UUID], *, team_id: UUID, by: UUID | None, at: datetime
) -> tuple[UUID, ...]:
    """Give these items to a local team, which is then asked to accept them; return those handed over.

    A conversation in a handler's hand is not interrupted: it is left out, and due again at the next tick.
    """
    with moving(by):
        items = _locked(WorkItem.objects.filter(id__in=item_ids, state__in=FREE))
        given = tuple(items)
        WorkItem.objects.filter(id__in=given).update(
            state=State.LOCAL,
            team_id=team_id,
            accepted_at=None,
            handover_at=None,
            callback_agent_id=None,
            revision=F("revision") + 1,
        )
        record_all(
            Act(
                kind="calling.item_handed_over",
                at=at,
                by=by,
                subjects=(item_id, household_id),
                body={"team": str(team_id)},
            )
            for item_id, household_id in items.items()
        )
    return given


def accept(item_id: UUID, *, team_id: UUID, by: UUID, at: datetime) -> None:
    """Take responsibility for an item that was handed to this team. Accepting twice is accepting once."""
    with moving(by):
        item = _with_team(item_id, team_id)
        if item.accepted_at is not None:
            return
        item.accepted_at = at
        item.revision += 1
        item.save()
        record(
            "calling.item_accepted",
            at=at,
            by=by,
            subjects=(item.id, item.household_id),
            team=team_id,
        )


def give_back(item_id: UUID, *, team_id: UUID, reason: str, by: UUID, at: datetime) -> None:
    """Return an item to the national queues. `reason` is a code; the clock does not hand it over again."""
    with moving(by):
        item = _with_team(item_id, team_id)
        item.state = State.WAITING
        item.team_id = item.accepted_at = item.handover_at = None
        item.callable_from = at
        item.revision += 1
        item.save()
        record(
            "calling.item_given_back",
            at=at,
            by=by,
            subjects=(item.id, item.household_id),
            team=team_id,
            reason=reason,
        )


def close_items(
    household_ids: Sequence[UUID], *, reason: str, by: UUID | None, at: datetime
) -> tuple[UUID, ...]:
    """Close the open items of these households and return the households whose item is in a hand.

    Those stay open until their lease ends: ask again. `reason` is a code.
    """
    with moving(by):
        items = _locked(
            WorkItem.objects.filter(household_id__in=household_ids).exclude(
                state__in=(State.CLOSED, State.LEASED)
            )
        )
        WorkItem.objects.filter(id__in=tuple(items)).update(
            state=State.CLOSED, closed_at=at, close_reason=reason, revision=F("revision") + 1
        )
        record_all(
            Act(
                kind="calling.item_closed",
                at=at,
                by=by,
                subjects=(item_id, household_id),
                body={"reason": reason},
            )
            for item_id, household_id in items.items()
        )
        return tuple(
            WorkItem.objects.filter(household_id__in=household_ids, state=State.LEASED).values_list(
                "household_id", flat=True
            )
        )


def _locked(items: object) -> dict[UUID, UUID]:
    """Lock these items in order of their id and return each one's household."""
    return dict(
        items.select_for_update().order_by("id").values_list("id", "household_id")  # type: ignore[attr-defined]
    )


def _with_team(item_id: UUID, team_id: UUID) -> WorkItem:
    item = (
        WorkItem.objects.select_for_update()
        .filter(id=item_id, team_id=team_id, state=State.LOCAL)
        .first()
    )
    if item is None:
        raise ItemMoved
    return item
