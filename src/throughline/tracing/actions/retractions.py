"""Taking back what somebody was told and a correction made wrong: owed to whoever was reached, then told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F

from throughline.core.copying import fetch
from throughline.journal.actions import Act, record_all
from throughline.tracing.actions.closing import REACHED, End
from throughline.tracing.models import Case, Contact
from throughline.tracing.queries.derivations import IN_ERROR
from throughline.tracing.queries.subjects import OWED

TOLD = "told"


def owe(cases: Sequence[UUID], *, at: datetime) -> list[UUID]:
    """Owe everybody who was reached because of these cases to be told that they were told wrong; return the households.

    Nobody who was never reached is rung for it; nor is a contact who is one of another case all the same: for them
    what they were told stands.
    """
    rows = fetch(
        """update tracing_case c set retraction = 'owed', retracted_at = null, revision = c.revision + 1
        from people_person p
        where c.id = any(%s) and c.reached_at is not null and c.merged_into_id is null
            and p.id = c.person_id and not p.deceased
        returning c.id, c.person_id, c.household_id""",
        [list(cases)],
    )
    rows += fetch(
        """update tracing_contact t set retraction = 'owed', retracted_at = null, revision = t.revision + 1
        from people_person p
        where t.case_id = any(%s) and t.reached_at is not null and t.merged_into_id is null
            and t.became_case_id is null and p.id = t.person_id and not p.deceased
            and not exists (select 1 from tracing_contact o
                where o.person_id = t.person_id and o.protocol = t.protocol and o.outcome <> 'in_error'
                    and o.merged_into_id is null and o.released_at is null)
            and not exists (select 1 from tracing_case o
                where o.person_id = t.person_id and o.protocol = t.protocol and o.outcome <> 'in_error'
                    and o.merged_into_id is null and o.isolate_until >= (%s at time zone 'UTC')::date)
        returning t.id, t.person_id, t.household_id""",
        [list(cases), at],
    )
    record_all(
        Act(kind="tracing.retraction_owed", at=at, subjects=row[:2], body={}) for row in rows
    )
    return [row[2] for row in rows]


def told_in_error(rows: Iterable[Case | Contact], end: End) -> None:
    """Note that somebody was told what a correction took back while the conversation went on: they are owed it."""
    acts = []
    for row in rows:
        if row.outcome != IN_ERROR or end.outcome != REACHED:
            continue
        row.reached_at = row.reached_at or end.at
        row.reached_how = row.reached_how or end.how
        row.reached_by = row.reached_by or end.supplier
        row.retraction, row.retracted_at = OWED, None
        row.revision += 1
        row.save(
            update_fields=["reached_at", "reached_how", "reached_by", "retraction", "retracted_at", "revision"]
        )  # fmt: skip
        acts.append(
            Act(
                kind="tracing.retraction_owed",
                at=end.at,
                by=end.by,
                subjects=(row.id, row.person_id),
            )
        )
    record_all(acts)


def took_back(person_id: UUID, *, state: str, by: UUID | None, at: datetime) -> None:
    """Close all that is owed to a person: `told`, or `not_reached` where nobody is to ring again."""
    acts = []
    for model in (Case, Contact):
        owed = model.objects.filter(person_id=person_id, retraction=OWED)
        ids = list(owed.values_list("id", flat=True))
        owed.update(retraction=state, retracted_at=at, revision=F("revision") + 1)
        acts += [
            Act(
                kind="tracing.retraction_closed",
                at=at,
                by=by,
                subjects=(one, person_id),
                body={"state": state},
            )
            for one in ids
        ]
    record_all(acts)


def corrected_since(household_id: UUID, since: datetime) -> bool:
    """Whether a case or contact of a household was closed in error since then."""
    closed = {"household_id": household_id, "outcome": IN_ERROR, "closed_at__gte": since}
    return Case.objects.filter(**closed).exists() or Contact.objects.filter(**closed).exists()
