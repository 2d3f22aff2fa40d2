"""Figures from event tables of England's size, beside the same answers written by hand and in pandas.

    python -m bench.measures --from england-totals.csv --weeks 91

The tables are written to a temporary folder, or read from `--events` where they were written before.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from bench.figures import Figure, give
from throughline.measures import MEASURES, open_events, seen
from throughline.measures.events import Events
from throughline.measures.verifying import sha256
from throughline.rehearsal import weekly

GIB = 2**20  # ru_maxrss is in KiB
WEEK_SECONDS, SERIES_SECONDS, MEMORY_GIB, BY_HAND = 10.0, 60.0, 4.0, 1.5
TABLES = ("cases", "contacts", "results")
# When clocks changed, and how far local time less three days (weeks begin on Thursday) is ahead of UTC since.
WEEK = """CAST(date_trunc('week', {at} + CASE
  WHEN {at} >= TIMESTAMP '2021-10-31 01:00' THEN INTERVAL '-72' HOUR
  WHEN {at} >= TIMESTAMP '2021-03-28 01:00' THEN INTERVAL '-71' HOUR
  WHEN {at} >= TIMESTAMP '2020-10-25 01:00' THEN INTERVAL '-72' HOUR
  ELSE INTERVAL '-71' HOUR END) + INTERVAL '3' DAY AS DATE)"""
_OURS = """outcome = 'reached' AND (reached_how IS NULL OR reached_how IN ('self', 'web')
  OR reached_how = 'institution' AND managed_by_first = 'health_protection')"""
_BANDS = """count(*) FILTER (WHERE {ours} AND {end} >= {start} AND {end} <= {start} + INTERVAL '24' HOUR),
  count(*) FILTER (WHERE {ours} AND {end} > {start} + INTERVAL '24' HOUR AND {end} <= {start} + INTERVAL '48' HOUR),
  count(*) FILTER (WHERE {ours} AND {end} > {start} + INTERVAL '48' HOUR AND {end} <= {start} + INTERVAL '72' HOUR),
  count(*) FILTER (WHERE {ours} AND {end} > {start} + INTERVAL '72' HOUR),
  count(*) FILTER (WHERE {ours} AND ({end} IS NULL OR {start} IS NULL)),
  count(*) FILTER (WHERE {ours} AND {end} < {start})"""


def _by_week(table: str, at: str, what: str) -> str:
    return _from(f"{{{table}}}", at, what)


def _from(source: str, at: str, what: str) -> str:
    return (
        f"SELECT {WEEK.format(at=at)} AS week, {what} "  # noqa: S608 - our own words
        f"FROM {source} GROUP BY 1 ORDER BY 1"
    )


def _hours(start: str, end: str) -> str:
    return f"(epoch_us({end}) - epoch_us({start})) / 3600000000.0"


def _percentiles(of: str, where: str) -> str:
    points = ", ".join(
        f"percentile_cont({point}) WITHIN GROUP (ORDER BY {of}) FILTER (WHERE {where})"
        for point in (0.5, 0.75, 0.9, 0.95)
    )
    return f"{points}, count(*) FILTER (WHERE {where})"


# The noon of an onset, as the zone has it.
_NOON = """CAST(onset_on AS TIMESTAMP) + CASE WHEN onset_on >= DATE '2021-10-31' THEN INTERVAL '12' HOUR
  WHEN onset_on >= DATE '2021-03-28' THEN INTERVAL '11' HOUR WHEN onset_on >= DATE '2020-10-25' THEN INTERVAL '12' HOUR
  ELSE INTERVAL '11' HOUR END"""
_TAKEN_ON = """CAST(taken_at + CASE WHEN taken_at >= TIMESTAMP '2021-10-31 01:00' THEN INTERVAL '0' HOUR
  WHEN taken_at >= TIMESTAMP '2021-03-28 01:00' THEN INTERVAL '1' HOUR
  WHEN taken_at >= TIMESTAMP '2020-10-25 01:00' THEN INTERVAL '0' HOUR ELSE INTERVAL '1' HOUR END AS DATE)"""
_HEALTH_PROTECTION = "coalesce(managed_by_first = 'health_protection', FALSE)"

# One of each shape that a measure can have, as somebody would write it who wants this figure alone.
HAND = {
    "cases.transferred": _by_week("cases", "transferred_at", "count(*)"),
    "cases.reached": _by_week(
        "cases", "transferred_at", f"count(*) FILTER (WHERE {_OURS}), count(*)"
    ),
    "cases.reached_within": _by_week(
        "cases",
        "transferred_at",
        _BANDS.format(ours=_OURS, start="transferred_at", end="reached_at"),
    ),
    "contacts.people": _by_week(
        "contacts",
        "identified_at",
        "count(DISTINCT person_id), count(*) FILTER (WHERE person_id IS NULL)",
    ),
    "contacts.reached": _by_week(
        "contacts", "identified_at", f"count(*) FILTER (WHERE {_OURS}), count(*)"
    ),
    "contacts.reached_within": _by_week(
        "contacts",
        "identified_at",
        _BANDS.format(ours=_OURS, start="identified_at", end="reached_at"),
    ),
    "clock.identified_to_reached": _by_week(
        "contacts",
        "identified_at",
        _percentiles(
            _hours("identified_at", "reached_at"), f"{_OURS} AND reached_at >= identified_at"
        ),
    ),
    "contacts.reached_mix_adjusted": _by_week(
        "contacts",
        "identified_at",
        f"count(*) FILTER (WHERE {_HEALTH_PROTECTION} AND {_OURS}), count(*) FILTER (WHERE {_HEALTH_PROTECTION}), "
        f"count(*) FILTER (WHERE NOT {_HEALTH_PROTECTION} AND {_OURS}), count(*) FILTER (WHERE NOT {_HEALTH_PROTECTION})",
    ),
    "cases.contacts_named": _by_week(
        "cases",
        "transferred_at",
        f"sum(contacts_named) FILTER (WHERE {_OURS}), count(contacts_named) FILTER (WHERE {_OURS})",
    ),
    # Those that need another table, or others of the same person.
    "cases.known_as_contacts": _from(
        "{cases} LEFT JOIN (SELECT became_case_id, min(identified_at) AS known_at FROM {contacts} "
        "WHERE became_case_id IS NOT NULL GROUP BY 1) AS known ON became_case_id = case_id",
        "transferred_at",
        "count(*) FILTER (WHERE known_at < transferred_at), count(*)",
    ),
    "clock.onset_to_contact_reached": _from(
        f"{{contacts}} LEFT JOIN (SELECT case_id, {_NOON} AS onset_at FROM {{cases}}) USING (case_id)",  # noqa: S608 - our own words
        "identified_at",
        _percentiles(_hours("onset_at", "reached_at"), f"{_OURS} AND reached_at >= onset_at"),
    ),
    "contacts.attack_rate": _from(
        "(SELECT * FROM {contacts} WHERE exposed_on <= DATE '2022-02-24' QUALIFY row_number() OVER "  # noqa: S608 - our own words
        "(PARTITION BY coalesce(person_id, contact_id) ORDER BY exposed_on DESC, contact_id) = 1) AS latest "
        f"LEFT JOIN (SELECT case_id AS ill, {_TAKEN_ON} AS taken_on FROM {{cases}}) "
        "ON ill = became_case_id",
        "identified_at",
        "count(*) FILTER (WHERE taken_on BETWEEN exposed_on + 1 AND exposed_on + 14), count(*), "
        "count(*) FILTER (WHERE tested)",
    ),
    "tests.positivity": _by_week(
        "results",
        "communicated_at",
        "count(DISTINCT person_id) FILTER (WHERE result = 'positive'), "
        "count(DISTINCT person_id) FILTER (WHERE result IN ('positive', 'negative'))",
    ),
    "tests.distance": _by_week(
        "results",
        "communicated_at",
        _percentiles("distance_miles", "in_person AND distance_miles IS NOT NULL"),
    ),
}


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that a piece of work takes."""
    began = time.monotonic()
    work()
    return time.monotonic() - began


