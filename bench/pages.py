"""The console's page at a million persons, with 16 handlers at work, and what the policies cost it.

    python -m bench.pages --persons 1000000 --seconds 30

A real desk process answers real HTTP: session, second factor, the switch of role, the household of the lease,
and a write with its journal entry in each request. The limit beside it is the smallest page of the same process.
"""

from __future__ import annotations

import argparse
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from threading import Thread
from urllib.parse import urlencode

import psycopg

from bench import world
from bench.figures import Figure, give, percentile
from bench.service import own_service, setup_django, superuser
from throughline.server import parts
from throughline.server.home import Home

CLIENTS = 16
PAGE_LIMIT_MS = 300.0
POLICY_LIMIT = 0.10
ROUNDS, PAGES_A_ROUND = 8, 25
TOKEN = "b" * 32

HIDDEN = re.compile(r'name="(item|fence|subject)" value="([^"]*)"')
STEP = re.compile(r'name="step" value="([^"]*)"')

LEASES = """with agents as (
    select a.id, row_number() over (order by u.username) as n from workforce_agent a
    join workforce_user u on u.id = a.user_id where u.role = 'handler' limit %(many)s
), items as (
    select id, row_number() over (order by id) as n from (
        select id from calling_work_item where state = 'waiting' order by id limit %(many)s) w
)
update calling_work_item w set state = 'leased', agent_id = agents.id, fence = 1,
    leased_at = now(), lease_until = now() + interval '6 hours'
from items join agents using (n) where w.id = items.id"""


