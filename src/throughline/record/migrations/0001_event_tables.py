"""The event tables as views, column by column as docs/reference/events.md names them.

They run with the rights of whoever reads them. Every id is a random reference, or a hash that holds one: a key would
tell its moment. An empty text means unknown here, so it is null there.
"""

from __future__ import annotations

from django.db import migrations

# Whom each joined person's record now stands for. A link can end at a person who was joined to another later.
SURVIVOR = """
create view record_survivor with (security_invoker = true) as
with recursive step as (
    select from_person_id as person_id, to_person_id as survivor_id, 1 as depth
    from people_person_link where undone_at is null
    union all
    select s.person_id, l.to_person_id, s.depth + 1
    from step s join people_person_link l on l.from_person_id = s.survivor_id and l.undone_at is null
)
select distinct on (person_id) person_id, survivor_id from step order by person_id, depth desc
"""

PERSON = """
create view record_person with (security_invoker = true) as
select p.id, one.ref as person_ref, h.ref as household_ref, one.birth_date
from people_person p
left join record_survivor s on s.person_id = p.id
join people_person one on one.id = coalesce(s.survivor_id, p.id)
join people_household h on h.id = one.household_id
"""

# A provider is an organisation by its code; a local team's spell is its council's, accepted or not.
HOLDER = """
create view record_holder with (security_invoker = true) as
select h.id, h.subject, h.subject_id, h.offered_at, h.ended_at, h.due_at, h.accepted_at, h."end", h.queue,
    h.managed_by, h.reason, h.next_provider_id,
    case when o.kind = 'subcontractor' then above.code else o.code end as provider,
    case when o.kind = 'subcontractor' then o.code end as subcontractor
from tracing_holding h
left join workforce_team t on t.id = h.team_id
left join suppliers_organisation o on o.id = coalesce(h.provider_id, t.organisation_id)
left join suppliers_organisation above on above.id = o.works_under_id
"""

BATCHES = """
create view record_batches with (security_invoker = true) as
select m.ref::text as batch_id, s.code as laboratory, null::timestamptz as sent_at, null::bigint as rows_sent,
    m.sha256 as hash, m.received_at, m.rows_received::bigint,
    coalesce(r.accepted, 0) as accepted, coalesce(r.duplicates, 0) as duplicates,
    coalesce(r.quarantined, 0) as quarantined, coalesce(r.rejected, 0) as rejected,
    coalesce(r.corrected, 0) as corrected, coalesce(r.waiting, 0) as waiting,
    m.state, null::text as merged_into, m.received_at as recorded_at
from intake_message m join intake_sender s on s.id = m.sender_id
left join (
    select message_id,
        count(*) filter (where place = 'accepted') as accepted,
        count(*) filter (where place = 'duplicate') as duplicates,
        count(*) filter (where place = 'quarantined') as quarantined,
        count(*) filter (where place = 'rejected') as rejected,
        count(*) filter (where place = 'corrected') as corrected,
        count(*) filter (where place = 'waiting') as waiting
    from intake_row group by message_id
) r on r.message_id = m.id
"""

# A corrected report stays, merged into the one that corrected it. First means among those in force.
RESULTS = """
create view record_results with (security_invoker = true) as
select r.ref::text as result_id, p.person_ref::text as person_id, m.ref::text as batch_id, r.disease,
    nullif(r.pillar, '') as pillar, nullif(r.route, '') as route, nullif(r.test_kind, '') as test_kind,
    nullif(r.purpose, '') as purpose, r.result, null::timestamptz as booked_at, r.taken_at,
    null::timestamptz as lab_received_at, r.reported_at, null::timestamptz as communicated_at, r.received_at,
    s.code as laboratory, nullif(r.area, '') as area, nullif(r.region, '') as region,
    null::boolean as in_person, null::double precision as distance_miles,
    case when r.superseded_by_id is null then 1 = row_number() over (
        partition by p.person_ref, r.disease, r.superseded_by_id is null
        order by coalesce(r.taken_at, r.received_at), r.id) end as first_tested,
    case when r.superseded_by_id is null and r.result = 'positive' then 1 = row_number() over (
        partition by p.person_ref, r.disease, r.superseded_by_id is null, r.result
        order by coalesce(r.taken_at, r.received_at), r.id) end as first_positive,
    c.ref::text as case_id, r.exclusion as no_case_reason,
    newer.ref::text as merged_into, r.received_at as recorded_at
from tracing_result r
join record_person p on p.id = r.person_id
left join intake_message m on m.id = r.message_id
left join intake_sender s on s.id = r.sender_id
left join tracing_result newer on newer.id = r.superseded_by_id
left join tracing_episode e on e.id = r.episode_id
left join tracing_case c on c.episode_id = coalesce(e.merged_into_id, e.id)
"""

