"""The claim in one statement: an agent, the best of its queues, one row locked and leased."""

from __future__ import annotations

TAKABLE = """w.state = 'waiting'
        and (w.callback_agent_id is null or w.callback_agent_id = me.id or w.callable_from < %(grace)s)
        and (w.supplier_id is null or w.supplier_id = me.supplier_id)"""

# `heads` hops through the index from queue to queue and reads the best of each, however long they are.
# The lateral parts below run row by row, in order, and stop at the first item that could be locked: those
# whom others are just taking are stepped over, so claimants on one queue never wait for each other.
# The condition on the parts of the queue is rules.queues.may_take; a test holds the two together.
CLAIM = """
with recursive me as materialized (
    select id, supplier_id, kinds, tiers, skills, languages, areas
    from workforce_agent where user_id = %(user)s
), held as materialized (
    select w.id from me join calling_work_item w on w.agent_id = me.id and w.state = 'leased'
), heads as (
    select n.* from me cross join lateral (
        select w.queue, w.rank from calling_work_item w
        where TAKABLE order by w.queue, w.rank desc, w.id limit 1) n
    union all
    select n.* from heads h cross join me cross join lateral (
        select w.queue, w.rank from calling_work_item w
        where TAKABLE and w.queue > h.queue order by w.queue, w.rank desc, w.id limit 1) n
), picked as materialized (
    select id from (
        select c.id from me cross join lateral (
            select w.id from calling_work_item w
            where w.state = 'waiting' and w.callback_agent_id = me.id
            order by w.callable_from, w.id limit 1 for update of w skip locked) c
        union all
        select b.id from (
            select h.queue from heads h cross join me
            where split_part(h.queue, '/', 1) = any(me.kinds)
                and split_part(h.queue, '/', 2) = any(me.tiers)
                and split_part(h.queue, '/', 3) = any(me.skills)
                and split_part(h.queue, '/', 4) = any(me.languages)
                and (me.areas = '{}' or split_part(h.queue, '/', 5) = any(me.areas))
            order by h.rank desc, h.queue
        ) q cross join me cross join lateral (
            select w.id from calling_work_item w
            where w.queue = q.queue and TAKABLE
            order by w.rank desc, w.id limit 1 for update of w skip locked) b
    ) found where not exists (select from held) limit 1
), taken as (
    update calling_work_item w set state = 'leased', agent_id = me.id, fence = w.fence + 1,
        leased_at = %(at)s, lease_until = %(until)s, revision = w.revision + 1
    from picked cross join me where w.id = picked.id
    returning w.id, w.ref, w.household_id, w.agent_id, w.fence, w.leased_at, w.lease_until,
        w.skill, w.facts, true as fresh
), mine as (
    select * from taken
    union all
    select w.id, w.ref, w.household_id, w.agent_id, w.fence, w.leased_at, w.lease_until,
        w.skill, w.facts, false
    from held join calling_work_item w on w.id = held.id
)
select mine.id, mine.ref, mine.household_id, mine.agent_id, mine.fence, mine.leased_at, mine.lease_until,
    mine.skill, mine.facts, mine.fresh, me.supplier_id, calls.ways, calls.uses
from mine cross join me cross join lateral (
    select array_agg(array[d.person_id, d.endpoint_id]) as ways,
        (select jsonb_object_agg(u.subject_id, u.at) from (
            select subject_id, jsonb_agg(at) as at from people_call_use
            where subject_id = any(array_agg(d.person_id) || array_agg(d.endpoint_id))
                and at > %(since)s group by subject_id) u) as uses
    from people_contact_detail d
    where d.household_id = mine.household_id and d.kind = 'phone' and d.wrong_since is null
        and mine.fresh
) calls
""".replace("TAKABLE", TAKABLE)
