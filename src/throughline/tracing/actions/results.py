"""Taking in results: each positive opens or joins an episode, or has one reason why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from throughline.core.copying import fetch, run, stage
from throughline.journal.actions import Act, record_all
from throughline.tracing.actions.corrections import corrected_by, rejudge_cases, supersede
from throughline.tracing.actions.episodes import Episodes, Held
from throughline.tracing.actions.joining import contacts_become_cases, join_cases, merge_cases
from throughline.tracing.actions.opening import open_cases
from throughline.tracing.actions.rejudging import Rejudged
from throughline.tracing.arrivals import Arrival, Tally
from throughline.tracing.queries.protocols import Protocols
from throughline.tracing.rules.dates import day_of
from throughline.tracing.rules.exclusion import TestResult, exclusion_reason

RESULT = {
    "id": "uuid", "person_id": "uuid", "household_id": "uuid", "sender_id": "uuid",
    "message_id": "uuid", "row_number": "bigint", "report_id": "text", "disease": "text",
    "result": "text", "test_kind": "text", "route": "text", "pillar": "text", "purpose": "text",
    "taken_at": "timestamptz", "reported_at": "timestamptz", "received_at": "timestamptz",
    "onset_on": "date", "symptomatic": "bool", "area": "text", "region": "text", "setting": "text",
    "setting_kind": "text", "episode_id": "uuid", "exclusion": "text",
    "superseded_by_id": "uuid",
}  # fmt: skip

# A positive that a correction overtook: kept, and nothing followed from it.
CORRECTED = "corrected"


def accept_results(batch: Sequence[Arrival], *, at: datetime) -> Tally:
    """Store the results and open or join the cases of the positives among them. Needs r_match.

    Whatever the order, the same specimens make the same episodes: a positive that corrects nothing is placed among
    the episodes of its person, and an illness that a correction touches is judged again as a whole.
    """
    if not batch:
        return Tally()
    protocols = Protocols(at)
    overtaken = _overtaken(batch)
    reasons = [
        CORRECTED if a.result_id in overtaken else _exclusion(a, protocols, protocols.zone)
        for a in batch
    ]
    positives = [a for a, reason in zip(batch, reasons, strict=True) if reason is None]
    old = corrected_by(batch)
    _lock_persons(
        {a.person_id for a in positives} | {one.person_id for one in old if one.episode_id}
    )
    touched = {(one.person_id, one.disease) for one in old if one.episode_id}
    touched |= {(a.person_id, a.disease) for a in positives if a.supersedes is not None}
    plain = [a for a in positives if (a.person_id, a.disease) not in touched]
    again = Rejudged(
        touched,
        [a for a in positives if (a.person_id, a.disease) in touched],
        corrected=[one.id for one in old],
        protocols=protocols,
        at=at,
    )
    episodes = Episodes(plain, at=at)
    placed = again.placed | _placed(episodes, plain, protocols)
    episodes.write_opened()
    again.write_opened()
    _write_results(
        batch,
        reasons,
        placed={ref: one.survivor.id for ref, one in placed.items()},
        overtaken=overtaken,
    )
    episodes.write_changed()
    again.write_changed()
    supersede(old, at=at)
    opened = _cases(episodes, placed, plain, protocols, at=at)
    opened += rejudge_cases(again, {a.result_id for a in positives}, protocols, at=at)
    told_positive = sum(a.result == "positive" for a in batch)
    tally = Tally(
        positives=told_positive,
        opened=opened,
        joined=len(positives) - opened,
        excluded=told_positive - len(positives),
    )
    _journal(batch, tally, at)
    return tally


def _overtaken(batch: Sequence[Arrival]) -> dict[UUID, UUID]:
    """The results of this batch that a correction stands for already, and which one."""
    here = {a.result_id for a in batch}
    found = {a.result_id: a.superseded_by for a in batch if a.superseded_by is not None}
    return found | {a.supersedes: a.result_id for a in batch if a.supersedes in here}


def _placed(
    episodes: Episodes, positives: Sequence[Arrival], protocols: Protocols
) -> dict[UUID, Held]:
    return {
        a.result_id: episodes.place(
            a,
            on=day_of(a.taken_at, zone=protocols.zone),
            gap_days=protocols.of(a.disease).episode.gap_days,
        )
        for a in positives
    }


def _cases(
    episodes: Episodes,
    placed: dict[UUID, Held],
    positives: Sequence[Arrival],
    protocols: Protocols,
    *,
    at: datetime,
) -> int:
    """Open or join the case of each episode; return how many were opened."""
    by_episode: dict[Held, list[Arrival]] = {}
    for arrival in positives:
        by_episode.setdefault(placed[arrival.result_id].survivor, []).append(arrival)
    opened = open_cases(
        [(episode, arrivals) for episode, arrivals in by_episode.items() if episode.is_new],
        protocols,
        at=at,
    )
    join_cases({e: arrivals for e, arrivals in by_episode.items() if not e.is_new}, at=at)
    merge_cases(episodes.absorbed, at=at)
    contacts_become_cases(opened, protocols, at=at)
    return len(opened)


def _exclusion(arrival: Arrival, protocols: Protocols, days: ZoneInfo) -> str | None:
    if arrival.status == "withdrawn":
        return "withdrawn"
    if arrival.excluded:
        return arrival.excluded
    if arrival.result != "positive":
        return "void" if arrival.result == "void" else "negative"
    return exclusion_reason(
        TestResult(
            result=arrival.result,
            test_kind=arrival.test_kind or None,
            specimen_on=day_of(arrival.taken_at, zone=days),
            # Clocks differ by zone: a specimen of the sender's today may lie in our yesterday.
            received_on=max(
                day_of(arrival.received_at, zone=days), day_of(arrival.taken_at, zone=days)
            ),
            area=arrival.area or None,
        ),
        protocol=protocols.find(arrival.disease),
    )


def _lock_persons(persons: set[UUID]) -> None:
    """Take the lock under which episodes of these persons are opened or joined, in one order for all."""
    if persons:
        fetch(
            "select 1 from people_person where id = any(%s) order by id for update",
            [list(persons)],
        )


def _write_results(
    batch: Sequence[Arrival],
    reasons: Sequence[str | None],
    *,
    placed: Mapping[UUID, UUID],
    overtaken: Mapping[UUID, UUID],
) -> None:
    stage(
        "new_result",
        RESULT,
        (
            (
                a.result_id, a.person_id, a.household_id, a.sender_id, a.message_id, a.row_number,
                a.report_id, a.disease, a.result, a.test_kind, a.route, a.pillar, a.purpose,
                a.taken_at, a.reported_at, a.received_at, a.onset_on, a.symptomatic, a.area,
                a.region, a.setting, a.setting_kind, placed.get(a.result_id), reason,
                overtaken.get(a.result_id),
            )
            for a, reason in zip(batch, reasons, strict=True)
        ),
    )  # fmt: skip
    columns = ", ".join(RESULT)
    run(
        f"insert into tracing_result ({columns}, ref) "  # noqa: S608 - our own column names
        f"select {columns}, gen_random_uuid() from new_result"
    )


def _journal(batch: Sequence[Arrival], tally: Tally, at: datetime) -> None:
    body = {
        "results": len(batch),
        "positives": tally.positives,
        "opened": tally.opened,
        "joined": tally.joined,
        "excluded": tally.excluded,
    }
    subjects = [a.person_id for a in batch]
    record_all([Act(kind="tracing.results_accepted", at=at, subjects=subjects, body=body)])
