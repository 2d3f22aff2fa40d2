"""The checks of the storm themselves: quiet about a service at work, and each alarm seen to go off."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from tests.invariants import Acknowledged, Done, all_complaints
from throughline.calling.actions import claim_next, start_attempt
from throughline.core.context import acting
from throughline.core.models import Service
from throughline.core.roles import Role
from throughline.intake.actions import store
from throughline.intake.actions.store import Stored
from throughline.intake.tasks import parse_messages
from throughline.people.models import ContactDetail
from throughline.rehearsal import bulk
from throughline.rehearsal.layout import COLUMNS, MOMENT
from throughline.suppliers.models import Kind, Organisation
from throughline.tracing.actions import conversation
from throughline.tracing.models import Case
from throughline.workforce.models import Agent, User

NOON = datetime(2020, 11, 2, 11, 0, tzinfo=UTC)
ROWS = 30


@dataclass(frozen=True, kw_only=True)
class Line:
    """What a sender and a handler were told by a service at work."""

    acknowledged: list[Acknowledged]
    history: list[Done]

    def complaints(self) -> list[str]:
        return all_complaints(ask, at=NOON, acknowledged=self.acknowledged, history=self.history)


def ask(statement: str, parameters: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def change(statement: str, parameters: Any = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount


@pytest.fixture
def line(db: None) -> Line:
    """A file on its way to cases, and two conversations held."""
    Service.objects.update_or_create(
        id=1, defaults={"name": "Zexmouth", "telephone": "", "accepts_drama_numbers": True}
    )
    stored = _taken(_file(), "results.csv")
    supplier = Organisation.objects.create(code="quill", name="Fernquill", kind=Kind.SUPPLIER)
    history = [one for n in range(2) for one in _converse(_handler(supplier, n))]
    return Line(
        acknowledged=[Acknowledged(ref=str(stored.message_ref), rows=ROWS)], history=history
    )


def _taken(data: bytes, name: str) -> Stored:
    stored = store(
        sender_code="lab", chunks=[data], name=name, mapping="standard", by=None, at=NOON
    )
    with transaction.atomic(), acting(Role.MATCH):
        while parse_messages(NOON):
            pass
    return stored


def _written(rows: Iterable[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, (*COLUMNS, "status"))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _file() -> bytes:
    fresh = {
        "reported_at": (NOON - timedelta(hours=2)).strftime(MOMENT),
        "taken_at": (NOON - timedelta(hours=20)).strftime(MOMENT),
        "onset_on": "",
    }
    shares = bulk.Shares(positive=0.6, duplicate=0.1, faulty=0.1)
    rows = bulk.rows(ROWS, 7, shares=shares, until=date(2020, 10, 21))
    return _written(row | fresh for row in islice(rows, ROWS))


def _handler(supplier: Organisation, number: int) -> Agent:
    user = User.objects.create(
        username=f"ada{number}", display_name="Ada", role="handler", organisation=supplier
    )
    return Agent.objects.create(
        user=user,
        supplier=supplier,
        kinds=["case", "contact"],
        tiers=["1", "2", "3"],
        skills=["interview"],
        languages=["en"],
    )


def _converse(agent: Agent) -> list[Done]:
    by = agent.user_id
    lease = claim_next(user_id=by, at=NOON)
    assert lease is not None
    with acting(Role.DESK, user=by, household=lease.household_id):
        case = Case.objects.filter(household_id=lease.household_id, outcome="open")[0]
        phone = ContactDetail.objects.filter(household_id=lease.household_id)[0]
        conversation.begin(lease=lease, subject_kind="case", subject_id=case.id, by=by, at=NOON)
        attempt = start_attempt(
            lease=lease,
            person_id=case.person_id,
            subject="case",
            subject_id=case.id,
            endpoint_id=phone.endpoint_id,
            channel="call",
            by=by,
            at=NOON,
        )
        conversation.end_conversation(
            lease=lease,
            outcome="no_answer",
            callback_at=None,
            callback_mine=False,
            note="",
            by=by,
            at=NOON,
            key=uuid4(),
        )
    said = {"item": str(lease.item_id), "fence": lease.fence, "agent": str(lease.agent_id)}
    return [
        Done(what="claimed", **said),
        Done(what="attempted", result=str(attempt), **said),
        Done(what="ended", **said),
    ]


def test_a_service_at_work_gives_no_alarm(line: Line) -> None:
    assert line.complaints() == []


def test_an_illness_that_follows_one_opened_in_error_is_no_second_count_of_it(line: Line) -> None:
    first = next(
        row
        for row in csv.DictReader(io.StringIO(_file().decode()))
        if row["result"] == "positive" and row["birth_date"] and row["phone"]
    ) | {"report_id": "A-1", "given_name": "Wilhelmina", "family_name": "Oxenthorpe"}
    _taken(_written([first]), "first.csv")
    _taken(_written([first | {"result": "negative", "status": "corrected"}]), "corrected.csv")
    _taken(_written([first | {"report_id": "A-2"}]), "second.csv")
    episodes = """select e.id from tracing_episode e join people_person p on p.id = e.person_id
        where p.family_name = 'Oxenthorpe' and e.merged_into_id is null"""
    assert len(ask(episodes)) == 2
    assert line.complaints() == []


# An entry like one that is there, with a later number and moment of its own.
AGAIN = """with kept as (
    insert into journal_entry (id, at, kind, actor_id, actor_role, supplier_id, body, version, leaf)
    select uuidv7(), e.at, e.kind, {actor}, e.actor_role, e.supplier_id, {body}, e.version, e.leaf
    from journal_entry e join journal_subject s on s.entry_id = e.id
    where e.kind = '{kind}' and s.subject_id in (select id from calling_work_item) limit 1
    returning id, at)
