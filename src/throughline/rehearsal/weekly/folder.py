"""Writes weeks as a folder of event tables: a Parquet part for each week and table, and the manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from throughline.measures.tables import TABLES
from throughline.rehearsal.weekly import (
    arrays,
    batches,
    cases,
    contacts,
    operation,
    results,
    service,
)
from throughline.rehearsal.weekly.counts import Week
from throughline.rehearsal.weekly.draws import Draws
from throughline.rehearsal.weekly.span import ZONE, span

CUT_AFTER = timedelta(days=14)
"""After the last week: everything of it is closed by then"""
SAMPLE = 0.05
EVERY = tuple(TABLES)
_ROWS_A_GROUP = 250_000


@dataclass(slots=True)
class Written:
    """What one table has so far."""

    rows: int = 0
    digest: Any = field(default_factory=hashlib.sha256)


def expand(
    week: Week, seed: int, *, sample: float = SAMPLE, only: Collection[str] = EVERY
) -> Iterator[tuple[str, Any]]:
    """Yield the event tables of one week, in Arrow, each with its name.

    `sample` is the share of cases and contacts that have holdings and attempts. Raises ValueError for counts that
    no rows can have.
    """
    draws = Draws(seed, (week.week_start.isoformat(),))
    when = span(week.week_start)
    of = cases.draw(week, draws.of("cases"))
    named = contacts.draw(week, draws.of("contacts"), of)
    at = cases.place(week, draws.of("cases"), of, when, named.longest_gap(len(of)))
    order = np.argsort(at.transferred)
    of, at = arrays.taken(of, order), arrays.taken(at, order)
    named = contacts.in_order(named, at, order)
    if not set(only).isdisjoint(("cases", "contacts", "holdings", "attempts")):
        counts = named.named(len(of))
        transferred = cases.table(week, draws.of("cases"), of, at, when, counts)
        identified = contacts.table(week, draws.of("contacts"), named, of, at, when)
        yield "cases", transferred
        yield "contacts", identified
        subjects = operation.sample(draws.of("operation"), transferred, identified, sample)
        del transferred, identified
        yield "holdings", operation.holdings(week, draws.of("holdings"), subjects)
        yield "attempts", operation.attempts(week, draws.of("attempts"), subjects)
    del named
    if not set(only).isdisjoint(("results", "batches")):
        tested = results.table(week, draws.of("results"), of, at, when)
        yield "results", tested
        yield "batches", batches.table(week, draws.of("batches"), tested, when)
        del tested
    yield "agent_states", service.agent_states(week, draws.of("agent_states"), when)
    yield "calls", service.calls(week, draws.of("calls"), when)
    yield "checks", service.checks(week, draws.of("checks"), when)
    yield "requests", service.requests(week, draws.of("requests"), when)


def write(
    weeks: Iterable[Week],
    folder: Path,
    *,
    seed: int = 2020,
    sample: float = SAMPLE,
    only: Collection[str] = EVERY,
    assumed: Mapping[str, object] | None = None,
    progress: Callable[[Week], None] = lambda _: None,
) -> dict[str, int]:
    """Write the weeks into a new folder and return the rows of each table.

    `only` names the tables to write; `assumed` is told in the manifest.

    Raises FileExistsError when the folder holds anything, and ValueError for weeks that no rows can have.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty; name a folder that is new or empty.")
    written = {name: Written() for name in only}
    first = last = None
    scaled: list[str] = []
    for week in weeks:
        if last is not None and week.week_start <= last:
            raise ValueError(
                f"The week of {week.week_start} follows that of {last}; put them in order."
            )
        first, last = first or week.week_start, week.week_start
        scaled += [week.week_start.isoformat()] if week.scaled else []
        _write_week(week, folder, expand(week, seed, sample=sample, only=only), written)
        progress(week)
    if last is None:
        raise ValueError("There is no week to write; give at least one.")
    cut = datetime.fromtimestamp(span(last).ends, UTC) + CUT_AFTER
    manifest = {
        "cut_at": cut.isoformat().replace("+00:00", "Z"),
        "zone": ZONE,
        "week_start": f"{first:%A}".lower(),
        "rules": cases.RULES,
        "tables": {
            name: {"rows": one.rows, "sha256": one.digest.hexdigest()}
            for name, one in written.items()
            if one.rows
        },
        "generated": {
            "seed": seed,
            "sampled_for_holdings_and_attempts": sample,
            "scaled_weeks": scaled,
            "assumed": dict(assumed or {}),
        },
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return {name: one.rows for name, one in written.items() if one.rows}


def _write_week(
    week: Week,
    folder: Path,
    tables: Iterator[tuple[str, Any]],
    written: Mapping[str, Written],
) -> None:
    """Write one week; while a table is compressed, the next one is drawn."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        before: Future[None] | None = None
        for name, table in tables:
            if name not in written:
                continue
            if before is not None:
                before.result()
            before = pool.submit(_write_part, folder / name, week, table, written[name])
            del table
        if before is not None:
            before.result()


def _write_part(folder: Path, week: Week, table: Any, written: Written) -> None:
    path = folder / f"{week.week_start.isoformat()}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd", row_group_size=_ROWS_A_GROUP)
    written.rows += len(table)
    # As the manifest counts it: the bytes of the parts, one after another in the order of their names.
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            written.digest.update(chunk)
