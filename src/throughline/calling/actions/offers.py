"""Offering households to the queues: one statement for thousands, one open item for each household."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from throughline.calling.queries.ranks import HOUSEHOLD_SIZE, INFECTIOUS, OWN, rank_of
from throughline.calling.queries.terms import terms as terms_in_force
from throughline.calling.rules.hours import bucket
from throughline.calling.rules.queues import Queue
from throughline.core.ids import new_id, new_ref
from throughline.definitions.forms.calling import Calling
from throughline.journal.actions import Act, record_all


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A household to be spoken with. `facts`: `infectious` 0 to 1 and `household_size`; no health details.

    With `team_id` the item goes straight to that local team.
    """

    household_id: UUID
    kind: str  # case | contact | retraction
    tier: str
    skill: str
    language: str
    area: str = ""
    window_ends_at: datetime | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    handover_at: datetime | None = None
    team_id: UUID | None = None
    supplier_id: UUID | None = None

    @property
    def queue(self) -> str:
        """The queue in which it waits."""
        return Queue(
            kind=self.kind, tier=self.tier, skill=self.skill, language=self.language, area=self.area
        ).key


# A case beats a contact, and both beat what is only to be taken back. Where an outcome moved the item (an interpreter,
# say), skill and language stay.
KINDS = ("retraction", "contact", "case")
RAISED = f"(array_position(array{list(KINDS)}, excluded.kind) > array_position(array{list(KINDS)}, w.kind))"
MOVED = "(w.facts ? 'skill_before')"

OFFER = """
insert into calling_work_item as w (
    id, ref, household_id, state, kind, tier, skill, language, area, queue, rank, rank_bucket,
    rank_reasons, facts, window_ends_at, callable_from, attempts, tried_hours, more_work,
    supplier_id, team_id, handover_at, fence, opened_at, close_reason, revision)
select o.id, o.ref, o.household_id, case when o.team_id is null then 'waiting' else 'local' end,
    o.kind, o.tier, o.skill, o.language, o.area, o.queue, o.rank, %(bucket)s, o.rank_reasons, o.facts,
    o.window_ends_at, %(at)s, 0, '{}', false, o.supplier_id, o.team_id,
    case when o.team_id is null then o.handover_at end, 0, %(at)s, '', 1
from jsonb_to_recordset(%(offers)s::jsonb) as o(
    id uuid, ref uuid, household_id uuid, kind text, tier text, skill text, language text, area text,
    queue text, rank int, rank_reasons text[], facts jsonb, window_ends_at timestamptz,
    handover_at timestamptz, team_id uuid, supplier_id uuid)
order by o.household_id
on conflict (household_id) where state <> 'closed' do update set
    kind = case when RAISED then excluded.kind else w.kind end,
    tier = case when RAISED then excluded.tier else w.tier end,
    area = case when RAISED then excluded.area else w.area end,
    skill = case when RAISED and not MOVED then excluded.skill else w.skill end,
    language = case when RAISED and not MOVED then excluded.language else w.language end,
    queue = case when RAISED then concat_ws('/', excluded.kind, excluded.tier,
        case when MOVED then w.skill else excluded.skill end,
        case when MOVED then w.language else excluded.language end, excluded.area) else w.queue end,
    facts = w.facts || excluded.facts,
    rank = greatest(w.rank, excluded.rank),
    rank_reasons = case when excluded.rank > w.rank then excluded.rank_reasons else w.rank_reasons end,
    window_ends_at = least(w.window_ends_at, excluded.window_ends_at),
    handover_at = case when w.team_id is null and excluded.team_id is null
        then least(w.handover_at, excluded.handover_at) end,
    -- A new case wakes a household that rests, unless it rests because a time was promised.
    -- The allowance is looked at when it is claimed.
    state = case
        when w.state in ('waiting', 'resting') and excluded.team_id is not null then 'local'
        when w.state = 'resting' and RAISED and not w.facts ? 'promised_at' then 'waiting'
        else w.state end,
    team_id = case when w.state in ('waiting', 'resting') then excluded.team_id else w.team_id end,
    more_work = w.more_work or w.state = 'leased',
    revision = w.revision + 1
returning w.id, w.household_id, w.state, w.kind, w.queue, (w.revision = 1) as opened
""".replace("RAISED", RAISED).replace("MOVED", MOVED)


@transaction.atomic
def offer(offers: Sequence[Offer], *, by: UUID | None, at: datetime) -> None:
    """Open an item for each household, or raise the open one; runs in the caller's role.

    A leased item is marked as having more work, so that it stays open when its conversation ends.
    """
    if not offers:
        return
    terms = terms_in_force(at)
    rows = [_row(one, terms, at) for one in _one_a_household(offers)]
    with connection.cursor() as cursor:
        cursor.execute(
            OFFER,
            {"offers": json.dumps(rows, default=str), "at": at, "bucket": bucket(at, terms)},
        )
        found = cursor.fetchall()
    record_all(
        Act(
            kind="calling.item_opened" if opened else "calling.item_raised",
            at=at,
            by=by,
            subjects=(item_id, household_id),
            body={"state": state, "kind": kind, "queue": queue},
        )
        for item_id, household_id, state, kind, queue, opened in found
    )


def _row(one: Offer, terms: Calling, at: datetime) -> dict[str, Any]:
    facts = {key: value for key, value in one.facts.items() if key not in OWN}
    ranked = rank_of(
        kind=one.kind,
        opened_at=at,
        window_ends_at=one.window_ends_at,
        facts=facts,
        terms=terms,
        at=at,
    )
    return {
        "id": new_id(),
        "ref": new_ref(),
        "household_id": one.household_id,
        "kind": one.kind,
        "tier": one.tier,
        "skill": one.skill,
        "language": one.language,
        "area": one.area,
        "queue": one.queue,
        "rank": ranked.score,
        "rank_reasons": ranked.reasons,
        "facts": facts,
        "window_ends_at": one.window_ends_at,
        "handover_at": one.handover_at,
        "team_id": one.team_id,
        "supplier_id": one.supplier_id,
    }


def _one_a_household(offers: Iterable[Offer]) -> list[Offer]:
    """Join the offers of one batch that are for the same household, by the rules of the statement."""
    found: dict[UUID, Offer] = {}
    for one in offers:
        known = found.get(one.household_id)
        found[one.household_id] = _joined(known, one) if known else one
    return list(found.values())


def _joined(known: Offer, newer: Offer) -> Offer:
    first = max(known, newer, key=lambda one: KINDS.index(one.kind))
    return replace(
        first,
        facts={**known.facts, **newer.facts, **_largest(known.facts, newer.facts)},
        window_ends_at=_earlier(known.window_ends_at, newer.window_ends_at),
        handover_at=_earlier(known.handover_at, newer.handover_at),
        team_id=known.team_id or newer.team_id,
    )


def _largest(*facts: dict[str, Any]) -> dict[str, Any]:
    return {
        key: max(one[key] for one in facts if key in one)
        for key in (INFECTIOUS, HOUSEHOLD_SIZE)
        if any(key in one for one in facts)
    }


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    known = [moment for moment in (one, other) if moment]
    return min(known) if known else None