@dataclass(kw_only=True)
class Client:
    """One handler's browser: a session, a connection kept open, the hidden fields of the form."""

    port: int
    session: str
    connection: HTTPConnection | None = None
    form: dict[str, str] | None = None

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """Send one request and return its status and page."""
        if self.connection is None:
            self.connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {
            "Cookie": f"session_desk={self.session}; csrf_desk={TOKEN}",
            "X-CSRFToken": TOKEN,
            "HX-Request": "true",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.connection.request(method, path, urlencode(fields) if fields else None, headers)
        answer = self.connection.getresponse()
        page = answer.read().decode()
        return answer.status, page

    def open(self) -> None:
        """Get as far in the conversation as the first question behind the identity check."""
        status, page = self.ask("GET", "/conversation/")
        if status != 200:
            raise RuntimeError(f"the console answered {status} to a handler with a lease")
        self.form = dict(HIDDEN.findall(page))
        step = STEP.search(page)
        self.form["step"] = step.group(1) if step else ""

    def step(self) -> None:
        """Go to a question: a write with its entry, answered by the whole conversation."""
        status, _ = self.ask("POST", "/conversation/step/", self.form)
        if status != 200:
            raise RuntimeError(f"a step of the conversation was answered {status}")

    def look(self) -> None:
        """Draw the conversation again."""
        self.ask("GET", "/conversation/")

    def health(self) -> None:
        """Ask for the smallest page that there is."""
        self.ask("GET", "/health")


def run(persons: int, seconds: float) -> list[Figure]:
    """Return the page's figures and the policies' share of it."""
    with own_service() as home, superuser(home) as connection:
        began = time.monotonic()
        world.fill(psycopg.ClientCursor(connection), persons=persons, at=datetime.now(UTC))
        psycopg.ClientCursor(connection).execute(LEASES, {"many": CLIENTS})
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")
        filled = time.monotonic() - began
        setup_django("desk")
        with _desk(home) as port:
            clients = [Client(port=port, session=key) for key in _sessions()]
            for client in clients:
                client.open()
                client.step()
            smallest = _load(clients, Client.health, seconds / 3)
            looked = _load(clients, Client.look, seconds / 3)
            stepped = _load(clients, Client.step, seconds)
            with_policies, without = _policies(connection, clients[0])
    return _figures(persons, filled, smallest, looked, stepped, with_policies, without)


def _figures(
    persons: int,
    filled: float,
    smallest: list[float],
    looked: list[float],
    stepped: list[float],
    with_policies: float,
    without: float,
) -> list[Figure]:
    where = f"{persons:,} persons, {CLIENTS} clients"
    p99 = percentile(stepped, 0.99)
    share = max(0.0, with_policies - without) / with_policies
    return [
        Figure(
            bench="pages",
            what=f"console page with session, role switch and journal entry, p99; {where}",
            ours=round(p99, 1),
            unit="ms",
            limit=PAGE_LIMIT_MS,
            limit_is="the aim",
            aim="p99 < 300 ms",
            met=p99 < PAGE_LIMIT_MS,
            more={
                "p50_ms": round(percentile(stepped, 0.5), 1),
                "looked_at_again_p99_ms": round(percentile(looked, 0.99), 1),
                "seconds_to_fill": round(filled),
            },
        ),
        Figure(
            bench="pages",
            what=f"console pages a second; {where}",
            ours=round(_rate(stepped), 1),
            unit="/s",
            limit=round(_rate(smallest), 1),
            limit_is="smallest page of the same process",
            aim="told, no aim",
            met=True,
            more={"pages": len(stepped), "looked_at_again": round(_rate(looked), 1)},
        ),
        Figure(
            bench="pages",
            what=f"page time that policies cost; {persons:,} persons, one client",
            ours=round(share * with_policies, 2),
            unit="ms",
            limit=round(with_policies, 2),
            limit_is="the whole page",
            aim="ratio < 0.10",
            met=share < POLICY_LIMIT,
            more={"with_ms": round(with_policies, 2), "without_ms": round(without, 2)},
        ),
    ]


def _rate(spent: list[float]) -> float:
    """Requests a second of clients who ask again as soon as they are answered."""
    return CLIENTS * len(spent) / (sum(spent) / 1000)


def _load(clients: list[Client], act: Callable[[Client], None], seconds: float) -> list[float]:
    """Let all clients act at once until the time is over; return each answer's milliseconds."""
    spent: list[list[float]] = [[] for _ in clients]
    failed: list[BaseException] = []
    end = time.monotonic() + seconds

    def work(at: int) -> None:
        try:
            while (began := time.monotonic()) < end:
                act(clients[at])
                spent[at].append((time.monotonic() - began) * 1000)
        except BaseException as error:
            failed.append(error)
            raise

    threads = [Thread(target=work, args=(at,)) for at in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return [ms for one in spent for ms in one]


def _policies(connection: psycopg.Connection, client: Client) -> tuple[float, float]:
    """Return the median page with row-level security and without it, taken in turns.

    The page's own conditions name the household too, so that the same rows come either way.
    """
    guarded = [
        name
        for (name,) in connection.execute(
            "select relname from pg_class where relrowsecurity and relkind in ('r', 'p') "
            "and relnamespace = current_schema()::regnamespace"
        )
    ]
    spent: dict[str, list[float]] = {"enable": [], "disable": []}
    for order in ("enable", "disable") * ROUNDS:
        for name in guarded:
            connection.execute(f"alter table {name} {order} row level security")
        for at in range(PAGES_A_ROUND):
            began = time.monotonic()
            client.step()
            if at >= PAGES_A_ROUND // 5:  # the first ones read the catalogue again
                spent[order].append((time.monotonic() - began) * 1000)
    return percentile(spent["enable"], 0.5), percentile(spent["disable"], 0.5)


def _sessions() -> list[str]:
    """Sign the handlers with a lease in, as the sign-in pages would, and return the sessions' keys."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import transaction

    from throughline.core.clock import now
    from throughline.core.context import acting
    from throughline.core.roles import Role
    from throughline.web.signin.adapters import BEGAN, SEEN
    from throughline.web.signin.middleware import CONFIRMED
    from throughline.workforce.models import User

    keys = []
    with transaction.atomic(), acting(Role.LOGIN):
        for user in User.objects.filter(role="handler").order_by("username")[:CLIENTS]:
            store = SessionStore()
            store[SESSION_KEY] = str(user.pk)
            store[BACKEND_SESSION_KEY] = "throughline.web.signin.backends.StaffBackend"
            store[HASH_SESSION_KEY] = user.get_session_auth_hash()
            store[BEGAN] = store[SEEN] = now().isoformat()
            store[CONFIRMED] = str(user.pk)
            store.create()
            keys.append(str(store.session_key))
    return keys


@contextmanager
def _desk(home: Home) -> Iterator[int]:
    """Have the desk process of this service answering."""
    part = next(one for one in parts.all_parts(home) if one.name == "desk")
    assert part.port is not None  # noqa: S101 - it is a web process
    home.logs.mkdir(exist_ok=True)
    with (home.logs / "desk.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command
            part.command, env=dict(part.environment), stdout=log, stderr=log
        )
    try:
        deadline = time.monotonic() + 60
        while not _answers(part.port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the desk process did not start")
            time.sleep(0.1)
        yield part.port
    except Exception:
        sys.stderr.write((home.logs / "desk.log").read_text()[-4000:])
        raise
    finally:
        process.terminate()
        process.wait(30)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def main() -> None:
    """Measure, and give the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=30)
    given = parser.parse_args()
    give(run(given.persons, given.seconds))


if __name__ == "__main__":
    main()