# A case whose only positive was withdrawn never was one: it is in the journal, and in no figure.
CASES = """
create view record_cases with (security_invoker = true) as
select c.ref::text as case_id, p.person_ref::text as person_id, p.household_ref::text as household_id,
    r.ref::text as result_id, c.disease, nullif(c.area, '') as area, nullif(c.region, '') as region,
    p.birth_date > (c.transferred_at at time zone 'UTC')::date - interval '18 years' as under_18,
    c.managed_by_first, c.managed_by, held.first_provider, held.provider, by_whom.code as reached_by,
    c.protocol || ' ' || c.protocol_version as rules, c.symptomatic, c.onset_on,
    null::timestamptz as booked_at, c.taken_at, c.result_at, c.transferred_at, c.details_given,
    c.first_attempt_at, c.reached_at, c.reached_how, c.closed_at, c.outcome,
    c.contacts_named::bigint as contacts_named, into_one.ref::text as merged_into, c.transferred_at as recorded_at
from tracing_case c
join record_person p on p.id = c.person_id
left join tracing_result r on r.id = c.result_id
left join suppliers_organisation by_whom on by_whom.id = c.reached_by
left join tracing_case into_one on into_one.id = c.merged_into_id
left join lateral (
    select (array_agg(provider order by offered_at, id))[1] as first_provider,
        (array_agg(provider order by offered_at desc, id desc))[1] as provider
    from record_holder h where h.subject_id = c.id
) held on true
where c.outcome <> 'in_error'
"""

CONTACTS = """
create view record_contacts with (security_invoker = true) as
select t.ref::text as contact_id, c.ref::text as case_id, p.person_ref::text as person_id,
    p.household_ref::text as household_id, nullif(t.area, '') as area, nullif(t.region, '') as region,
    p.birth_date > (t.identified_at at time zone 'UTC')::date - interval '18 years' as under_18,
    t.managed_by_first, t.managed_by, held.first_provider, held.provider, by_whom.code as reached_by,
    t.protocol || ' ' || t.protocol_version as rules, t.household,
    nullif(t.exposure_kind, '') as exposure_kind, met.setting, t.details_given, t.identified_at,
    c.transferred_at as case_transferred_at, t.exposed_on, t.first_attempt_at, t.reached_at, t.reached_how,
    t.closed_at, t.outcome, t.isolate_from, t.isolate_until,
    exists (select from tracing_result r where r.person_id = t.person_id and r.superseded_by_id is null
        and coalesce(r.taken_at, r.received_at) >= coalesce(t.exposed_on::timestamptz, t.identified_at)) as tested,
    became.ref::text as became_case_id, into_one.ref::text as merged_into, t.identified_at as recorded_at
from tracing_contact t
join tracing_case c on c.id = t.case_id
join record_person p on p.id = t.person_id
left join tracing_case became on became.id = t.became_case_id
left join suppliers_organisation by_whom on by_whom.id = t.reached_by
left join tracing_contact into_one on into_one.id = t.merged_into_id
left join lateral (
    select (array_agg(provider order by offered_at, id))[1] as first_provider,
        (array_agg(provider order by offered_at desc, id desc))[1] as provider
    from record_holder h where h.subject_id = t.id
) held on true
left join lateral (
    select g.kind as setting from tracing_exposure e join tracing_setting g on g.id = e.setting_id
    where e.contact_id = t.id order by e."on" desc nulls last, e.id limit 1
) met on true
"""

SUBJECT = """
create view record_subject with (security_invoker = true) as
select id, ref from tracing_case where outcome <> 'in_error'
union all
select id, ref from tracing_contact
"""

HOLDINGS = """
create view record_holdings with (security_invoker = true) as
select left(encode(sha256((s.ref::text || h.id::text)::bytea), 'hex'), 32) as holding_id, h.subject,
    s.ref::text as subject_id, h.provider, h.subcontractor, h.managed_by, nullif(h.queue, '') as queue,
    h.offered_at, h.accepted_at, h.due_at, h.ended_at, h."end", later.code as next_provider,
    nullif(h.reason, '') as reason, null::text as merged_into, h.offered_at as recorded_at
from record_holder h join record_subject s on s.id = h.subject_id
left join suppliers_organisation later on later.id = h.next_provider_id
"""

