"""Positives that join a known case: its dates are derived anew, and merged cases become one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from throughline.core.copying import fetch, run
from throughline.journal.actions import Act, record_all
from throughline.tracing.actions.episodes import Held
from throughline.tracing.arrivals import Arrival
from throughline.tracing.models import Case
from throughline.tracing.queries.protocols import Protocols
from throughline.tracing.queries.terms import protocol, zone
from throughline.tracing.rules.dates import day_of
from throughline.tracing.rules.infectious import anchor_date
from throughline.tracing.rules.isolation import isolation_of_case


def join_cases(joined: Mapping[Held, Sequence[Arrival]], *, at: datetime) -> None:
    """Add later positives to the cases of their episodes.

    Nobody who was told a date is told another one by this: once a case was reached its dates stay.
    """
    if not joined:
        return
    cases = {
        case.episode_id: case
        for case in Case.objects.filter(episode_id__in=[e.id for e in joined]).select_for_update(
            of=("self",)
        )
    }
    rederive(cases)
    record_all(
        Act(
            kind="tracing.case_joined",
            at=at,
            subjects=[cases[episode.id].id, episode.person_id, *(a.result_id for a in arrivals)],
            body={"results": len(arrivals)},
        )
        for episode, arrivals in joined.items()
        if episode.id in cases
    )


def merge_cases(absorbed: Iterable[Held], *, at: datetime) -> None:
    """Two cases that a later result shows to be one illness: the younger is kept and counted no more."""
    pairs = [(e.id, e.survivor.id) for e in absorbed if not e.is_new]
    if not pairs:
        return
    rows = fetch(
        """update tracing_case c set merged_into_id = s.id, closed_at = coalesce(c.closed_at, %s),
            outcome = case when c.outcome = 'open' then 'not_reached' else c.outcome end,
            revision = c.revision + 1
        from unnest(%s::uuid[], %s::uuid[]) as n(gone, stays) join tracing_case s on s.episode_id = n.stays
        where c.episode_id = n.gone returning c.id, s.id, c.person_id""",
        [at, [gone for gone, _ in pairs], [stays for _, stays in pairs]],
    )
    run(
        """update tracing_holding set ended_at = %s, "end" = 'merged'
        where subject_id = any(%s) and ended_at is null""",
        [at, [gone for gone, _, _ in rows]],
    )
    record_all(
        Act(kind="tracing.case_merged", at=at, subjects=[gone, stays, person], body={})
        for gone, stays, person in rows
    )


def contacts_become_cases(cases: Sequence[Case], protocols: Protocols, *, at: datetime) -> None:
    """Link the contacts that these persons are to the cases they became: illnesses of the same wave (rules/became.py).

    Who was released is one too where the illness began before the last day, though its result came after it.
    """
    gaps = [protocols.of(one.disease).episode.gap_days for one in cases]
    rows = fetch(
        """update tracing_contact t set became_case_id = n.became, revision = t.revision + 1
        from unnest(%s::uuid[], %s::uuid[], %s::text[], %s::int[]) as n(became, person, disease, gap),
            tracing_case c, tracing_case o
        where t.person_id = n.person and t.became_case_id is null and t.outcome <> 'in_error'
            and c.id = t.case_id and c.disease = n.disease and c.id <> n.became and o.id = n.became
            and abs(coalesce(o.onset_on, o.taken_on) - coalesce(c.onset_on, c.taken_on)) <= n.gap
            and (t.released_at is null or coalesce(o.onset_on, o.taken_on) <= t.isolate_until)
        returning t.id, t.person_id, n.became""",
        [
            [one.id for one in cases],
            [one.person_id for one in cases],
            [one.disease for one in cases],
            gaps,
        ],
    )
    record_all(
        Act(kind="tracing.contact_became_case", at=at, subjects=[contact, person, case], body={})
        for contact, person, case in rows
    )


def rederive(cases: Mapping[UUID, Case]) -> None:
    """Derive each case's dates (by episode) from all results of its episode that are in force."""
    days = zone()
    rows = fetch(
        """select episode_id, min(onset_on), min(taken_at), min(reported_at), bool_or(symptomatic)
        from tracing_result where episode_id = any(%s) and superseded_by_id is null
        group by episode_id""",
        [list(cases)],
    )
    for episode, onset_on, taken_at, reported_at, symptomatic in rows:
        case = cases[episode]
        if case.reached_at is not None:
            continue
        case.onset_on, case.taken_at, case.result_at = onset_on, taken_at, reported_at
        case.taken_on = day_of(taken_at, zone=days)
        case.symptomatic = symptomatic
        anchor = anchor_date(onset_on=onset_on, taken_at=taken_at, zone=days)
        if anchor is not None:
            rules = protocol(case.protocol, case.protocol_version)
            case.isolate_until = isolation_of_case(rules, anchor).on
    Case.objects.bulk_update(
        cases.values(),
        ["onset_on", "taken_at", "taken_on", "result_at", "symptomatic", "isolate_until"],
        batch_size=1000,
    )
