"""A nation's worth of persons, households, cases and work items, made in the database by set-based SQL.

Not a story like the demonstration's town, but the same shape: sizes, shares and keys as a service has them
after three weeks, in every table with personal data, so that plans and pages meet real statistics. Needs the
superuser of an embedded server: the owner's own policies would hide the rows from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol


class Cursor(Protocol):
    """What Django's and psycopg's cursors have in common."""

    def execute(self, query: Any, params: Any = None) -> Any:
        """Run a statement."""


AREAS = 100
TEAMS = 10
SUPPLIERS = 20

# Eight households in a row have these sizes; a person's place in the row of 24 gives the household.
DOORS = "{0,1,1,2,2,2,2,3,4,4,5,5,5,6,6,6,6,6,7,7,7,7,7,7}"

SEEDS = (
    """create temporary table home on commit preserve rows as
    select h, uuidv7() as household, uuidv7() as address, uuidv7() as episode, uuidv7() as result,
        uuidv7() as kase, uuidv7() as item, 'zx' || h %% %(areas)s as area,
        (array['en','en','en','en','en','en','en','pl'])[1 + h / 3 %% 8] as language,
        (array['2','3'])[1 + h / 5 %% 2] as tier,
        (array['waiting','waiting','waiting','resting','resting','closed'])[1 + h %% 6] as state,
        %(at)s::timestamptz - h * (interval '21 days' / %(households)s) as moment
    from generate_series(1, %(households)s) h""",
    """create temporary table human on commit preserve rows as
    select n, uuidv7() as person, h.*, row_number() over (partition by h.h order by n) as place
    from generate_series(0, %(persons)s - 1) n
    join home h on h.h = 1 + n / 24 * 8 + (%(doors)s::int[])[1 + n %% 24]""",
    "create index on home (h)",
    "analyze home",
    "analyze human",
)

STAFF = (
    """insert into suppliers_organisation (id, ref, code, name, kind)
    select uuidv7(), gen_random_uuid(), 'world-supplier-' || s, 'Fernquill Calling ' || s, 'supplier'
    from generate_series(0, %(suppliers)s - 1) s
    union all values (uuidv7(), gen_random_uuid(), 'world-council', 'Upper Zexmouth', 'council'),
        (uuidv7(), gen_random_uuid(), 'world-authority', 'Zexmouth Tracing', 'authority')""",
    """insert into workforce_team (id, ref, code, name, organisation_id, areas, handover_hours)
    select uuidv7(), gen_random_uuid(), 'world-team-' || t, 'Team ' || t, o.id,
        array(select 'zx' || a from generate_series(t, %(areas)s - 1, %(teams)s) a), 24
    from generate_series(0, %(teams)s - 1) t, suppliers_organisation o where o.code = 'world-council'""",
    """insert into workforce_user (id, ref, username, password, display_name, role, organisation_id,
        team_id, is_active)
    select uuidv7(), gen_random_uuid(), s.role || n, '', 'Ada ' || s.role || ' ' || n, s.role, o.id,
        case when s.role = 'local' then (select id from workforce_team where code = 'world-team-0') end, true
    from (values ('handler', 'world-supplier-', %(handlers)s), ('leader', 'world-supplier-', %(suppliers)s),
        ('local', 'world-council', 2), ('authority', 'world-authority', 1)) s(role, code, many)
    cross join lateral generate_series(1, s.many) n
    join suppliers_organisation o on o.code = s.code
        || case s.code when 'world-supplier-' then (n %% %(suppliers)s)::text else '' end""",
    """insert into workforce_agent (id, user_id, supplier_id, team_id, kinds, tiers, skills, languages, areas)
    select uuidv7(), u.id, u.organisation_id, u.team_id, '{case,contact}', '{1,2,3}', '{interview}',
        '{en}', '{}'
    from workforce_user u where role in ('handler', 'local') and display_name like 'Ada %%'""",
    """insert into workforce_agent_state (id, agent_id, supplier_id, state, code, from_at, to_at)
    select uuidv7(), a.id, a.supplier_id, 'available', '', %(at)s - n * interval '1 hour',
        case when n > 0 then %(at)s - (n - 1) * interval '1 hour' end
    from workforce_agent a, generate_series(0, 20) n""",
)

PEOPLE = (
    """insert into people_address (id, line_1, line_2, town, postcode, area, region, address_key, institution)
    select address, h || ' Otterbell Street', '', 'Zexmouth', upper(area) || ' 1AA', area, '',
        'world:' || h, false from home""",
    """insert into people_household (id, ref, address_id, area, joins_address)
    select household, gen_random_uuid(), address, area, true from home""",
    """insert into people_person (id, ref, household_id, given_name, family_name, given_norm, family_norm,
        family_phonetic, birth_date, birth_year, sex, language, interpreter, deceased, source, created_at,
        revision)
    select person, gen_random_uuid(), household, 'Given' || n %% 997, 'Family' || h %% 9973,
        'given' || n %% 997, 'family' || h %% 9973, 'FML' || h %% 4999, born, extract(year from born),
        (array['female','male'])[1 + n %% 2], language, false, false, 'world', moment, 1
    from (select *, date '2015-01-01' - (n::bigint * 7919 %% 29000)::int as born from human) x""",
    """insert into people_identifier (id, person_id, scheme, value, since)
    select uuidv7(), person, 'sender:world-lab', 'world' || n, moment from human""",
    """insert into people_contact_detail (id, person_id, household_id, kind, value, endpoint_id, source, since)
    select uuidv7(), person, household, 'phone', '01632960' || lpad((h %% 1000)::text, 3, '0'),
        md5('phone' || h)::uuid, 'world', moment from human""",
    """insert into people_residence (id, person_id, address_id, household_id, kind, from_on, source)
    select uuidv7(), person, address, household, 'home', moment::date, 'world' from human""",
    """insert into people_household_member (id, household_id, person_id, from_at, why)
    select uuidv7(), household, person, moment, 'result' from human""",
    """insert into people_match_question (id, newer_id, older_id, score, reasons, asked_at)
    select uuidv7(), a.person, b.person, 0.5 + a.n %% 50 / 100.0, '[]', a.moment
    from human a join human b on b.n = a.n + 24 where a.n %% 50 = 0""",
    """insert into people_person_link (id, from_person_id, to_person_id, by_id, at)
    select uuidv7(), a.person, b.person, uuidv7(), a.moment
    from human a join human b on b.n = a.n + 48 where a.n %% 50 = 1""",
    """insert into people_call_use (id, kind, subject_id, at, supplier_id)
    select uuidv7(), k.kind, case k.kind when 'person' then person else md5('phone' || h)::uuid end,
        moment, o.id
    from human, (values ('person'), ('endpoint')) k(kind), suppliers_organisation o
    where place = 1 and h %% 2 = 0 and o.code = 'world-supplier-0'""",
)

INTAKE = (
    """insert into intake_sender (id, ref, code, name, mapping, created_at)
    values (uuidv7(), gen_random_uuid(), 'world-lab', 'World laboratory', 'standard', %(at)s)""",
    """create temporary table letter on commit preserve rows as
    select m, uuidv7() as message, (select id from intake_sender where code = 'world-lab') as sender
    from generate_series(0, %(households)s / 5) m""",
    """insert into intake_message (id, ref, sender_id, message_id, sha256, size, name, received_at, mapping,
        mapping_version, state, refused, remark, rows_received, parsed_at)
    select message, gen_random_uuid(), sender, 'world' || m, md5(m::text), 1000, 'world.csv',
        %(at)s - m * (interval '21 days' / (%(households)s / 5 + 1)), 'standard', 1, 'parsed', '', '', 5, %(at)s
    from letter""",
    """insert into intake_chunk (message_id, number, bytes) select message, 0, '' from letter""",
    """insert into intake_row (message_id, number, sender_id, day, place, "offset", length, report_id,
        content_sha, result_id)
    select message, h %% 5, sender, moment::date, 'accepted', 0, 100, 'world' || h, '', result
    from home join letter on m = h / 5""",
    """insert into intake_report (sender_id, report_id, content_sha, earlier, reported_at, status, result_id)
    select sender, 'world' || h, '', '{}', moment, 'final', result from home join letter on m = h / 5""",
    """insert into intake_quarantined (id, ref, message_id, number, sender_id, "column", value, reason,
        allowed, at, state, reject_reason, revision, decided_by, decided_at)
    select uuidv7(), gen_random_uuid(), message, 100 + h %% 5, sender, 'birth_date', '?', 'unreadable',
        'a date', moment, d.state, '', 1, case when d.state <> 'open' then uuidv7() end,
        case when d.state <> 'open' then moment end
    from home join letter on m = h / 5,
        lateral (select (array['open','rejected','rejected','rejected'])[1 + h / 20 %% 4] as state) d
    where h %% 20 = 0""",
)

TRACING = (
    """insert into tracing_episode (id, person_id, household_id, disease, number, first_on, last_on, opened_at)
    select episode, person, household, 'covid', 1, moment::date, moment::date, moment
    from human where place = 1""",
    """insert into tracing_result (id, ref, person_id, household_id, sender_id, message_id, row_number,
        report_id, disease, result, test_kind, route, pillar, purpose, taken_at, reported_at, received_at,
        area, region, setting, setting_kind, episode_id)
    select result, gen_random_uuid(), person, household, sender, message, h %% 5, 'world' || h, 'covid',
        'positive', 'pcr', '', '2', '', moment, moment, moment, area, '', '', '', episode
    from human join letter on m = h / 5 where place = 1""",
    """insert into tracing_case (id, ref, episode_id, result_id, person_id, household_id, disease, protocol,
        protocol_version, area, region, managed_by_first, managed_by, tier, symptomatic, onset_on, taken_on,
        taken_at, result_at, transferred_at, details_given, outcome, closed_at, isolate_until, revision)
    select kase, gen_random_uuid(), episode, result, person, household, 'covid', 'covid-england', 3, area, '',
        'national', 'national', tier, true, moment::date - 2, moment::date - 1, moment - interval '1 day',
        moment, moment, true, case state when 'closed' then 'not_reached' else 'open' end,
        case state when 'closed' then %(at)s::timestamptz end, moment::date + 8, 1
    from human where place = 1""",
    """insert into tracing_contact (id, ref, case_id, person_id, household_id, protocol, protocol_version,
        household, exposure_kind, exposed_on, identified_at, area, region, managed_by_first, managed_by, tier,
        details_given, outcome, isolate_from, isolate_until, revision)
    select uuidv7(), gen_random_uuid(), kase, person, household, 'covid-england', 3, true, 'household',
        moment::date, moment, area, '', 'national', 'national', tier, true, 'open', moment::date,
        moment::date + 10, 1
    from human where place > 1""",
    """insert into tracing_exposure (id, contact_id, household_id, kind, "on")
    select uuidv7(), id, household_id, 'household', exposed_on from tracing_contact""",
    """insert into tracing_holding (id, subject, subject_id, household_id, team_id, managed_by, queue,
        offered_at, due_at, reason)
    select uuidv7(), 'case', kase, household, case when h %% 50 = 0 then t.id end, 'national', '', moment,
        moment + interval '4 hours', '' from home join workforce_team t on area = any(t.areas)""",
    """insert into tracing_case_share (id, case_id, household_id, team_id, why, from_at)
    select uuidv7(), kase, household, t.id, 'area', moment
    from home join workforce_team t on area = any(t.areas)""",
    """insert into tracing_interview (id, ref, household_id, item_id, person_id, subject, subject_id, script,
        script_version, answers, step, started_at, saved_at, ended_at, resolved_at, outcome, note, revision)
    select uuidv7(), gen_random_uuid(), household, item, person, 'case', kase, 'case-england', 1, '{}', '',
        moment, moment, moment, case when h %% 100 > 0 then moment end, 'no_answer', '', 1
    from human where place = 1 and h %% 5 = 0""",
    """insert into tracing_named_contact (id, ref, case_id, household_id, position, given_name, family_name,
        phone, email, same_household, exposure_kind, place, informed_by, saved_at, submitted_at, resolved_at,
        unresolved_reason, revision)
    select uuidv7(), gen_random_uuid(), kase, household, 1, 'Named', 'Family' || h, '', '', false, 'direct',
        '', 'handler', moment, moment, case when h %% 100 > 0 then moment end, '', 1
    from home where h %% 5 = 0""",
    """insert into tracing_setting (id, ref, kind, name, name_key, postcode, area)
    select uuidv7(), gen_random_uuid(), 'school', 'School ' || s, 'world ' || s, '', 'zx' || s %% %(areas)s
    from generate_series(1, greatest(%(households)s / 100, 1)) s""",
    """insert into tracing_visit (id, case_id, household_id, setting_id, role, from_on)
    select uuidv7(), kase, household, s.id, 'pupil', moment::date
    from home join tracing_setting s on s.name_key = 'world ' || (1 + h / 10 %% (%(households)s / 100))
    where h %% 10 = 0""",
    """insert into tracing_escalation (id, case_id, setting_id, household_id, rule, protocol,
        protocol_version, suppressed, why, at, team_id)
    select uuidv7(), v.case_id, v.setting_id, v.household_id, 'school', 'covid-england', 3, false, '', h.moment,
        t.id from tracing_visit v join home h on h.kase = v.case_id
        join workforce_team t on h.area = any(t.areas)""",
)

CALLING = (
    """insert into calling_work_item (id, ref, household_id, state, kind, tier, skill, language, area, queue,
        rank, rank_bucket, rank_reasons, facts, window_ends_at, callable_from, attempts, tried_hours, more_work,
        team_id, handover_at, fence, opened_at, closed_at, close_reason, revision)
    select item, gen_random_uuid(), household, s.state, 'case', tier, 'interview', language, area,
        concat_ws('/', 'case', tier, 'interview', language, area), (h::bigint * 7919 %% 1000)::int,
        date_trunc('hour', %(at)s::timestamptz), '{}', '{}', moment + interval '24 hours',
        %(at)s::timestamptz + case s.state when 'resting' then h %% 600 * interval '1 minute'
            else interval '0' end, 0, '{}', false, case s.state when 'local' then t.id end,
        case when s.state in ('waiting', 'resting')
            then %(at)s::timestamptz + h %% 24 * interval '1 hour' + interval '1 minute' end,
        0, moment, case s.state when 'closed' then %(at)s::timestamptz end, '', 1
    from home join workforce_team t on area = any(t.areas),
        lateral (select case when h %% 50 = 0 then 'local' else home.state end as state) s""",
    """insert into calling_attempt (id, item_id, household_id, person_id, subject, subject_id, endpoint_id,
        supplier_id, agent_id, fence, channel, started_at, ended_at, outcome, reached)
    select uuidv7(), item, household, person, 'case', kase, md5('phone' || h)::uuid, a.supplier_id, a.id, 0,
        'call', moment, moment + interval '1 minute', 'no_answer', false
    from human join (select a.id, supplier_id, row_number() over (order by a.id) as at
        from workforce_agent a join workforce_user u on u.id = user_id where role = 'handler') a
        on a.at = 1 + h %% %(handlers)s where place = 1 and h %% 2 = 0""",
    """create temporary table told on commit preserve rows as
    select uuidv7() as entry, k.kind, case k.kind when 'tracing.case_opened' then kase else item end as about,
        household, moment from home, (values ('tracing.case_opened'), ('calling.item_opened')) k(kind)""",
    """insert into journal_entry (id, at, kind, actor_role, body, version, leaf)
    select entry, moment, kind, 'r_match', '{}', 1, sha256(entry::text::bytea) from told""",
    """insert into journal_subject (subject_id, entry_id, at)
    select about, entry, moment from told union all select household, entry, moment from told""",
)

STATEMENTS = (*SEEDS, *STAFF, *PEOPLE, *INTAKE, *TRACING, *CALLING)


def fill(cursor: Cursor, *, persons: int, at: datetime) -> None:
    """Make the world in the deployment's schema, which the connection's search path names."""
    given: Mapping[str, object] = {
        "persons": persons,
        "households": persons // 3,
        "areas": AREAS,
        "teams": TEAMS,
        "doors": DOORS,
        "suppliers": SUPPLIERS,
        "handlers": max(400, persons // 100),
        "at": at,
    }
    # Every row is made whole here; checking each foreign key again would take most of the time.
    cursor.execute("set session_replication_role = replica")
    for statement in STATEMENTS:
        cursor.execute(statement, given)
    for table in ("home", "human", "letter", "told"):
        cursor.execute(f"drop table {table}")
    cursor.execute("set session_replication_role = origin")
    cursor.execute("analyze")