# The flags of an outcome say what it was, not its code: a list with other codes needs no change here.
ATTEMPTS = """
create view record_attempts with (security_invoker = true) as
with flags as (
    select distinct on (o ->> 'code') o ->> 'code' as code, o ->> 'retry' as retry,
        coalesce((o ->> 'reached')::boolean, false) as reached,
        coalesce((o ->> 'told')::boolean, false) as told,
        coalesce((o ->> 'counts_as_attempt')::boolean, true) as counts
    from definitions_definition d cross join lateral jsonb_array_elements(d.body -> 'outcome') o
    where d.kind = 'outcomes' order by o ->> 'code', d.version desc
)
select left(encode(sha256((p.person_ref::text || a.id::text)::bytea), 'hex'), 32) as attempt_id, a.subject,
    s.ref::text as subject_id, p.person_ref::text as person_id, p.household_ref::text as household_id,
    a.endpoint_id::text as endpoint_id,
    case when o.kind = 'subcontractor' then above.code else o.code end as provider, u.ref::text as agent_id,
    a.channel, a.started_at, a.ended_at,
    case when a.outcome is null then null
        when f.code is null then 'error'
        when f.told then 'reached'
        when f.retry = 'suppress_all' then 'deceased'
        when f.retry = 'callback' then 'callback'
        when f.retry = 'interpreter' then 'language'
        when f.retry in ('proxy', 'expert', 'escalate', 'hand_over') then 'escalated'
        when f.retry = 'other_skill' then 'refused'
        when f.reached then 'partial'
        when f.retry = 'data_fix' then 'wrong_number'
        when f.retry = 'short' and not f.counts then 'error'
        when f.retry = 'short' then 'busy'
        else 'no_answer' end as outcome,
    a.reached, case when o.kind = 'subcontractor' then o.code end as subcontractor,
    a.outcome as outcome_code, null::text as merged_into, a.started_at as recorded_at
from calling_attempt a
join record_person p on p.id = a.person_id
left join record_subject s on s.id = a.subject_id
left join suppliers_organisation o on o.id = a.supplier_id
left join suppliers_organisation above on above.id = o.works_under_id
left join workforce_agent g on g.id = a.agent_id
left join workforce_user u on u.id = g.user_id
left join flags f on f.code = a.outcome
"""

# Whoever has signed off is in no state. Our states of a call in progress are all handling.
AGENT_STATES = """
create view record_agent_states with (security_invoker = true) as
select u.ref::text as agent_id, s.from_at, s.to_at,
    case when o.kind = 'subcontractor' then above.code else o.code end as provider,
    case when o.kind = 'subcontractor' then o.code end as subcontractor, t.code as team,
    case when s.state in ('reserved', 'preview', 'dialling', 'on_call', 'on_hold', 'raised_hand') then 'handling'
        when s.state = 'wrap_up' then 'wrap' when s.state = 'available' then 'ready'
        when s.state = 'system_down' then 'technical' else s.state end as state,
    nullif(s.code, '') as code, null::double precision as billable, s.queue_waiting, s.state as doing,
    null::text as merged_into, s.from_at as recorded_at
from workforce_agent_state s
join workforce_agent g on g.id = s.agent_id
join workforce_user u on u.id = g.user_id
left join workforce_team t on t.id = g.team_id
left join suppliers_organisation o on o.id = s.supplier_id
left join suppliers_organisation above on above.id = o.works_under_id
where s.state <> 'signed_off'
"""

VIEWS = {
    "record_survivor": SURVIVOR,
    "record_person": PERSON,
    "record_holder": HOLDER,
    "record_subject": SUBJECT,
    "record_batches": BATCHES,
    "record_results": RESULTS,
    "record_cases": CASES,
    "record_contacts": CONTACTS,
    "record_holdings": HOLDINGS,
    "record_attempts": ATTEMPTS,
    "record_agent_states": AGENT_STATES,
}


class Migration(migrations.Migration):
    dependencies = [
        ("calling", "0003_resting_by_queue"),
        ("definitions", "0002_insert_only"),
        ("intake", "0004_rows_checked_by_their_lock"),
        ("people", "0004_indexes_that_are_read"),
        ("tracing", "0004_one_row_for_joined_contacts"),
        ("workforce", "0001_initial"),
    ]

    operations = [migrations.RunSQL(view, f"drop view {name}") for name, view in VIEWS.items()]
