"""HL7 messages: parsed a second on one core, and stored and acknowledged a second over MLLP while the worker reads.

    python -m bench.hl7 --messages 50000 --seconds 600 --rate 500

Parsing is the whole way from bytes to flat rows, beside a bare split of the same bytes into lines and fields. Over
MLLP (TLS, connections that wait for each answer) messages are sent at a rate, whatever the answers take; beside it
the same bytes by as many connections to the database, one row and one commit each. The worker runs meanwhile: how
many messages wait for it is looked at each second. The persons are those of `bench.intake`: names, birth dates and
homes of a town, so that as many meet each other under a key as do in life.
"""

from __future__ import annotations

import argparse
import asyncio
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from statistics import median, quantiles
from threading import Thread
from typing import cast

import psycopg

from bench.figures import Figure, give
from bench.service import own_service, superuser
from throughline.definitions import load
from throughline.definitions.forms.mapping import Mapping
from throughline.intake.unpacking.hl7 import flat
from throughline.rehearsal import bulk
from throughline.rehearsal.layout import COLUMNS
from throughline.server.home import Home

AIM_PARSED = 20_000
AIM_P99 = 0.2
CONNECTIONS = 16
SENDERS = 8
CHUNK = 1024 * 1024
START, END = b"\x0b", b"\x1c\x0d"


def message(number: int, sender: int = 0) -> bytes:
    """A result with answers and a specimen, as a laboratory sends it: some 1,000 bytes, a person of its own."""
    positive = number % 10 == 0
    who = person(number)
    home = f"{who['address_line_1']}^{who['address_line_2']}^{who['town']}^^{who['postcode']}"
    phone = f"^PRN^PH^^^^^^^^^{who['phone']}" if who["phone"] else ""
    found = "260373001^Detected^SCT" if positive else "260415000^Not detected^SCT"
    ask = "|" * 24 + "QST"
    return (
        "\r".join(
            [
                f"MSH|^~\\&|LIMS^1.2.3^ISO|bench-{sender}^36D{sender}^CLIA|THROUGHLINE||20201002123456.789+0100||"
                f"ORU^R01^ORU_R01|{sender}-{number}|P|2.5.1|||||GBR|UNICODE UTF-8",
                "SFT|A vendor|1.0|LIMS|1.0||20200101",
                f"PID|1||{sender}x{number}^^^bench&36D&CLIA^PI||{who['family_name']}^{who['given_name']}||"
                f"{who['birth_date'].replace('-', '')}|{who['sex'][0].upper()}|||{home}||{phone}",
                f"ORC|RE||{sender}F{number}^bench^36D^CLIA|||||||||1^Hane^Cornelius",
                f"OBR|1||{sender}F{number}^bench^36D^CLIA|94500-6^RNA^LN|||20201001090000+0100|||||||||"
                "1^Hane^Cornelius||||||20201002120000+0100|||F",
                f"OBX|1|CWE|94500-6^SARS-CoV-2 RNA^LN||{found}||||||F|||20201001090000+0100|||||20201002110000+0100",
                f"OBX|2|DT|65222-2^Date of symptom onset^LN||20200929||||||F|||{ask}",
                f"OBX|3|CWE|95421-4^Resides in a congregate care setting^LN||N^No^HL70136||||||F|||{ask}",
                f"OBX|4|CWE|95419-8^Has symptoms^LN||Y^Yes^HL70136||||||F|||{ask}",
                f"SPM|1|^{sender}S{number}&bench||258500001^Nasopharyngeal swab^SCT|||||||||||||20201001090000+0100",
            ]
        ).encode()
        + b"\r"
    )


def person(number: int) -> dict[str, str]:
    """Somebody, by column: the same number is the same person, and members of a household follow one another."""
    return dict(
        zip(COLUMNS, bulk.row_of(_pools(), 2020, number, 0, 0, 4320, "negative"), strict=True)
    )


@lru_cache(maxsize=1)
def _pools() -> bulk.Pools:
    return bulk.Pools(until=bulk.UNTIL)


def run(messages: int, seconds: float, rate: int) -> list[Figure]:
    """Measure both."""
    return [parsed(messages), *acknowledged(seconds, rate)]


