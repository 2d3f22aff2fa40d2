"""The door for laboratories' machines: the real server, real sockets, and senders of every kind.

A few files on every run; `THROUGHLINE_MESSAGES=2000 pytest -m storm tests/process/test_door.py` for as many of each machine.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import psycopg
import pytest
from tests.homes import ROOT, environment_of, home_of_its_own
from tests.process.callers import Answer, Caller, head, request, results
from tests.process.storming import lines

from throughline.intake.rules.keys import make_key
from throughline.server import logins, postgres
from throughline.server.home import Home
from throughline.server.parts import THREADS, all_parts
from throughline.web.door.patience import PATIENCE

pytestmark = pytest.mark.process

LABS = ("north-lab", "south-lab", "west-lab")


@dataclass(kw_only=True)
class Door:
    """The process and what is to be known of it."""

    home: Home
    database_process: subprocess.Popen[bytes]
    port: int
    keys: dict[str, str]

    def said(self, data: bytes) -> Answer:
        with Caller(self.port) as caller:
            return caller.said(data)

    def sends(self, number: str, *, lab: str = "north-lab") -> Answer:
        return self.said(request(self.keys[lab], results(number), own_id=number))

    def kept(self, own_id: str = "%") -> list[tuple[str, str, str]]:
        """Id, state and hash of the bytes of messages whose id is like this one."""
        with closing(_database(self.home)) as connection:
            return connection.execute(
                """select m.message_id, m.state,
                    encode(sha256(string_agg(c.bytes, '' order by c.number)), 'hex')
                from intake_message m join intake_chunk c on c.message_id = m.id
                where m.message_id like %s group by m.id order by m.id""",
                [own_id],
            ).fetchall()

    def kill_the_database(self) -> None:
        postmaster = postgres.status(self.home)
        assert postmaster is not None
        os.kill(postmaster, signal.SIGKILL)
        self.database_process.wait(20)

    def start_the_database(self) -> None:
        started = postgres.start(self.home, supervised=True)
        assert started is not None
        self.database_process = started


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    with home_of_its_own(prepared=True, ports=28000) as home:
        database = postgres.start(home, supervised=True)
        assert database is not None
        part = next(one for one in all_parts(home) if one.name == "intake")
        with (home.folder / "door.txt").open("wb") as output:
            process = subprocess.Popen(
                part.command,
                env=environment_of(home) | {"THROUGHLINE_PROCESS": part.name},
                stdout=output,
                stderr=output,
            )
        assert part.port is not None
        found = Door(home=home, database_process=database, port=part.port, keys=_keys(home))
        try:
            _until_it_listens(found)
            yield found
        finally:
            process.terminate()
            process.wait(20)
            postgres.stop(home)
            found.database_process.wait(20)


def _database(home: Home) -> psycopg.Connection:
    connection = logins.connect_as_superuser(home, home.deployment)
    connection.execute(f"set search_path = {home.deployment}")
    return connection


def _keys(home: Home) -> dict[str, str]:
    """Three laboratories, each with its key."""
    made = {code: make_key() for code in LABS}
    with closing(_database(home)) as connection:
        for code, key in made.items():
            connection.execute(
                """with sender as (insert into intake_sender (id, ref, code, name, mapping, created_at)
                    values (uuidv7(), gen_random_uuid(), %(code)s, %(code)s, 'standard', now()) returning id)
                insert into intake_sender_key
                    (id, ref, sender_id, prefix, sha256, per_minute, created_at, expires_at)
                select uuidv7(), gen_random_uuid(), id, %(prefix)s, %(sha256)s, 1000000, now(), now() + '1 day'
                from sender""",
                {"code": code, "prefix": key.prefix, "sha256": key.sha256},
            )
        connection.commit()
    return {code: key.text for code, key in made.items()}


def _until_it_listens(door: Door) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            assert door.said(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 200
        except OSError:
            assert time.monotonic() < until, (door.home.folder / "door.txt").read_text()
            time.sleep(0.05)
        else:
            return


def test_what_is_answered_is_kept_byte_for_byte_and_again_has_the_same_answer(door: Door) -> None:
    first, again = door.sends("a1"), door.sends("a1")
    assert (first.status, again.status) == (202, 200)
    assert first.headers["location"] == again.headers["location"]
    assert len(door.kept("a1")) == 1


def test_requests_in_one_packet_are_answered_in_order(door: Door) -> None:
    key = door.keys["north-lab"]
    with Caller(door.port) as caller:
        caller.write(b"".join(request(key, results(f"b{n}"), own_id=f"b{n}") for n in range(5)))
        answers = [caller.answer() for _ in range(5)]
        assert [one.status for one in answers] == [202] * 5
        again = [caller.said(request(key, results(f"b{n}"), own_id=f"b{n}")) for n in range(5)]
    assert [one.headers["location"] for one in again] == [
        one.headers["location"] for one in answers
    ]


@pytest.mark.parametrize("address", ["/messages", "/fhir/Observation", "/declared"])
def test_half_a_body_is_told_so_and_leaves_nothing(door: Door, address: str) -> None:
    media = "text/csv" if address == "/messages" else "application/json"
    top = head(door.keys["north-lab"], length=100, own_id="c1").replace(
        b"/messages", address.encode()
    )
    with Caller(door.port) as caller:
        caller.write(top.replace(b"text/csv", media.encode()) + b'{"day": ')
        caller.end()
        answer = caller.answer()
    assert (answer.status, answer.json().get("code", "incomplete")) == (400, "incomplete")
    assert b"8 of its 100 bytes came" in answer.body
    assert not door.kept("c1")


def test_a_chunked_body_that_is_cut_is_not_taken_for_a_whole_one(door: Door) -> None:
    body = results("d1")
    half = b"%x\r\n%s\r\n" % (len(body) - 20, body[:-20])
    digest = "Content-Digest: sha-256=:" + "A" * 43 + "=:\r\n"
    for more, status in (("", 411), (digest, 400)):
        with Caller(door.port) as caller:
            caller.write(head(door.keys["north-lab"], own_id="d1", more=more) + half)
            caller.end()
            assert caller.answer().status == status
    assert not door.kept("d1")
    assert door.sends("d1").status == 202


def test_a_good_sender_is_answered_while_slow_ones_hang(door: Door) -> None:
    with slow_bodies(door, THREADS["intake"] - 4), slow_heads(door, 100):
        begun = time.monotonic()
        for n in range(5):
            assert door.sends(f"e{n}", lab="south-lab").status == 202
        assert time.monotonic() - begun < 15
    assert not door.kept("slow%")


@contextmanager
def slow_bodies(door: Door, number: int) -> Iterator[list[Caller]]:
    """Senders of two laboratories of whose bodies a byte comes, and nothing more."""
    held = [Caller(door.port) for _ in range(number)]
    for n, caller in enumerate(held):
        key = door.keys[("north-lab", "west-lab")[n % 2]]
        caller.write(head(key, length=100, own_id=f"slow{n}") + b"x")
    # They are being read before anything else comes.
    time.sleep(0.3)
    try:
        yield held
    finally:
        for caller in held:
            caller.socket.close()


@contextmanager
def slow_heads(door: Door, number: int) -> Iterator[None]:
    held = [Caller(door.port) for _ in range(number)]
    for caller in held:
        caller.write(b"POST /messages HTTP/1.1\r\nHost: loc")
    try:
        yield
    finally:
        for caller in held:
            caller.socket.close()


@pytest.mark.storm
def test_one_that_was_too_slow_is_told_so_and_holds_up_nobody_however_long_it_hangs(
    door: Door,
) -> None:
    with slow_bodies(door, 3) as held:
        time.sleep(PATIENCE + 2)
        for n in range(20):
            assert door.sends(f"g{n}", lab="south-lab").status == 202
        for caller in held:
            caller.write(b"x" * 99)
            assert caller.answer().status == 408
    assert not door.kept("slow%")


def test_whoever_is_not_known_is_answered_before_the_body_comes(door: Door) -> None:
    with Caller(door.port) as caller:
        assert caller.said(head("tl_nobody", length=10**9)).status == 401


def test_files_sent_in_every_way_are_each_kept_once_when_the_database_is_killed(door: Door) -> None:
    sent_in_every_way(door, messages=16, kills=1)


@pytest.mark.storm
def test_many_files_sent_in_every_way_are_each_kept_once_when_the_database_is_killed_three_times(
    door: Door,
) -> None:
    sent_in_every_way(door, messages=int(os.environ.get("THROUGHLINE_MESSAGES", "300")), kills=3)


def sent_in_every_way(door: Door, *, messages: int, kills: int) -> None:
    """Let machines of all laboratories send, kill the database, and compare what they heard with what is kept."""
    seed = random.SystemRandom().randrange(10_000)
    sys.stdout.write(f"The seed is {seed}.\n")
    with closing(_database(door.home)) as connection:
        connection.execute("set session_replication_role = replica")
        for table in ("intake_chunk", "intake_message", "journal_entry"):
            connection.execute(f"delete from {table}")
        connection.commit()
    notes = door.home.folder / f"sent-{messages}.jsonl"
    notes.touch()
    arguments = [str(door.port), str(notes), str(messages), str(seed), *door.keys.values()]
    with (door.home.folder / "machines.txt").open("w+b") as output:
        machines = subprocess.Popen(
            [sys.executable, "-m", "tests.process.machines", *arguments],
            env=environment_of(door.home), cwd=ROOT, stdout=output, stderr=output,
        )  # fmt: skip
        try:
            for n in range(1, kills + 1):
                _until_written(notes, n * len(LABS) * 2 * messages // (kills + 1), machines)
                door.kill_the_database()
                door.start_the_database()
            code = machines.wait(120 + messages)
        finally:
            machines.kill()
            machines.wait()
        output.seek(0)
        assert code == 0, output.read()[-3000:].decode()
    _compare(door, lines(notes))


def _until_written(notes, many: int, machines: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60 + many
    while len(lines(notes)) < many:
        assert time.monotonic() < until
        assert machines.poll() is None
        time.sleep(0.02)


def _compare(door: Door, told: list[dict[str, str]]) -> None:
    kept = Counter(door.kept())
    expected = Counter(
        (one["own"], "stored" if one["what"] == "kept" else "conflict", one["sha256"])
        for one in told
        if one["what"] in ("kept", "conflict")
    )
    assert expected - kept == Counter(), "answered and not kept"
    unheard = Counter(
        (one["own"], "stored", one["sha256"]) for one in told if one["what"] == "unheard"
    )
    assert kept - expected - unheard == Counter(), "kept and never sent whole, or kept twice"
    with closing(_database(door.home)) as connection:
        entries = connection.execute(
            "select count(*) from journal_entry where kind = 'intake.message_stored'"
        ).fetchone()
    assert entries == (kept.total(),), (
        "each has its entry, and none was written for what was rolled back"
    )
    assert {one["what"] for one in told} == {"kept", "cut", "unheard", "conflict"}


def test_without_the_database_everybody_is_told_to_come_again(door: Door) -> None:
    door.kill_the_database()
    answer = door.sends("z1")
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    door.start_the_database()
    until = time.monotonic() + 20
    while not door.sends("z1").is_good:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert len(door.kept("z1")) == 1
