"""What must be true of a service's database whatever happened to it; each check returns its complaints.

Plain SQL by a superuser of the database under test, and what the clients wrote down for themselves, so that
neither our own queries nor our own policies can hide a loss. A complaint names rows by their ids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

Ask = Callable[..., list[tuple[Any, ...]]]
"""Runs a statement with parameters and returns its rows."""

AFTER_LEASE = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True)
class Acknowledged:
    """A message that its sender was told is kept."""

    ref: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a handler was told has been done. `result`: the attempt's id, where it is one."""

    what: str  # claimed | attempted | ended
    item: str
    fence: int
    agent: str
    result: str = ""


def acknowledged_messages_are_kept(ask: Ask, acknowledged: Iterable[Acknowledged]) -> list[str]:
    """I1: every acknowledged message is stored whole, and all its rows are read."""
    stored = {
        str(ref): rest
        for ref, *rest in ask(
            """select m.ref, m.state, m.rows_received, m.sha256 = encode(sha256(
                coalesce(string_agg(c.bytes, '' order by c.number), '')), 'hex')
            from intake_message m left join intake_chunk c on c.message_id = m.id
            group by m.id"""
        )
    }
    complaints = []
    for one in acknowledged:
        found = stored.get(one.ref)
        if found is None:
            complaints.append(f"message {one.ref} was acknowledged and is not stored")
        elif found != ["parsed", one.rows, True]:
            complaints.append(
                f"message {one.ref} had {one.rows} rows; it is {found[0]} with {found[1]} rows, "
                f"{'its bytes whole' if found[2] else 'its bytes changed'}"
            )
    return complaints


def the_ledger_balances(ask: Ask) -> list[str]:
    """I2 and I7: each row is in one place, and the places add up to what the journal says arrived."""
    told = """select e.body ->> 'message' as message, p.key as place, sum(p.value::bigint) as rows
        from journal_entry e, lateral (
            select key, value from jsonb_each_text(e.body -> 'places')
            where e.kind = 'intake.rows_parsed'
            union all
            select key, value from jsonb_each_text(e.body -> 'to') where e.kind = 'intake.rows_moved'
            union all
            select key, (-value::bigint)::text from jsonb_each_text(e.body -> 'from')
            where e.kind = 'intake.rows_moved') p
        where e.kind in ('intake.rows_parsed', 'intake.rows_moved') group by 1, 2"""
    there = """select message_id::text as message, place, count(*) as rows from intake_row group by 1, 2"""
    complaints = [
        f"message {message}: the journal has {said or 0} rows {place}, the ledger has {found or 0}"
        for message, place, said, found in ask(
            f"""select coalesce(t.message, f.message), coalesce(t.place, f.place), t.rows, f.rows
            from ({told}) t full join ({there}) f on f.message = t.message and f.place = t.place
            where coalesce(t.rows, 0) <> coalesce(f.rows, 0)"""
        )
    ]
    complaints += [
        f"message {message} received {received} rows, the ledger has {found}"
        for message, received, found in ask(
            """select m.id, m.rows_received, count(r.number) from intake_message m
            left join intake_row r on r.message_id = m.id
            group by m.id having m.rows_received <> count(r.number)"""
        )
    ]
    complaints += [
        f"row {number} of message {message} is accepted and has no result"
        for message, number in ask(
            """select r.message_id, r.number from intake_row r
            left join tracing_result t on t.id = r.result_id
                and t.message_id = r.message_id and t.row_number = r.number
            where r.place in ('accepted', 'corrected') and t.id is null"""
        )
    ]
    return complaints + [
        f"result {result} has no row in the ledger"
        for (result,) in ask(
            """select t.id from tracing_result t left join intake_row r
                on r.message_id = t.message_id and r.number = t.row_number and r.result_id = t.id
            where r.number is null"""
        )
    ]


# A correction may leave an episode empty: it stays, with its case closed in error, and is no illness any more.
_IN_FORCE = """exists (select from tracing_result r
    where r.result = 'positive' and r.superseded_by_id is null and (r.episode_id = {episode}.id
        or r.episode_id in (select m.id from tracing_episode m where m.merged_into_id = {episode}.id)))"""


