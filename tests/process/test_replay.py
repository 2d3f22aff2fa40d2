"""A week's results with all that goes wrong on the way, kill -9 of the database in between: the ledger balances.

Small on every run; `THROUGHLINE_RESULTS=1000000 pytest -m storm tests/process/test_replay.py` for as many as named.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from tests.homes import CLI
from tests.invariants import Acknowledged, all_complaints
from tests.process.desk import Desk
from tests.process.storming import asking, kill, lines, log, run

from throughline.rehearsal.replay.truth import Truth
from throughline.rehearsal.replay.week import Week
from throughline.server import logins, postgres
from throughline.server.errors import DownError

pytestmark = pytest.mark.process

ZONE = ZoneInfo("Europe/London")
DAYS_BACK = 9
"""As many days of the ledger as hold the week, wherever midnight lies."""

SLOWEST = 200
"""Results a second below which a replay does not end in time."""

# What the page of the ledger calls what the truth counts, and that of a single day.
ON_THE_PAGE = {
    "Journal says": "received",
    "Tables hold": "received",
    "Accepted": "accepted",
    "Duplicate": "duplicate",
    "Corrected": "corrected",
    "Quarantine": "quarantined",
    "Positive": "positives",
}
ON_A_DAY = {
    "Accepted": "accepted",
    "Duplicate": "duplicate",
    "Corrected an earlier row": "corrected",
    "In quarantine": "quarantined",
    "Received": "received",
}
PAGE_DAYS = 7
IN_ONE_PLACE = "{:,} rows received, and each is in exactly one place."

KNOWN = ("messages", "received", "accepted", "duplicate", "corrected", "quarantined", "positives")

# What the tables hold, asked behind the service's back.
TABLES = {
    "results": "select count(*) from tracing_result",
    "results that were corrected": "select count(*) from tracing_result where superseded_by_id is not null",
    "reports": "select count(*) from intake_report",
    "conflicts": "select count(*) from intake_quarantined where reason = 'conflict' and state = 'open'",
    "unreadable": "select count(*) from intake_quarantined where reason <> 'conflict' and state = 'open'",
    "persons": "select count(*) from people_person",
    "cases": "select count(*) from tracing_case where outcome <> 'in_error' and merged_into_id is null",
    "persons with a case": """select count(distinct person_id) from tracing_case
        where outcome <> 'in_error' and merged_into_id is null""",
}

# A table, what tells one of its rows, the message that brought the row, and what the alarm is called.
LOSSES = {
    "intake_row": ("message_id, number", "message_id", "rows_missing"),
    "tracing_result": ("id", "message_id", "result_missing"),
    "intake_quarantined": ("id", "message_id", "quarantine_missing"),
    "intake_chunk": ("message_id, number", "message_id", "bytes_missing"),
    "intake_message": ("id", "id", "message_missing"),
}


def test_a_week_balances_to_the_unit_when_the_database_is_killed_and_one_lost_row_alarms(
    service,
) -> None:
    replay(
        service,
        results=2_000,
        a_day=1,
        kills=1,
        seed=random.SystemRandom().randrange(10_000),
        tables=("intake_row",),
    )


@pytest.mark.storm
def test_a_week_of_any_size_balances_to_the_unit_when_the_database_is_killed_three_times(
    service,
) -> None:
    replay(
        service,
        results=int(os.environ.get("THROUGHLINE_RESULTS", "100000")),
        a_day=4,
        kills=3,
        seed=int(os.environ.get("THROUGHLINE_SEED", random.SystemRandom().randrange(10_000))),
        tables=tuple(LOSSES),
    )


def replay(
    service, *, results: int, a_day: int, kills: int, seed: int, tables: tuple[str, ...]
) -> None:
    until = datetime.now(UTC).date()
    sys.stdout.write(f"The replay's seed is {seed}, its week ends before {until}.\n")
    draw = random.Random(seed)  # noqa: S311 - no secret
    week = Week(results=results, seed=seed, until=until, a_day=a_day)
    service.start()
    assert run(service, "load", "found").wait() == 0, log(service)
    begun = time.monotonic()
    with _laboratories(service, results, a_day, seed, until.isoformat()) as sent:
        for share in sorted(draw.uniform(0.02, 0.9) for _ in range(kills)):
            _until(lambda: _rows_read(service) >= share * results, results, service)  # noqa: B023
            time.sleep(draw.uniform(0, 0.5))
            sys.stdout.write(f"The database is killed at {_rows_read(service)} rows.\n")
            kill(service, "database")
        _until(lambda: len(sent()) > week.number_of_files, results, service)
        _until(lambda: _waiting(service) == 0, results, service)
    seconds = time.monotonic() - begun
    sys.stdout.write(f"{results} results in {seconds:.0f} s, {results / seconds:.0f} a second.\n")
    truth = Truth(week, zone=ZONE)
    for file in week.files():
        truth.take(file, week.rows_of(file))
    _compare(service, truth, [Acknowledged(**one) for one in sent()[:-1]])
    desk = Desk(service)
    _compare_pages(service, desk, truth)
    for table in tables:
        _one_lost_row_alarms(service, desk, table, draw)
    assert _ledger(service)["alarms"] == [], "what was put back is missed no more"
    assert service.stop() == 0


def _compare(service, truth: Truth, acknowledged: list[Acknowledged]) -> None:
    """Compare every count with the truth: by sender and day in the ledger, and in the tables."""
    ledger = _ledger(service)
    found = {(row["sender"], row["day"]): row for row in ledger["rows"]}
    assert {key: {name: row[name] for name in KNOWN} for key, row in found.items()} == {
        (sender, day.isoformat()): {name: counts[name] for name in KNOWN}
        for (sender, day), counts in truth.days.items()
    }
    assert ledger["alarms"] == []
    assert all(row["balances"] for row in found.values())
    assert sum(row["waiting"] + row["rejected"] for row in found.values()) == 0
    placed = sum(row["in_episodes"] + row["excluded"] for row in found.values())
    assert placed == truth.total["positives"]
    with asking(service) as ask:
        assert {what: ask(query)[0][0] for what, query in TABLES.items()} == {
            "results": truth.total["accepted"] + truth.total["corrected"],
            "results that were corrected": truth.corrected,
            "reports": truth.reports,
            "conflicts": truth.conflicts,
            "unreadable": truth.total["quarantined"] - truth.conflicts,
            "persons": truth.persons,
            "cases": truth.cases,
            "persons with a case": truth.cases,
        }
        assert all_complaints(ask, at=datetime.now(UTC), acknowledged=acknowledged) == []
    sys.stdout.write(f"{dict(truth.total)}, {truth.persons} persons, {truth.cases} cases.\n")


def _compare_pages(service, desk: Desk, truth: Truth) -> None:
    """Compare what stands on the authority's screen with the truth: the ledger's page, and a page for each older day."""
    page, since = desk.page("/ledger/"), _first_on_the_page()
    shown = {key: counts for key, counts in truth.days.items() if key[1] >= since}
    assert 'role="alert"' not in page
    assert _lines_of(page) == {
        (sender, day.isoformat()): {title: counts[name] for title, name in ON_THE_PAGE.items()}
        for (sender, day), counts in shown.items()
    }
    assert IN_ONE_PLACE.format(sum(one["received"] for one in shown.values())) in page
    refs = {row["sender"]: row["sender_ref"] for row in _ledger(service)["rows"]}
    for (sender, day), counts in truth.days.items():
        text = " ".join(desk.page(f"/ledger/{refs[sender]}/{day}/").split())
        assert IN_ONE_PLACE.format(counts["received"]) in text, (sender, day)
        assert _places_of(text) == {title: counts[name] for title, name in ON_A_DAY.items()}
    sys.stdout.write(f"On screen: {len(shown)} lines, {len(truth.days)} days of senders.\n")


def _first_on_the_page() -> date:
    return datetime.now(ZONE).date() - timedelta(days=PAGE_DAYS - 1)


def _lines_of(page: str) -> dict[tuple[str, str], dict[str, int]]:
    """The ledger's table by sender and day: the numbers under the titles that the truth counts too."""
    found = {}
    for row in page.split("<tr ")[1:]:
        name = re.search(r'href="/ledger/[0-9a-f-]+/([0-9-]+)/">([^<]+)<', row)
        if name is None:
            continue
        cells = dict(re.findall(r'data-label="([^"]+)"[^>]*>\s*([0-9,]+)\s*</td>', row))
        numbers = {title: int(told.replace(",", "")) for title, told in cells.items()}
        assert numbers["Waiting"] + numbers["Rejected"] == 0
        found[name[2], name[1]] = {title: numbers[title] for title in ON_THE_PAGE}
    return found


