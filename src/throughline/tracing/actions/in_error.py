"""A case that no positive is left of was opened in error: closed with all it brought about, and nothing thrown away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from throughline.core.copying import fetch, run
from throughline.journal.actions import Act, record_all
from throughline.tracing.actions.episodes import IS_LIVE
from throughline.tracing.actions.offering import offer_or_close
from throughline.tracing.actions.retractions import owe
from throughline.tracing.queries.derivations import IN_ERROR


def close_in_error(episodes: Sequence[UUID], *, at: datetime) -> list[UUID]:
    """Close the cases of those of these episodes that no positive in force is left of; return their ids.

    Attempts, contacts and messages stay as they are. Contacts who exist only because of such a case are released; who
    is a contact of another case stays one of that. Their conversations close when nobody is left for them, and whoever
    was reached because of it is to be told that it was wrong.
    """
    if not episodes:
        return []
    rows = fetch(
        f"""with empty as (
            select e.id from tracing_episode e where not {IS_LIVE} and e.id in (
                select unnest(%s::uuid[])
                union select m.merged_into_id from tracing_episode m where m.id = any(%s)))
        update tracing_case c set outcome = 'in_error', closed_at = coalesce(c.closed_at, %s),
            revision = c.revision + 1
        where c.episode_id in (select id from empty) and c.outcome <> 'in_error'
        returning c.id, c.person_id, c.household_id""",  # noqa: S608 - our own condition
        [list(episodes), list(episodes), at],
    )
    if not rows:
        return []
    cases = [row[0] for row in rows]
    record_all(
        Act(kind="tracing.case_closed_in_error", at=at, subjects=row[:2], body={}) for row in rows
    )
    released = release_in_error(contacts_of(cases), at=at)
    end_in_error([*cases, *(row[0] for row in released)], at=at)
    back = _contacts_again(cases, at=at)
    offered = {*back, *owe(cases, at=at)}
    homes = {row[2] for row in (*rows, *released)} | offered
    offer_or_close(homes, offered=offered, reason=IN_ERROR, by=None, at=at)
    return cases


def end_in_error(subjects: Sequence[UUID], *, at: datetime) -> None:
    """End the spells of responsibility for what was opened in error."""
    run(
        """update tracing_holding set ended_at = greatest(%s, offered_at), "end" = 'withdrawn', reason = 'in_error'
        where subject_id = any(%s) and ended_at is null""",
        [at, list(subjects)],
    )


def contacts_of(cases: Sequence[UUID]) -> list[UUID]:
    """Return the contacts of these cases."""
    rows = fetch("select id from tracing_contact where case_id = any(%s)", [list(cases)])
    return [contact for (contact,) in rows]


def release_in_error(contacts: Sequence[UUID], *, at: datetime) -> list[tuple[UUID, UUID, UUID]]:
    """Let these be contacts no more, counted by nobody; return each with its person and household."""
    rows = fetch(
        """update tracing_contact t set outcome = 'in_error', closed_at = coalesce(t.closed_at, %s),
            released_at = coalesce(t.released_at, %s), revision = t.revision + 1
        where t.id = any(%s) and t.outcome <> 'in_error'
        returning t.id, t.person_id, t.household_id""",
        [at, at, list(contacts)],
    )
    record_all(
        Act(
            kind="tracing.contact_released",
            at=at,
            subjects=row[:2],
            body={"outcome": IN_ERROR},
        )
        for row in rows
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _contacts_again(cases: Sequence[UUID], *, at: datetime) -> list[UUID]:
    """Who had become one of these cases is a contact of the other case again; return their households."""
    rows = fetch(
        """update tracing_contact t set became_case_id = null, revision = t.revision + 1
        where t.became_case_id = any(%s) returning t.id, t.person_id, t.household_id""",
        [list(cases)],
    )
    record_all(
        Act(kind="tracing.contact_stands_alone", at=at, subjects=row[:2], body={}) for row in rows
    )
    return [row[2] for row in rows]