def positives_are_placed(ask: Ask, *, gap_days: int = 90) -> list[str]:
    """I3: a positive in force has one episode of its person or one reason; each episode has one case."""
    complaints = [
        f"positive {result} has {'an episode and' if episode else 'neither an episode nor'} a reason"
        for result, episode in ask(
            """select id, episode_id from tracing_result where result = 'positive'
            and superseded_by_id is null and (episode_id is null) = (exclusion is null)"""
        )
    ]
    complaints += [
        f"positive {result} belongs to an episode of another person or one that is part of another"
        for (result,) in ask(
            """select r.id from tracing_result r join tracing_episode e on e.id = r.episode_id
            where r.superseded_by_id is null
                and (e.person_id <> r.person_id or e.disease <> r.disease
                    or e.merged_into_id is not null)"""
        )
    ]
    complaints += [
        f"episode {episode} has no case"
        for (episode,) in ask(
            """select e.id from tracing_episode e left join tracing_case c on c.episode_id = e.id
            where c.id is null"""
        )
    ]
    complaints += [
        f"episodes {one} and {other} of one person are one illness"
        for one, other in ask(
            f"""select a.id, b.id from tracing_episode a join tracing_episode b
                on b.person_id = a.person_id and b.disease = a.disease and b.number > a.number
            where a.merged_into_id is null and b.merged_into_id is null
                and {_IN_FORCE.format(episode="a")} and {_IN_FORCE.format(episode="b")}
                and greatest(a.first_on, b.first_on) - least(a.last_on, b.last_on) <= %s""",
            [gap_days],
        )
    ]
    return complaints + [
        f"case {case} is {outcome or 'open'} with no positive left of it"
        for case, outcome in ask(
            f"""select c.id, c.outcome from tracing_case c join tracing_episode e on e.id = c.episode_id
            where c.merged_into_id is null and e.merged_into_id is null
                and c.outcome <> 'in_error' and not {_IN_FORCE.format(episode="e")}"""
        )
    ]


def no_item_was_held_twice(ask: Ask, history: Sequence[Done] = ()) -> list[str]:
    """I4: one fence is one handler's, fences only grow, and no act with an old fence took effect."""
    holder: dict[tuple[str, int], str] = {}
    complaints = [
        f"item {one.item} was given twice under fence {one.fence}"
        for one in history
        if one.what == "claimed"
        and holder.setdefault((one.item, one.fence), one.agent) != one.agent
    ]
    # An entry is written while its item's row is locked, so that these moments are in order for one item.
    acts = """select s.subject_id as item, (e.body ->> 'fence')::bigint as fence, e.actor_id,
            e.recorded_at, e.kind
        from journal_entry e join journal_subject s on s.entry_id = e.id
        join calling_work_item w on w.id = s.subject_id
        where e.kind in ('calling.item_claimed', 'calling.attempt_started', 'calling.item_finished',
            'calling.lease_extended', 'calling.item_put_down')"""
    complaints += [
        f"item {item}: fence {fence} acted ({kind}) after fence {newer} was given"
        for item, fence, kind, newer in ask(
            f"""with acts as ({acts}) select a.item, a.fence, a.kind, max(c.fence)
            from acts a join acts c on c.item = a.item and c.kind = 'calling.item_claimed'
                and c.fence > a.fence and c.recorded_at < a.recorded_at
            group by a.item, a.fence, a.kind"""
        )
    ]
    return complaints + [
        f"item {item}: {many} handlers acted under fence {fence}"
        for item, fence, many in ask(
            f"""with acts as ({acts}) select item, fence, count(distinct actor_id) from acts
            where actor_id is not null group by item, fence having count(distinct actor_id) > 1"""
        )
    ]


def nothing_happened_twice(ask: Ask, history: Sequence[Done] = ()) -> list[str]:
    """I5: a lease is finished once, an attempt is charged once, and what was confirmed is there."""
    complaints = [
        f"item {item} was finished {many} times under fence {fence}"
        for item, fence, many in ask(
            """select s.subject_id, e.body ->> 'fence', count(*)
            from journal_entry e join journal_subject s on s.entry_id = e.id
            join calling_work_item w on w.id = s.subject_id
            where e.kind = 'calling.item_finished' group by 1, 2 having count(*) > 1"""
        )
    ]
    complaints += [
        f"{calls} calls to person {person} were charged {charged} times"
        for person, calls, charged in ask(
            """select coalesce(a.person_id, u.subject_id), coalesce(a.calls, 0), coalesce(u.charged, 0)
            from (select person_id, count(*) as calls from calling_attempt where channel = 'call'
                group by 1) a
            full join (select subject_id, count(*) as charged from people_call_use
                where kind = 'person' group by 1) u on u.subject_id = a.person_id
            where coalesce(a.calls, 0) <> coalesce(u.charged, 0)"""
        )
    ]
    attempts = {str(one) for (one,) in ask("select id from calling_attempt")}
    ended = {
        (str(item), int(fence))
        for item, fence in ask(
            """select s.subject_id, e.body ->> 'fence' from journal_entry e
            join journal_subject s on s.entry_id = e.id where e.kind = 'calling.item_finished'"""
        )
    }
    for one in history:
        if one.what == "attempted" and one.result not in attempts:
            complaints.append(f"attempt {one.result} was confirmed and is not there")
        if one.what == "ended" and (one.item, one.fence) not in ended:
            complaints.append(
                f"the end of item {one.item} under fence {one.fence} was confirmed and is not there"
            )
    return complaints