def _places_of(page: str) -> dict[str, int]:
    """The numbers of a day's balance, by the titles that the truth counts too."""
    return {
        title: int(re.search(rf"{title}</th>\s*<td[^>]*>([0-9,]+)<", page)[1].replace(",", ""))  # type: ignore[index]
        for title in ON_A_DAY
    }


def _one_lost_row_alarms(service, desk: Desk, table: str, draw: random.Random) -> None:
    """Delete one row behind the service's back, see whose and of which hour the alarm is, and put it back."""
    key, message, code = LOSSES[table]
    with logins.connect_as_superuser(service.home, service.home.deployment) as connection:
        connection.execute(f"set search_path = {service.home.deployment}")
        # Keys and triggers stand in the way of everybody who does not do this first.
        connection.execute("set session_replication_role = replica")
        ((rows,),) = connection.execute(f"select count(*) from {table}").fetchall()
        connection.execute(
            f"""create temp table lost as select * from {table} where ({key}) = (
                select {key} from {table} order by {key} offset {draw.randrange(rows)} limit 1)"""
        )
        ((sender, hour),) = connection.execute(
            f"""select s.code, date_trunc('hour', m.received_at, 'UTC') from lost l
            join intake_message m on m.id = l.{message} join intake_sender s on s.id = m.sender_id"""
        ).fetchall()
        done = connection.execute(f"delete from {table} where ({key}) = (select {key} from lost)")
        assert done.rowcount == 1
        connection.commit()
        alarms = _ledger(service)["alarms"]
        page = unescape(desk.page("/ledger/"))
        connection.execute(f"insert into {table} select * from lost")
        connection.execute("drop table lost")
    named = {
        (one["code"], one["sender"], datetime.fromisoformat(one["hour"]).astimezone(UTC))
        for one in alarms
    }
    assert (code, sender, hour.astimezone(UTC)) in named
    assert {(who, when) for _, who, when in named} == {(sender, hour.astimezone(UTC))}
    assert all(
        sender in one["sentence"] and f"{hour.astimezone(UTC):%H:%M} UTC" in one["sentence"]
        for one in alarms
    )
    since = _first_on_the_page().isoformat()
    assert all((one["sentence"] in page) == (one["day"] >= since) for one in alarms), "on screen"
    sys.stdout.write(f"{table}: {alarms[0]['sentence']}\n")