insert into journal_subject (subject_id, entry_id, at)
select s.subject_id, kept.id, kept.at from kept, (
    select s.subject_id from journal_entry e join journal_subject s on s.entry_id = e.id
    where e.kind = '{kind}' and s.subject_id in (select id from calling_work_item) limit 1) s"""

SABOTAGES = {
    "a row of the ledger is deleted": (
        "delete from intake_row where number = (select min(number) from intake_row)",
        "the journal has",
    ),
    "a row is moved without a word": (
        "update intake_row set place = 'rejected' where place = 'quarantined'",
        "rows rejected",
    ),
    "a result loses its row": (
        "update intake_row set result_id = null where place = 'accepted'",
        "is accepted and has no result",
    ),
    "bytes are changed": ("update intake_chunk set bytes = bytes || 'x'", "its bytes changed"),
    "one illness is counted twice": (
        """with one as (select * from tracing_result where episode_id is not null limit 1),
            other as (insert into tracing_episode (id, person_id, household_id, disease, number, first_on,
                last_on, opened_at) select uuidv7(), e.person_id, e.household_id, e.disease, e.number + 1,
                e.last_on + 3, e.last_on + 3, e.opened_at
                from tracing_episode e join one on one.episode_id = e.id returning id)
            insert into tracing_result select (jsonb_populate_record(r, jsonb_build_object(
                'id', uuidv7(), 'episode_id', other.id, 'row_number', 0, 'report_id', 'another'))).*
            from tracing_result r join one on one.id = r.id, other""",
        "are one illness",
    ),
    "a case stands with nothing left that opened it": (
        """update tracing_result r set superseded_by_id = (select id from tracing_result where id <> r.id limit 1)
            where episode_id is not null""",
        "with no positive left of it",
    ),
    "an attempt is written without its entry": (
        """insert into calling_attempt (id, item_id, household_id, person_id, subject, subject_id, agent_id,
            fence, channel, started_at) select uuidv7(), item_id, household_id, person_id, subject,
            subject_id, agent_id, fence, 'text', started_at from calling_attempt limit 1""",
        "has 0 entries calling.attempt_started",
    ),
    "a call is charged twice": (
        """insert into people_call_use (id, kind, subject_id, at, supplier_id)
            select uuidv7(), kind, subject_id, at, supplier_id from people_call_use where kind = 'person'
            limit 1""",
        "were charged",
    ),
    "a conversation is finished twice": (
        AGAIN.format(kind="calling.item_finished", actor="e.actor_id", body="e.body"),
        "was finished 2 times",
    ),
    "two handlers act under one fence": (
        AGAIN.format(kind="calling.item_claimed", actor="uuidv7()", body="e.body"),
        "2 handlers acted under fence",
    ),
    "a claim is made without its entry": (
        "update calling_work_item set fence = fence + 1 where attempts > 0",
        "the journal says",
    ),
    "a lease never ends": (
        """update calling_work_item set state = 'leased', agent_id = (select id from workforce_agent limit 1),
            leased_at = opened_at, lease_until = opened_at - interval '2 minutes'
            where id = (select id from calling_work_item where state = 'waiting' limit 1)""",
        "is held beyond its lease",
    ),
    "a case disappears": (
        """delete from tracing_case where id = (select c.id from tracing_case c
            where not exists (select from tracing_interview i where i.subject_id = c.id)
            and not exists (select from tracing_case_share s where s.case_id = c.id) limit 1)""",
        "is about no row of tracing_case",
    ),
    "a message disappears with all its rows": (
        """with gone as (select id from intake_message), c as (delete from intake_chunk),
            q as (delete from intake_quarantined), r as (delete from intake_row)
            delete from intake_message""",
        "was acknowledged and is not stored",
    ),
}


@pytest.mark.parametrize("what", SABOTAGES)
def test_each_alarm_goes_off(line: Line, what: str) -> None:
    statement, alarm = SABOTAGES[what]
    assert change(statement)
    assert any(alarm in complaint for complaint in line.complaints()), line.complaints()


def test_an_act_with_an_old_fence_is_found(line: Line) -> None:
    newer = AGAIN.format(
        kind="calling.item_claimed",
        actor="e.actor_id",
        body="jsonb_set(e.body, '{fence}', to_jsonb((e.body ->> 'fence')::bigint + 1))",
    )
    assert change(newer)
    assert change(
        AGAIN.format(kind="calling.lease_extended", actor="e.actor_id", body="e.body")
        .replace("e.kind = 'calling.lease_extended'", "e.kind = 'calling.item_claimed'")
        .replace("e.at, e.kind,", "e.at, 'calling.lease_extended',")
    )
    assert any("acted (calling.lease_extended) after" in one for one in line.complaints())


@pytest.mark.parametrize("what", ["attempted", "ended"])
def test_what_was_confirmed_and_is_not_there_is_found(line: Line, what: str) -> None:
    told = Done(what=what, item=str(uuid4()), fence=1, agent=str(uuid4()), result=str(uuid4()))
    line.history.append(told)
    assert any("was confirmed and is not there" in one for one in line.complaints())


def test_one_fence_given_to_two_handlers_is_found(line: Line) -> None:
    first = line.history[0]
    line.history.append(
        Done(what="claimed", item=first.item, fence=first.fence, agent=str(uuid4()))
    )
    assert any("was given twice under fence" in one for one in line.complaints())
