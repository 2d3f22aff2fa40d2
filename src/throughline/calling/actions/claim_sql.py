"""The claim: an agent, the best of its queues, one row locked and leased, in one statement."""

from __future__ import annotations

from throughline.calling.rules.queues import FOR_ANYBODY
from throughline.core.wire import WholeAct
from throughline.journal.actions.within import entry_of

# How many waiting items, from the one wanted most, a claim looks at before it goes from queue to queue.
TOP = 128

TAKABLE = """w.state = 'waiting'
        and (w.callback_agent_id is null or w.callback_agent_id = me.id or w.callable_from < %(grace)s)
        and (w.supplier_id is null or w.supplier_id = me.supplier_id)"""

# This is rules.queues.may_take; a test holds the two together.
IN_REACH = f"""split_part(QUEUE, '/', 1) = any(me.kinds || '{FOR_ANYBODY}'::text)
            and split_part(QUEUE, '/', 2) = any(me.tiers)
            and split_part(QUEUE, '/', 3) = any(me.skills)
            and split_part(QUEUE, '/', 4) = any(me.languages)
            and (me.areas = '{{}}' or split_part(QUEUE, '/', 5) = any(me.areas))"""

# A subquery with a limit, so that it is always one descent of the index of leases by agent: joined, the planner
# prefers to walk along all leases whenever its statistics were taken while there were few.
ME = """me as materialized (
    select a.id, a.supplier_id, a.kinds, a.tiers, a.skills, a.languages, a.areas,
        (select w.id from calling_work_item w
            where w.state = 'leased' and w.agent_id = a.id limit 1) as held
    from workforce_agent a where a.user_id = %(user)s
)"""

MY_CALL_BACK = """select c.id from me cross join lateral (
            select w.id from calling_work_item w
            where w.state = 'waiting' and w.callback_agent_id = me.id
            order by w.callable_from, w.id limit 1 for update of w skip locked) c
        where me.held is null"""

LEASED = """update calling_work_item w set state = 'leased', agent_id = me.id, fence = w.fence + 1,
        leased_at = %(at)s, lease_until = %(until)s, revision = w.revision + 1
    from picked cross join me where w.id = picked.id
    returning w.id, w.ref, w.household_id, w.agent_id, w.fence, w.leased_at, w.lease_until,
        w.skill, w.facts, true as fresh"""

# What the allowance looks at: the ways to ring the household, and the calls charged to any of them lately.
TOLD = """select mine.id, mine.ref, mine.household_id, mine.agent_id, mine.fence, mine.leased_at,
    mine.lease_until, mine.skill, mine.facts, mine.fresh, me.supplier_id, calls.ways, calls.uses
from mine cross join me cross join lateral (
    select array_agg(array[d.person_id, d.endpoint_id]) as ways,
        (select jsonb_object_agg(u.subject_id, u.at) from (
            select subject_id, jsonb_agg(at) as at from people_call_use
            where subject_id = any(array_agg(d.person_id) || array_agg(d.endpoint_id))
                and at > %(since)s group by subject_id) u) as uses
    from people_contact_detail d
    where d.household_id = mine.household_id and d.kind = 'phone' and d.wrong_since is null
        and mine.fresh
) calls"""

# In each of the two, the parts of `picked` run row by row, in order, and stop at the first item that could be
# locked: those whom others are just taking are stepped over, so claimants never wait for each other.

# An agent with a wide reach finds the best of all its queues among the few that are wanted most.
WANTED_MOST = f"""select b.id from me cross join lateral (
            select w.ctid as place, w.queue from calling_work_item w
            where {TAKABLE} order by w.rank desc, w.id limit {TOP}) top
        cross join lateral (
            select w.id from calling_work_item w
            where w.ctid = top.place and w.state = 'waiting' for update of w skip locked) b
        where me.held is null and {IN_REACH.replace("QUEUE", "top.queue")}"""  # noqa: S608 - parts of our own

FROM_THE_TOP = f"""with {ME}, picked as materialized (
    select id from (
        {MY_CALL_BACK}
        union all
        {WANTED_MOST}
    ) found limit 1
), mine as (
    {LEASED}
)
{TOLD}"""  # noqa: S608

CALL_BACK_WAITS = """(select w.id from calling_work_item w
        where w.state = 'waiting' and w.callback_agent_id = a.id limit 1)"""

RUNG_LATELY = """(select u.at from people_contact_detail d join people_call_use u
        on u.subject_id = any(array[d.person_id, d.endpoint_id])
        where d.household_id = w.household_id and d.kind = 'phone' and d.wrong_since is null
            and u.at > %(since)s limit 1)"""

# The whole act, journal and all, where there is nothing to think about: the agent promised nobody a call, and
# nobody rang the best household lately, so that there is no allowance to look at. Else it takes nothing.
AT_ONCE = WholeAct(
    f"""with {ME.replace("%(user)s", f"%(user)s and {CALL_BACK_WAITS} is null")},
picked as materialized (
    {WANTED_MOST} limit 1
), mine as (
    {LEASED.replace("picked.id", f"picked.id and {RUNG_LATELY} is null")}, me.supplier_id
), {
        entry_of(
            "mine",
            subjects=("id", "household_id"),
            supplier="supplier_id",
            body={"agent": "agent_id", "fence": "fence"},
        )
    }
select id, ref, household_id, agent_id, fence from mine"""  # noqa: S608
)

# For everyone else: `heads` hops through the index from queue to queue and reads the best of each, however long
# they are. It also finds what is in hand.
FROM_EACH_QUEUE = f"""with recursive {ME}, heads as (
    select n.* from me cross join lateral (
        select w.queue, w.rank from calling_work_item w
        where {TAKABLE} order by w.queue, w.rank desc, w.id limit 1) n
    union all
    select n.* from heads h cross join me cross join lateral (
        select w.queue, w.rank from calling_work_item w
        where {TAKABLE} and w.queue > h.queue order by w.queue, w.rank desc, w.id limit 1) n
), picked as materialized (
    select id from (
        {MY_CALL_BACK}
        union all
        select b.id from (
            select h.queue from heads h cross join me
            where me.held is null and {IN_REACH.replace("QUEUE", "h.queue")}
            order by h.rank desc, h.queue
        ) q cross join me cross join lateral (
            select w.id from calling_work_item w
            where w.queue = q.queue and {TAKABLE}
            order by w.rank desc, w.id limit 1 for update of w skip locked) b
    ) found limit 1
), taken as (
    {LEASED}
), mine as (
    select * from taken
    union all
    select w.id, w.ref, w.household_id, w.agent_id, w.fence, w.leased_at, w.lease_until,
        w.skill, w.facts, false
    from me join calling_work_item w on w.id = me.held
)
{TOLD}"""  # noqa: S608