@contextmanager
def _laboratories(service, *said: object) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Have the week's files sent; yields how to read what was acknowledged so far."""
    folder = service.home.folder / "load"
    folder.mkdir()
    notes = folder / "sent.jsonl"
    sender = run(service, "laboratories", str(folder), *map(str, said))
    try:
        yield lambda: lines(notes) if notes.exists() else []
        assert sender.wait(60) == 0, log(service)
    finally:
        sender.kill()
        sender.wait()


def _ledger(service) -> dict[str, Any]:
    """Return the ledger as whoever sits at the machine asks for it."""
    done = subprocess.run(
        [*CLI, "intake", "ledger", "--days", str(DAYS_BACK), "--json"],
        env=service.environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    assert len(done.stderr.splitlines()) == len(found["alarms"]), "each alarm is said"
    return found


def _until(condition: Callable[[], bool], results: int, service) -> None:
    deadline = time.monotonic() + 60 + results / SLOWEST
    while not condition():
        assert time.monotonic() < deadline, f"this did not come true in time\n{log(service)}"
        time.sleep(0.1)


def _rows_read(service) -> int:
    return _number(service, "select coalesce(sum(rows_received), 0) from intake_message", down=0)


def _waiting(service) -> int:
    query = "select count(*) from intake_message where state in ('stored', 'parsing')"
    return _number(service, query, down=1)


def _number(service, query: str, *, down: int) -> int:
    """Return a count; `down` while the database is not there."""
    if postgres.status(service.home) is None:
        return down
    try:
        with asking(service) as ask:
            return int(ask(query)[0][0])
    except (psycopg.Error, DownError):
        return down