# Each kind that names one row, and the table in which that row must be.
ONE_ENTRY_A_ROW = (
    ("intake.message_stored", "intake_message", "true"),
    ("intake.sender_added", "intake_sender", "true"),
    ("tracing.case_opened", "tracing_case", "true"),
    ("calling.item_opened", "calling_work_item", "true"),
    ("calling.attempt_started", "calling_attempt", "true"),
    ("tracing.conversation_begun", "tracing_interview", "true"),
)


def the_journal_is_complete(ask: Ask) -> list[str]:
    """I6: each row has its entry and each entry its row; counts in the journal are counts in the tables."""
    complaints = []
    for kind, table, condition in ONE_ENTRY_A_ROW:
        entries = f"""select e.id, array_agg(s.subject_id) as about from journal_entry e
            join journal_subject s on s.entry_id = e.id where e.kind = '{kind}' group by e.id"""
        complaints += [
            f"{table} {row} has {many} entries {kind}"
            for row, many in ask(
                f"""select r.id, count(e.id) from {table} r
                left join journal_subject s on s.subject_id = r.id
                left join journal_entry e on e.id = s.entry_id and e.kind = '{kind}'
                where {condition} group by r.id having count(e.id) <> 1"""
            )
        ]
        complaints += [
            f"entry {entry} ({kind}) is about no row of {table}"
            for (entry,) in ask(
                f"""select e.id from ({entries}) e
                where not exists (select 1 from {table} r where r.id = any(e.about))"""
            )
        ]
    complaints += [
        f"item {item} was given {fence} times; the journal says {told}"
        for item, fence, told in ask(
            """select w.id, w.fence, count(e.id) from calling_work_item w
            left join journal_subject s on s.subject_id = w.id
            left join journal_entry e on e.id = s.entry_id and (e.kind = 'calling.item_claimed'
                or (e.kind = 'calling.item_rested' and e.body ->> 'reason' = 'allowance'))
            group by w.id having w.fence <> count(e.id)"""
        )
    ]
    for kind, field, table in (("tracing.results_accepted", "results", "tracing_result"),):
        ((told, there),) = ask(
            f"""select (select coalesce(sum((body ->> '{field}')::bigint), 0) from journal_entry
                where kind = '{kind}'), (select count(*) from {table})"""
        )
        if told != there:
            complaints.append(f"the journal counts {told} rows of {table}, which has {there}")
    return complaints


def nothing_is_stuck(ask: Ask, *, at: datetime) -> list[str]:
    """I9: a minute after its lease nothing is held any more; no message waits, no attempt stays open."""
    complaints = [
        f"item {item} is held beyond its lease and a minute"
        for (item,) in ask(
            "select id from calling_work_item where state = 'leased' and lease_until < %s",
            [at - AFTER_LEASE],
        )
    ]
    complaints += [
        f"message {message} is {state} since {since:%H:%M:%S}"
        for message, state, since in ask(
            """select id, state, received_at from intake_message
            where state in ('stored', 'parsing') and received_at < %s""",
            [at - AFTER_LEASE],
        )
    ]
    return complaints + [
        f"attempt {attempt} is open and its lease is over"
        for (attempt,) in ask(
            """select a.id from calling_attempt a join calling_work_item w on w.id = a.item_id
            where a.ended_at is null and (w.state <> 'leased' or w.fence <> a.fence)"""
        )
    ]


def all_complaints(
    ask: Ask,
    *,
    at: datetime,
    acknowledged: Sequence[Acknowledged] = (),
    history: Sequence[Done] = (),
) -> list[str]:
    """Every check, one after the other."""
    return [
        *acknowledged_messages_are_kept(ask, acknowledged),
        *the_ledger_balances(ask),
        *positives_are_placed(ask),
        *no_item_was_held_twice(ask, history),
        *nothing_happened_twice(ask, history),
        *the_journal_is_complete(ask),
        *nothing_is_stuck(ask, at=at),
    ]
