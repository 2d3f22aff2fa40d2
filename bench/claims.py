"""Claims a second with many claimants on one backlog, beside a bare SKIP LOCKED loop in the same run.

    python bench/claims.py --items 1000000 --claimants 64 --seconds 15

It starts a server of its own in a temporary home, with the settings of the service, and removes it.
Both sides get the same number of processes and threads, a connection for each thread, and a table of the
same length. Ours does the whole act: role, reach, allowance, lease, two journal rows, commit.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

PROCESSES = 2
START_SECONDS = 30
NOON = datetime(2020, 11, 2, 11, 0, tzinfo=UTC)
AIM = 0.5

# A household, a person and a telephone behind every item; ranks and queues as a service has them.
FILL = """
set session_replication_role = replica;
create temporary table seed as
    select uuidv7() as item, uuidv7() as household, uuidv7() as person, n,
        (array['case', 'contact'])[1 + n %% 2] as kind, (array['2', '3'])[1 + n / 2 %% 2] as tier,
        (array['en', 'en', 'en', 'pl'])[1 + n / 4 %% 4] as language,
        'e' || lpad((n / 16 %% %(areas)s)::text, 3, '0') as area
    from generate_series(1, %(items)s) n;
insert into people_household (id, ref, area, joins_address)
    select household, gen_random_uuid(), area, false from seed;
insert into people_person (id, ref, household_id, given_name, family_name, given_norm, family_norm,
        family_phonetic, sex, language, interpreter, deceased, source, created_at, revision)
    select person, gen_random_uuid(), household, '', '', '', '', '', '', language, false, false, 'bench',
        %(at)s, 1 from seed;
insert into people_contact_detail (id, person_id, household_id, kind, value, endpoint_id, source, since)
    select uuidv7(), person, household, 'phone', '', gen_random_uuid(), 'bench', %(at)s from seed;
insert into calling_work_item (id, ref, household_id, state, kind, tier, skill, language, area, queue,
        rank, rank_bucket, rank_reasons, facts, callable_from, attempts, tried_hours, more_work, fence,
        opened_at, close_reason, revision)
    select item, gen_random_uuid(), household, 'waiting', kind, tier, 'general', language, area,
        concat_ws('/', kind, tier, 'general', language, area), (random() * 900)::int, %(at)s, '{}', '{}',
        %(at)s, 0, '{}', false, 0, %(at)s, '', 1 from seed;
create table bare_item (id uuid primary key, queue text not null, rank int not null, state text not null,
    agent_id uuid, lease_until timestamptz);
insert into bare_item (id, queue, rank, state) select id, queue, rank, state from calling_work_item;
create index on bare_item (rank desc, id) where state = 'waiting';
set session_replication_role = origin;
"""

# A fresh handler for each claim, because a handler holds one conversation at a time.
HANDLERS = """
insert into suppliers_organisation (id, ref, code, name, kind)
    values (uuidv7(), gen_random_uuid(), 'bench', 'Bench', 'supplier');
insert into workforce_user (id, ref, username, password, display_name, role, organisation_id, is_active)
    select uuidv7(), gen_random_uuid(), 'bench' || n, '', '', 'handler', o.id, true
    from suppliers_organisation o, generate_series(1, %(handlers)s) n;
insert into workforce_agent (id, user_id, supplier_id, kinds, tiers, skills, languages, areas)
    select uuidv7(), u.id, u.organisation_id, '{case,contact}', '{2,3}', '{general}', '{en,pl}', '{}'
    from workforce_user u where username like 'bench%%';
"""

BARE = """
update bare_item set state = 'leased', agent_id = %s, lease_until = now() + interval '5 minutes'
where id = (select id from bare_item where state = 'waiting' order by rank desc, id limit 1
    for update skip locked) returning id