def parsed(messages: int) -> Figure:
    """Messages a second from bytes to rows, in seconds of one processor."""
    shipped = [one for one in load.shipped() if one.id == "hl7-oru"][-1]
    data = b"".join(message(number) for number in range(messages))
    chunks = [data[at : at + CHUNK] for at in range(0, len(data), CHUNK)]
    began = time.process_time()
    rows = sum(1 for _ in flat(chunks, cast(Mapping, shipped.form))) - 1
    ours = messages / (time.process_time() - began)
    if rows != messages:
        raise SystemExit(f"{messages} messages became {rows} rows.")
    began = time.process_time()
    for one in data.decode().split("\rMSH"):
        for line in one.split("\r"):
            line.split("|")
    bare = messages / (time.process_time() - began)
    return Figure(
        bench="hl7",
        what=f"HL7 messages from bytes to rows on one core; {messages:,} messages of {len(data) // messages:,} bytes",
        ours=round(ours),
        unit="/s",
        limit=round(bare),
        limit_is="bare split into lines and fields",
        aim=f"{AIM_PARSED:,}/s",
        met=ours >= AIM_PARSED,
    )


@dataclass(kw_only=True)
class Sent:
    """What the senders saw: seconds from when each message was due, and from when it was written, to its answer."""

    due: list[float] = field(default_factory=list)
    written: list[float] = field(default_factory=list)
    refused: int = 0
    seconds: float = 0.0


def acknowledged(seconds: float, rate: int) -> list[Figure]:
    """Send at a rate while the worker reads, then send as fast as answers come, then insert the same bare."""
    with own_service() as home:
        _add_senders(home)
        bare = bare_inserts(home, min(seconds, 10.0))
        with _process("mllp", "--port", "0") as door, _process("worker"):
            port, context = _port(door), _context(home)
            with _watching(home) as waiting:
                sent = asyncio.run(_paced(port, context, rate, seconds))
                left = _left(home)
                began = time.monotonic()
                while _left(home):
                    time.sleep(0.1)
                caught_up = time.monotonic() - began
            fastest = asyncio.run(_as_fast(port, context, min(seconds, 10.0)))
        accepted = _accepted(home)
    p99 = quantiles(sent.due, n=100)[98]
    more = {
        "offered_a_second": rate,
        "seconds": round(sent.seconds, 1),
        "connections": CONNECTIONS,
        "senders": SENDERS,
        "not_acknowledged": sent.refused,
        "p50_ms": round(median(sent.due) * 1000, 1),
        "p99_ms": round(p99 * 1000, 1),
        "longest_ms": round(max(sent.due) * 1000, 1),
        "p99_from_writing_ms": round(quantiles(sent.written, n=100)[98] * 1000, 1),
        "waiting_for_the_worker_each_second": waiting,
        "waiting_at_the_end": left,
        "seconds_until_none_waited": round(caught_up, 1),
        "accepted_of_those_read": accepted,
    }
    got = len(sent.due) / sent.seconds
    return [
        Figure(
            bench="hl7",
            what=f"HL7 messages stored and acknowledged over MLLP with TLS, offered {rate}/s for {seconds:.0f} s",
            ours=round(got),
            unit="/s",
            limit=round(bare),
            limit_is="bare inserts, one commit each",
            aim=f"{rate}/s, p99 < {AIM_P99 * 1000:.0f} ms, worker keeping up",
            met=got >= rate * 0.99 and p99 < AIM_P99 and not sent.refused and left < rate * 10,
            more=more,
        ),
        Figure(
            bench="hl7",
            what=f"the same as fast as {CONNECTIONS} connections get their answers, the worker reading",
            ours=round(len(fastest.written) / fastest.seconds),
            unit="/s",
            limit=round(bare),
            limit_is="bare inserts, one commit each",
            aim=f"{rate}/s",
            met=len(fastest.written) / fastest.seconds >= rate,
            more={"p50_ms": round(median(fastest.written) * 1000, 1)},
        ),
    ]


