"""A sender corrects a report: the earlier result stands back, and what rested on it is judged again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from throughline.core.copying import fetch, run
from throughline.journal.actions import Act, record_all
from throughline.tracing.actions.episodes import Held
from throughline.tracing.actions.in_error import close_in_error
from throughline.tracing.actions.joining import (
    contacts_become_cases,
    join_cases,
    merge_cases,
    rederive,
)
from throughline.tracing.actions.opening import open_cases
from throughline.tracing.actions.rejudging import Rejudged
from throughline.tracing.actions.reopening import reopen
from throughline.tracing.arrivals import Arrival
from throughline.tracing.models import Case
from throughline.tracing.queries.protocols import Protocols


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """A stored result that a correction stands for, and which one."""

    id: UUID
    person_id: UUID
    disease: str
    episode_id: UUID | None
    newer_id: UUID


def corrected_by(batch: Sequence[Arrival]) -> list[Corrected]:
    """Return the stored results that this batch corrects."""
    newer = {a.supersedes: a.result_id for a in batch if a.supersedes is not None}
    if not newer:
        return []
    rows = fetch(
        "select id, person_id, disease, episode_id from tracing_result where id = any(%s)",
        [list(newer)],
    )
    return [
        Corrected(
            id=row[0], person_id=row[1], disease=row[2], episode_id=row[3], newer_id=newer[row[0]]
        )
        for row in rows
    ]


def supersede(corrected: Sequence[Corrected], *, at: datetime) -> None:
    """Let each correction stand for the result it corrects.

    The superseded result keeps its episode, so that the case page can show what was thought before.
    """
    if not corrected:
        return
    run(
        """update tracing_result r set superseded_by_id = n.newer
        from unnest(%s::uuid[], %s::uuid[]) as n(newer, older) where r.id = n.older""",
        [[one.newer_id for one in corrected], [one.id for one in corrected]],
    )
    record_all(
        Act(
            kind="tracing.result_superseded",
            at=at,
            subjects=[one.id, one.newer_id, one.person_id],
            body={},
        )
        for one in corrected
    )


def rejudge_cases(
    again: Rejudged, arrived: Collection[UUID], protocols: Protocols, *, at: datetime
) -> int:
    """Let the cases follow their episodes; return how many were opened for results that just arrived."""
    if not again.of:
        return 0
    reopen([episode.id for episode in again.back], at=at)
    opened = open_cases([(e, again.arrivals[e]) for e in again.opened], protocols, at=at)
    contacts_become_cases(opened, protocols, at=at)
    new = {
        episode: [a for a in again.arrivals[episode] if a.result_id in arrived]
        for episode in again.kept
    }
    join_cases({episode: arrivals for episode, arrivals in new.items() if arrivals}, at=at)
    _rederived([episode for episode, arrivals in new.items() if not arrivals], at=at)
    merge_cases(again.absorbed, at=at)
    close_in_error([episode.id for episode in again.emptied], at=at)
    return sum(any(a.result_id in arrived for a in again.arrivals[e]) for e in again.opened)


def _rederived(episodes: Sequence[Held], *, at: datetime) -> None:
    """Derive the dates of cases anew that lost a result, or a part of their illness."""
    cases = {
        case.episode_id: case
        for case in Case.objects.filter(episode_id__in=[e.id for e in episodes]).select_for_update(
            of=("self",)
        )
    }
    rederive(cases)
    record_all(
        Act(kind="tracing.case_rejudged", at=at, subjects=[case.id, case.person_id], body={})
        for case in cases.values()
    )