"""


def run(
    items: int = 1_000_000, claimants: int = 64, seconds: float = 15, areas: int = 1
) -> dict[str, Any]:
    """Return claims a second of ours and of the bare loop, their ratio and the aim."""
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as folder:
        os.environ["THROUGHLINE_HOME"] = folder
        from throughline.server import home as homes
        from throughline.server import postgres

        home = homes.current()
        postgres.start(home)
        try:
            return _measure(home, items, claimants, seconds, areas)
        finally:
            postgres.remove(home)


def _measure(home: Any, items: int, claimants: int, seconds: float, areas: int) -> dict[str, Any]:
    began = time.monotonic()
    handlers = int(claimants * seconds * 60)
    _prepare(home, items, handlers, areas)
    prepared = time.monotonic() - began
    bare = _race("bare", claimants, seconds, handlers)
    ours = _race("ours", claimants, seconds, handlers)
    ratio = ours["claims"] / ours["seconds"] / (bare["claims"] / bare["seconds"])
    return {
        "what": f"claims/s, {claimants} claimants, {items:,} waiting in {areas * 8} queues",
        "ours": round(ours["claims"] / ours["seconds"]),
        "bare": round(bare["claims"] / bare["seconds"]),
        "ratio": round(ratio, 2),
        "aim": AIM,
        "met": ratio >= AIM,
        "p50_ms": ours["p50_ms"],
        "p99_ms": ours["p99_ms"],
        "held_twice": ours["held_twice"],
        "prepared_seconds": round(prepared),
    }


def _prepare(home: Any, items: int, handlers: int, areas: int) -> None:
    from throughline.server import logins

    logins.prepare(home)
    _django("prepare")
    from django.core.management import call_command

    from throughline.core import grants
    from throughline.definitions import actions as definitions
    from throughline.definitions.load import shipped

    call_command("migrate", verbosity=0)
    grants.apply()
    definitions.adopt(shipped(), by=None, at=NOON)
    # The owner's policies would hide the rows from itself; only the embedded superuser may fill.
    with logins.connect_as_superuser(home, home.deployment) as connection:
        import psycopg

        connection.execute(f"set search_path = {home.deployment}")
        cursor = psycopg.ClientCursor(connection)
        cursor.execute(FILL, {"items": items, "areas": areas, "at": NOON})
        cursor.execute(HANDLERS, {"handlers": handlers})
        connection.execute(f"grant select, update on bare_item to {home.deployment}_r_dispatch")
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")


def _race(side: str, claimants: int, seconds: float, handlers: int) -> dict[str, Any]:
    """Run the claimants in processes of their own and add up what they did."""
    share = claimants // PROCESSES
    command = [sys.executable, __file__, "--side", side, "--seconds", str(seconds)]
    environment = os.environ | {"THROUGHLINE_PROCESS": "worker"}
    started = [
        subprocess.Popen(  # noqa: S603 - this file, started again
            [
                *command,
                "--claimants",
                str(share),
                "--place",
                str(place),
                "--handlers",
                str(handlers),
            ],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for place in range(PROCESSES)
    ]
    told = [json.loads(process.communicate()[0].splitlines()[-1]) for process in started]
    spent = sorted(ms for one in told for ms in one["spent"])
    held = [item for one in told for item in one["held"]]
    return {
        "claims": len(spent),
        "seconds": max(one["seconds"] for one in told),
        "p50_ms": round(spent[len(spent) // 2], 1),
        "p99_ms": round(spent[len(spent) * 99 // 100], 1),
        "held_twice": len(held) - len(set(held)),
    }


def _django(process: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "throughline.settings")
    os.environ["THROUGHLINE_PROCESS"] = process
    import django

    django.setup()


def claim_in_threads(side: str, claimants: int, seconds: float, place: int, handlers: int) -> None:
    """Claim until the time is over, in one process; tell the results on the last line of stdout."""
    _django("worker")
    users = _users(place)
    ready = Barrier(claimants + 1)
    spent: list[float] = []
    held: list[str] = []

    def work(mine: list[Any]) -> None:
        claim = _bare() if side == "bare" else _ours()
        claim(mine.pop())
        ready.wait(START_SECONDS)
        end = time.monotonic() + seconds
        while mine and (began := time.monotonic()) < end:
            item = claim(mine.pop())
            spent.append((time.monotonic() - began) * 1000)
            held.append(str(item))

    threads = [Thread(target=work, args=(users[n::claimants],)) for n in range(claimants)]
    for thread in threads:
        thread.start()
    # As each process of the service does once it has started.
    gc.collect()
    gc.freeze()
    ready.wait(START_SECONDS)
    began = time.monotonic()
    for thread in threads:
        thread.join()
    result = {"seconds": time.monotonic() - began, "spent": spent, "held": held}
    sys.stdout.write(json.dumps(result) + "\n")


def _users(place: int) -> list[Any]:
    from django.db import connection, transaction

    from throughline.core.context import acting
    from throughline.core.roles import Role

    with transaction.atomic(), acting(Role.DISPATCH), connection.cursor() as cursor:
        cursor.execute("select user_id from workforce_agent order by user_id")
        return [user for (user,) in cursor.fetchall()][place::PROCESSES]


def _ours() -> Callable[[Any], Any]:
    from throughline.calling.actions import claim_next

    def claim(user: Any) -> Any:
        lease = claim_next(user_id=user, at=NOON)
        return lease and lease.item_id

    return claim


def _bare() -> Callable[[Any], Any]:
    import psycopg
    from django.db import connection

    from throughline.core.roles import Role

    parameters = connection.get_connection_params()
    for key in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(key, None)
    bare = psycopg.connect(**parameters, autocommit=True)
    bare.execute(f"set role {Role.DISPATCH.sql}")

    def claim(user: Any) -> Any:
        row = bare.execute(BARE, [user]).fetchone()
        return row and row[0]

    return claim


def main() -> None:
    """Print the result as JSON; with `--side`, be one of the measuring processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--claimants", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--areas", type=int, default=1)
    parser.add_argument("--side", choices=["ours", "bare"])
    parser.add_argument("--place", type=int, default=0)
    parser.add_argument("--handlers", type=int, default=0)
    given = parser.parse_args()
    if given.side:
        claim_in_threads(given.side, given.claimants, given.seconds, given.place, given.handlers)
        return
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
    result = run(given.items, given.claimants, given.seconds, given.areas)
    sys.stdout.write(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
