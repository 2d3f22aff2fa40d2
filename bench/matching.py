"""How well persons are matched whose truth is known, live and by the batch, and how long each takes.

    python -m bench.matching --persons 20000

Live: each record meets those before it, as in intake; what it is sure of it joins, what it is not it asks. The batch compares
all of them at once. Precision is the share of what was found that is true; recall the share of what is true that was found.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import doubles
from bench.figures import Figure, give, percentile
from bench.service import own_service, setup_django, superuser
from throughline.people.claims import Home, PersonClaim
from throughline.people.rules.linkage import likely_pairs
from throughline.people.rules.matching import score
from throughline.people.rules.search import search_keys

AT_LEAST = 0.8
AIM_BATCH_SECONDS, AIM_BATCH_PERSONS = 60, 1_000_000
AIM_LIVE_MS = 2.0
AT = datetime(2020, 10, 3, 10, 0, tzinfo=UTC)
BATCH, TIMED = 5000, 300


def run(persons: int) -> list[Figure]:
    """Make the records, and measure both ways of matching them."""
    people = list(doubles.records(persons))
    by_truth = Counter(one.truth for one in people)
    true = sum(many * (many - 1) // 2 for many in by_truth.values())
    return [
        *_live_quality(people, true),
        *_batch(people, true),
        _live_time(people, persons),
    ]


def _quality(what: str, good: int, found: int, true: int, aim: float) -> Figure:
    precision, recall = good / found if found else 0.0, good / true
    return Figure(
        bench="matching", what=f"{what}: precision", ours=round(precision, 4), unit="", limit=1,
        limit_is="all true", aim=f"≥ {aim}", met=precision >= aim,
        more={"recall": round(recall, 4), "found": found, "true_pairs": true},
    )  # fmt: skip


def _recall(what: str, good: int, true: int, aim: float) -> Figure:
    return Figure(
        bench="matching", what=f"{what}: recall", ours=round(good / true, 4), unit="", limit=1,
        limit_is="all found", aim=f"≥ {aim}", met=good / true >= aim,
    )  # fmt: skip


def _live_quality(people: Sequence[doubles.Record], true: int) -> list[Figure]:
    """The rule of the live match and its keys, each record meeting those before it."""
    under: dict[object, list[tuple[str, Any]]] = defaultdict(list)
    joined, asked = Counter[bool](), Counter[bool]()
    for one in people:
        identity = one.identity()
        keys = search_keys(identity).every()
        near = {id(known): known for key in keys for known in under[key]}
        verdicts = [(score(identity, known[1]), known[0]) for known in near.values()]
        for found, truth in verdicts:
            if found.verdict == "same":
                joined[truth == one.truth] += 1
            elif found.verdict == "unsure":
                asked[truth == one.truth] += 1
        entry = (one.truth, identity)
        for key in keys:
            under[key].append(entry)
    return [
        _quality("live, joined at once", joined[True], joined.total(), true, 0.999),
        _recall("live, joined at once", joined[True], true, 0.6),
        _recall("live, joined or asked", joined[True] + asked[True], true, 0.8),
    ]


def _batch(people: Sequence[doubles.Record], true: int) -> list[Figure]:
    truth = {one.id: one.truth for one in people}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "persons.csv"
        doubles.write(file, people)
        began = time.monotonic()
        pairs = likely_pairs(file, at_least=AT_LEAST)
        took = time.monotonic() - began
    good = sum(truth[one.newer] == truth[one.older] for one in pairs)
    return [
        _quality(f"batch, at least {AT_LEAST} likely", good, len(pairs), true, 0.95),
        _recall(f"batch, at least {AT_LEAST} likely", good, true, 0.8),
        Figure(
            bench="matching", what=f"batch of {len(people):,} persons", ours=round(took, 2), unit="s",
            limit=AIM_BATCH_SECONDS, limit_is=f"the aim for {AIM_BATCH_PERSONS:,}",
            aim=f"≤ {AIM_BATCH_SECONDS} s", met=took <= AIM_BATCH_SECONDS,
        ),
    ]  # fmt: skip


def _live_time(people: Sequence[doubles.Record], persons: int) -> Figure:
    """Single claims against a database that holds the persons: looked for and scored.

    Beside it one claim as a batch of its own, with all that is written for it; intake writes thousands at once.
    """
    with own_service() as home:
        setup_django("worker")
        from django.db import transaction

        from throughline.core.context import acting
        from throughline.core.roles import Role
        from throughline.people.actions import find_or_add
        from throughline.people.queries import candidates, wanted
        from throughline.people.rules.sought import seek

        claims = [_claim(one) for one in people]
        for start in range(0, persons, BATCH):
            with transaction.atomic(), acting(Role.MATCH):
                find_or_add(claims[start : min(start + BATCH, persons)], source="bench", at=AT)
        with superuser(home) as server:
            # As autovacuum does in a service that runs for longer than this.
            server.execute("analyze")
        spent, bare, written = [], [], []
        for claim in claims[persons:][:TIMED]:
            # Committed, as in intake: after a rollback the driver drops what is planned on a connection.
            with transaction.atomic(), acting(Role.MATCH):
                began = time.perf_counter()
                sought = seek(claim)
                bare.append(time.perf_counter() - began)
                found = candidates(wanted([sought]), on=claim.on)
                known = {id(one): one for some in found.values() for one in some}
                for one in known.values():
                    score(sought.identity, one.identity)
                spent.append(time.perf_counter() - began)
                began = time.perf_counter()
                find_or_add([claim], source="bench", at=AT)
                written.append(time.perf_counter() - began)
    return Figure(
        bench="matching", what=f"live match among {persons:,} persons, p50",
        ours=round(percentile(spent, 0.5) * 1000, 2), unit="ms", limit=AIM_LIVE_MS,
        limit_is="the aim", aim=f"≤ {AIM_LIVE_MS} ms", met=percentile(spent, 0.5) * 1000 <= AIM_LIVE_MS,
        more={
            "p99_ms": round(percentile(spent, 0.99) * 1000, 2),
            "without_the_database_ms": round(percentile(bare, 0.5) * 1000, 3),
            "alone_with_all_that_is_written_ms": round(percentile(written, 0.5) * 1000, 2),
        },
    )  # fmt: skip


def _claim(one: doubles.Record) -> PersonClaim:
    home = one.homes[0]
    return PersonClaim(
        on=AT.date(), given_name=one.given, family_name=one.family, birth_date=one.birth_on,
        sex=one.sex, phones=(one.phone,) if one.phone else (),
        identifiers=(("nhs", one.nhs),) if one.nhs else (),
        home=Home(
            line_1=home.line_1, line_2=home.line_2, town=home.town, postcode=home.postcode, area=""
        ),
    )  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000)
    give(run(parser.parse_args().persons))
