"""A sender corrects a report: the earlier result stands back, and its episode is judged without it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from throughline.calling.actions import close_items
from throughline.core.copying import fetch, run
from throughline.journal.actions import Act, record_all
from throughline.tracing.arrivals import Arrival


def supersede(corrected: Sequence[Arrival], *, at: datetime, zone: ZoneInfo) -> list[UUID]:
    """Let each correction stand for the result it corrects; return the episodes that lost a positive.

    The superseded result keeps its episode, so that the case page can show what was thought before.
    """
    if not corrected:
        return []
    rows = fetch(
        """update tracing_result r set superseded_by_id = n.newer
        from unnest(%s::uuid[], %s::uuid[]) as n(newer, older)
        where r.id = n.older returning r.id, r.person_id, r.episode_id, n.newer""",
        [[a.result_id for a in corrected], [a.supersedes for a in corrected]],
    )
    record_all(
        Act(kind="tracing.result_superseded", at=at, subjects=[older, newer, person], body={})
        for older, person, _, newer in rows
    )
    episodes = list({row[2] for row in rows if row[2] is not None})
    _narrow(episodes, zone)
    return episodes


def _narrow(episodes: Sequence[UUID], zone: ZoneInfo) -> None:
    """Set an episode's span to that of the positives still in force."""
    if not episodes:
        return
    run(
        """update tracing_episode e set first_on = n.first_on, last_on = n.last_on
        from (select episode_id, min((taken_at at time zone %s)::date) as first_on,
                max((taken_at at time zone %s)::date) as last_on
            from tracing_result where episode_id = any(%s) and superseded_by_id is null
            group by episode_id) n
        where e.id = n.episode_id""",
        [zone.key, zone.key, list(episodes)],
    )


def close_in_error(episodes: Sequence[UUID], *, at: datetime) -> None:
    """Close the cases of episodes that no positive in force is left of."""
    rows = fetch(
        """update tracing_case c set outcome = 'in_error', closed_at = coalesce(c.closed_at, %s),
            revision = c.revision + 1
        where c.episode_id = any(%s) and c.outcome <> 'in_error' and not exists (
            select 1 from tracing_result r
            where r.episode_id = c.episode_id and r.superseded_by_id is null)
        returning c.id, c.person_id, c.household_id""",
        [at, list(episodes)],
    )
    if not rows:
        return
    cases = [row[0] for row in rows]
    run(
        """update tracing_holding set ended_at = %s, "end" = 'withdrawn', reason = 'in_error'
        where subject_id = any(%s) and ended_at is null""",
        [at, cases],
    )
    record_all(
        Act(kind="tracing.case_closed_in_error", at=at, subjects=row[:2], body={}) for row in rows
    )
    idle = fetch(
        """select h.id from unnest(%s::uuid[]) as h(id)
        where not exists (select 1 from tracing_case c where c.household_id = h.id and c.outcome = 'open')
            and not exists (select 1 from tracing_contact t
                where t.household_id = h.id and t.outcome = 'open')""",
        [list({row[2] for row in rows})],
    )
    close_items([household for (household,) in idle], reason="in_error", by=None, at=at)