def spent(work: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds that a piece of work takes, and those of this process on all cores."""
    before = time.process_time()
    return timed(work), time.process_time() - before


def _look(events: Events) -> None:
    with events.verified(sorted(events.columns)):
        pass


def _looked_at(events: Events, folder: Path) -> list[Figure]:
    """Every table looked at for the first time: hash, rows, keys. Beside it, the hash of the same bytes alone."""
    ours = timed(lambda: _look(events))
    alone = timed(lambda: sha256(sorted(folder.rglob("*.parquet"))))
    return [
        Figure(
            bench="figures", what="every table looked at, the first time: hash, rows, keys", ours=round(ours, 2),
            unit="s", limit=round(alone, 2), limit_is="the hash alone", aim="told, no aim", met=True,
        )
    ]  # fmt: skip


def _one_week(events: Events) -> list[Figure]:
    """All measures of the busiest week of the file, by region where their table has one."""
    regional = [one.id for one in MEASURES.values() if one.table in (*TABLES, "requests")]
    others = [one for one in MEASURES if one not in regional]
    week = {"from_": "2020-12-31", "to": "2021-01-06"}
    took = spent(
        lambda: (events.measure(regional, by="region", **week), events.measure(others, **week))
    )
    return [_limit(f"all {len(MEASURES)} measures of one week, by region", took, WEEK_SECONDS)]


def _series(events: Events, contacts: int) -> list[Figure]:
    ids = [
        one.id for one in MEASURES.values() if one.unit != "hours" and one.id != "tests.distance"
    ]
    took = spent(lambda: events.measure(ids, by="week"))
    return [
        _limit(
            f"every count and rate ({len(ids)}), week by week; {contacts:,} contacts",
            took,
            SERIES_SECONDS,
        )
    ]


def _limit(what: str, took: tuple[float, float], aim: float) -> Figure:
    seconds, processor = took
    return Figure(
        bench="figures", what=what, ours=round(seconds, 2), unit="s", limit=aim, limit_is="the aim",
        aim=f"< {aim:.0f} s", met=seconds < aim,
        # Where others shared the machine, this says what the work itself was.
        more={"processor_seconds": round(processor, 1), "load": round(os.getloadavg()[0], 1)},
    )  # fmt: skip


def _by_hand(events: Events, folder: Path, contacts: int) -> list[Figure]:
    """Each shape beside the same written by hand, each in a connection alike; the better of two runs."""
    bare = duckdb.connect(config={"memory_limit": "3GB", "preserve_insertion_order": False})
    scans = {name: f"read_parquet('{folder}/{name}/*.parquet')" for name in TABLES}
    found = []
    for name, text in HAND.items():
        sql = text.format(**scans)
        ours, hand = [], []
        for _ in range(2):
            hand.append(timed(lambda sql=sql: bare.execute(sql).fetchall()))
            ours.append(timed(lambda name=name: events.measure(name, by="week")))
        found.append(
            Figure(
                bench="figures", what=f"{name}, week by week; {contacts:,} contacts",
                ours=round(min(ours), 2), unit="s", limit=round(min(hand), 2),
                limit_is="by hand in DuckDB", aim=f"ratio < {BY_HAND}",
                met=min(ours) < BY_HAND * min(hand),
            )
        )  # fmt: skip
    return found


def _pandas(source: Path) -> list[Figure]:
    """Contacts reached by week of a million contacts, from the files to the answer, here and in pandas."""
    import pandas as pd

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "events"
        given = weekly.open_source(source, 8, size=4.6)
        rows = weekly.write(given.weeks, folder, only=("contacts",))

        def frame() -> object:
            columns = ["identified_at", "outcome", "reached_how", "managed_by_first"]
            read = pd.read_parquet(folder / "contacts", columns=columns)
            local = read.identified_at.dt.tz_localize("UTC").dt.tz_convert("Europe/London")
            day = local.dt.tz_localize(None).dt.normalize()
            week = day - pd.to_timedelta((day.dt.day_of_week - 3) % 7, unit="D")
            how = read.reached_how
            counts = (
                how.isna()
                | how.isin(["self", "web"])
                | ((how == "institution") & (read.managed_by_first == "health_protection"))
            )
            read = read.assign(week=week, reached=(read.outcome == "reached") & counts)
            return read.groupby("week").reached.agg(["sum", "count", "mean"])

        def looked_at() -> object:
            """What a table is looked at for the first time for: that its bytes are as promised, and no key is twice."""
            sha256(sorted((folder / "contacts").iterdir()))
            ids = pd.read_parquet(folder / "contacts", columns=["contact_id"]).contact_id
            if not ids.is_unique:
                raise SystemExit("The generated contacts have a key twice.")
            return frame()

        # Files this new are not relied on, however often they were found right.
        time.sleep(seen.GRACE / 1e9)
        first: list[float] = []
        again: list[float] = []
        unchecked: list[float] = []
        checked: list[float] = []
        for _ in range(3):
            shutil.rmtree(os.environ["XDG_CACHE_HOME"], ignore_errors=True)
            for times in (first, again):
                times.append(
                    timed(lambda: open_events(folder).measure("contacts.reached", by="week"))
                )
            unchecked.append(timed(frame))
            checked.append(timed(looked_at))
    what = f"contacts reached by week, files to answer; {rows['contacts']:,} contacts"
    return [
        Figure(
            bench="figures", what=f"{what}, {when}", ours=round(min(ours), 2), unit="s",
            limit=round(min(theirs), 2), limit_is=f"the same in pandas, {beside}", aim="ratio < 1",
            met=min(ours) < min(theirs),
        )
        for when, ours, theirs, beside in (
            ("files looked at before", again, unchecked, "unchecked"),
            ("looking at them for the first time", first, checked, "with hash and keys looked at"),
        )
    ]  # fmt: skip


def _memory() -> Figure:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / GIB
    return Figure(
        bench="figures", what="peak memory of the process that measured all of this", ours=round(peak, 2),
        unit="GiB", limit=MEMORY_GIB, limit_is="the aim", aim="< 4 GiB", met=peak < MEMORY_GIB,
        more={"duckdb": duckdb.__version__},
    )  # fmt: skip


def main() -> None:
    """Measure, and give the figures to whoever asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="source", type=Path, required=True)
    parser.add_argument("--weeks", type=int, default=91)
    parser.add_argument("--size", type=float, default=1.0)
    parser.add_argument("--events", type=Path, help="tables written before, from the same file")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, tempfile.TemporaryDirectory() as notes:
        os.environ["XDG_CACHE_HOME"] = notes
        folder = given.events or Path(place) / "events"
        if given.events is None:
            source = weekly.open_source(given.source, given.weeks, size=given.size)
            weekly.write(
                source.weeks, folder, progress=lambda week: sys.stderr.write(f"{week.week_start}\n")
            )
        events = open_events(folder)
        looked_at = _looked_at(events, folder)
        contacts = int(events.measure("contacts.identified")[0].value or 0)
        figures = [*looked_at, *_one_week(events), *_series(events, contacts)]
        peak = _memory()
        figures += [peak, *_by_hand(events, folder, contacts), *_pandas(given.source)]
    give(figures)


if __name__ == "__main__":
    main()
