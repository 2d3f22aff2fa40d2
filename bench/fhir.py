"""FHIR results stored and answered a second over HTTP, beside bare inserts of the same bytes, each with its commit.

    python -m bench.fhir --seconds 15

The door is the intake process as the supervisor starts it. Each client keeps its connection and waits for each answer,
which comes when the message is committed. The bare inserts go by as many connections, one row and one commit a message,
into a table without index. Clients, door and database share the machine.
"""

from __future__ import annotations

import argparse
import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable

from bench.figures import Figure, give, percentile
from bench.service import own_service, superuser
from throughline.server.home import Home
from throughline.server.parts import all_parts

CLIENTS = 4
AIM = 200
CLI = (sys.executable, "-m", "throughline.cli")


def run(seconds: float) -> list[Figure]:
    """Send results for so long, then insert the same bare."""
    with own_service() as home:
        key = _key()
        door = _door(home)
        try:
            spent = _together(lambda n: _send(home, key, n, seconds))
        finally:
            door.terminate()
            door.wait(20)
        with superuser(home) as connection:
            row = connection.execute(
                "select count(*), count(*) filter (where state = 'stored') from intake_message"
            ).fetchone()
            connection.execute("create table public.bare (client int, bytes bytea)")
            connection.commit()
        if row != (len(spent), len(spent)):
            raise SystemExit(f"{len(spent)} were answered and {row} are stored.")
        bare = _together(lambda n: _insert(home, n, seconds))
    rate = len(spent) / seconds
    return [
        Figure(
            bench="fhir",
            what=f"FHIR results stored, committed and answered over HTTP; {CLIENTS} clients",
            ours=round(rate),
            unit="messages/s",
            limit=round(len(bare) / seconds),
            limit_is="bare inserts",
            aim=f"{AIM}/s",
            met=rate >= AIM,
            more={
                "messages": len(spent),
                "milliseconds_half": round(percentile(spent, 0.5) * 1000, 1),
                "milliseconds_p99": round(percentile(spent, 0.99) * 1000, 1),
                "bytes_a_message": len(_message(1)),
            },
        )
    ]


def _together(one: Callable[[int], list[float]]) -> list[float]:
    """Run as many clients as there are, and return what each of their messages took."""
    found: list[float] = []
    threads = [threading.Thread(target=lambda n=n: found.extend(one(n))) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _send(home: Home, key: str, client: int, seconds: float) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", home.port("intake"), timeout=30)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/fhir+json"}
    spent: list[float] = []
    ends = time.monotonic() + seconds
    while (began := time.monotonic()) < ends:
        number = client * 10_000_000 + len(spent)
        connection.request("POST", "/fhir/Observation", _message(number), headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 202:
            raise SystemExit(f"The door answered {answer.status}: {body[:300]!r}")
        spent.append(time.monotonic() - began)
    return spent


def _insert(home: Home, client: int, seconds: float) -> list[float]:
    spent: list[float] = []
    with superuser(home) as connection:
        ends = time.monotonic() + seconds
        while (began := time.monotonic()) < ends:
            number = client * 10_000_000 + len(spent)
            connection.execute(
                "insert into public.bare values (%s, %s)", [client, _message(number)]
            )
            connection.commit()
            spent.append(time.monotonic() - began)
    return spent


def _message(number: int) -> bytes:
    person = {
        "resourceType": "Patient",
        "id": "p1",
        "identifier": [{"use": "usual", "system": "https://lab.example/people", "value": str(number)}],
        "name": [{"use": "official", "family": f"Family{number}", "given": ["Ada"]}],
        "birthDate": "1980-05-06",
        "gender": "female",
        "telecom": [{"system": "phone", "value": "07700900123"}],
        "address": [{"use": "home", "line": [f"{number} Larkspindle Way"], "city": "Zexmouth", "postalCode": "ZX1 2AB"}],
    }  # fmt: skip
    result = {
        "resourceType": "Observation",
        "contained": [person],
        "identifier": [{"system": "https://lab.example/reports", "value": f"r{number}"}],
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "94500-6"}]},
        "subject": {"reference": "#p1"},
        "effectiveDateTime": "2020-10-01T09:00:00+01:00",
        "issued": "2020-10-02T09:00:00Z",
        "valueCodeableConcept": {
            "coding": [{"system": "http://snomed.info/sct", "code": "260373001"}]
        },
    }
    return json.dumps(result).encode()


def _key() -> str:
    """Name a sender and give it a key that never has to wait."""
    _cli("senders", "add", "bench", "--name", "Bench Laboratory")
    made = _cli("senders", "key", "add", "bench", "--per-minute", "1000000", "--json")
    return str(json.loads(made)["key"])


def _cli(*arguments: str) -> str:
    done = subprocess.run([*CLI, *arguments], check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    return done.stdout


def _door(home: Home) -> subprocess.Popen[bytes]:
    part = next(one for one in all_parts(home) if one.name == "intake")
    door = subprocess.Popen(part.command, env=part.environment_at_start())  # noqa: S603 - our own command
    ends = time.monotonic() + 60
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", home.port("intake"), timeout=5)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return door
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.2)


def main() -> None:
    """Measure, and give the figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=15)
    give(run(parser.parse_args().seconds))


if __name__ == "__main__":
    main()