async def _paced(port: int, context: ssl.SSLContext, rate: int, seconds: float) -> Sent:
    """Each connection has its share of the rate; what was due while it waited is sent at once after."""
    sent, share = Sent(), rate / CONNECTIONS
    began = time.monotonic()

    async def one(place: int) -> None:
        number = 0
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
        while (due := began + (number + place / CONNECTIONS) / share) < began + seconds:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            await _send(
                reader, writer, message(number * CONNECTIONS + place, place % SENDERS), sent, due
            )
            number += 1
        writer.close()

    await asyncio.gather(*(one(place) for place in range(CONNECTIONS)))
    sent.seconds = time.monotonic() - began
    return sent


async def _as_fast(port: int, context: ssl.SSLContext, seconds: float) -> Sent:
    sent, began = Sent(), time.monotonic()

    async def one(place: int) -> None:
        number = 10_000_000 + place
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
        while time.monotonic() < began + seconds:
            await _send(reader, writer, message(number, place % SENDERS), sent, time.monotonic())
            number += CONNECTIONS
        writer.close()

    await asyncio.gather(*(one(place) for place in range(CONNECTIONS)))
    sent.seconds = time.monotonic() - began
    return sent


async def _send(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, data: bytes, sent: Sent, due: float
) -> None:
    written = time.monotonic()
    writer.write(START + data + END)
    answer = await reader.readuntil(END)
    now = time.monotonic()
    sent.due.append(now - due)
    sent.written.append(now - written)
    sent.refused += b"\rMSA|AA|" not in answer


def bare_inserts(home: Home, seconds: float) -> float:
    """Insert messages bare, over as many connections, one commit each; return how many a second."""
    with superuser(home) as connection:
        connection.execute("create table public.bare (number bigint, bytes bytea)")
    counts = [0] * CONNECTIONS
    until = time.monotonic() + seconds

    def one(place: int) -> None:
        with superuser(home) as connection:
            connection.autocommit = True
            while time.monotonic() < until:
                connection.execute(
                    "insert into public.bare values (%s, %s)", [place, message(place)]
                )
                counts[place] += 1

    threads = [Thread(target=one, args=(place,)) for place in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def _add_senders(home: Home) -> None:
    with superuser(home) as connection:
        for sender in range(SENDERS):
            connection.execute(
                """insert into intake_sender (id, ref, code, name, mapping, created_at)
                values (uuidv7(), gen_random_uuid(), %s, 'A laboratory', 'hl7-oru', now())""",
                [f"bench-{sender}"],
            )
        connection.execute(
            """insert into core_service (id, name, zone, week_start, telephone, demonstration, accepts_drama_numbers)
            values (1, 'A service', 'Europe/London', 'thursday', '', false, true)"""
        )


@contextmanager
def _process(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "throughline.cli", *arguments]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)  # noqa: S603 - our own command
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def _port(door: subprocess.Popen[str]) -> int:
    for line in door.stderr or ():
        if "port " in line:
            return int(line.split("port ")[1].strip(" .\n"))
    raise SystemExit("The door did not open.")


def _context(home: Home) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(home.secrets / "mllp.crt"))
    context.check_hostname = False
    return context


@contextmanager
def _watching(home: Home) -> Iterator[list[int]]:
    """How many messages wait for the worker, each second."""
    seen: list[int] = []
    stopping = False

    def watch() -> None:
        while not stopping:
            seen.append(_left(home))
            time.sleep(1)

    thread = Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        stopping = True
        thread.join()


def _left(home: Home) -> int:
    with superuser(home) as connection:
        return _count(
            connection, "select count(*) from intake_message where state in ('stored', 'parsing')"
        )


def _accepted(home: Home) -> str:
    with superuser(home) as connection:
        rows = _count(connection, "select count(*) from intake_row")
        accepted = _count(connection, "select count(*) from intake_row where place = 'accepted'")
    return f"{accepted:,} of {rows:,}"


def _count(connection: psycopg.Connection, query: str) -> int:
    ((number,),) = connection.execute(query).fetchall()
    return int(number)


def main() -> None:
    """Measure, and give the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=50_000)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--rate", type=int, default=500)
    given = parser.parse_args()
    give(run(given.messages, given.seconds, given.rate))


if __name__ == "__main__":
    main()
