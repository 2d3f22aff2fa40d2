"""How an event table is read: up to the cut, missing columns as null, merged rows resolved.

The same text on every engine. `raw` is what somebody brought; the view made of it has every declared column, in
order, and then the extra ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from throughline.measures.calendars import timestamp
from throughline.measures.columns import Column, Kind, Table
from throughline.measures.dialects import Dialect
from throughline.measures.tables import TABLES

RESULTS_BY_BATCH = "results_by_batch"
"""The view of how many results each batch brought. One that was corrected since, and so merged, came all the same."""

# Moments that may rightly lie after the cut: something is due then.
AHEAD = frozenset({"due_at"})


def quoted(name: str) -> str:
    """Return a column's name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def bounding(table: Table) -> Sequence[str]:
    """Return the moments that decide whether a row is read at all."""
    return [one.name for one in table.columns if one.kind is Kind.TIME and one.never_null]


def type_of(kind: Kind, dialect: Dialect) -> str:
    """Return the SQL type in which values of a kind are read."""
    return {
        Kind.TIME: "TIMESTAMP",
        Kind.DATE: "DATE",
        Kind.BOOL: "BOOLEAN",
        Kind.COUNT: "BIGINT",
        Kind.NUMBER: dialect.double,
    }.get(kind, dialect.text)


@dataclass(frozen=True, kw_only=True, slots=True)
class Raw:
    """A table as it was brought: what to select it from, and the SQL of each of its columns' values.

    A value is in the type of its column's kind, unknown where it is empty. `has_merged` says whether some row of it
    is merged into another, so that a table without is read without looking for them. `within` names moments of which
    it is known that none lies after the cut: their values are taken as they stand, and found by their extent.
    """

    source: str
    values: Mapping[str, str]
    has_merged: bool
    within: frozenset[str] = frozenset()


def views(
    brought: Mapping[str, Raw], *, cut_at: datetime, dialect: Dialect
) -> Iterator[tuple[str, str]]:
    """Yield name and SELECT of each view that the measures read; `cut_at` is in UTC without a zone.

    There is one for each event table, empty where none was brought, one that says which cases and which
    contacts were merged into which, and one of how many results each batch brought. A row recorded after the cut, or whose never-null moment lies after it, is not
    read; another moment after the cut is unknown. A missing column is null.
    """
    nothing = Raw(source="(SELECT 1 AS one) AS nothing", values={}, has_merged=False)
    for name, table in TABLES.items():
        raw = brought.get(name, nothing)
        rows = _rows(table, raw, timestamp(cut_at), dialect)
        if name not in brought:
            rows += "\nWHERE FALSE"
        extra = [one for one in raw.values if table.column(one) is None]
        yield name, _survivors(table, rows, extra) if raw.has_merged else rows
        if name == "results":
            counted = "SELECT batch_id, count(*) AS results"
            yield RESULTS_BY_BATCH, f"{counted} FROM (\n{rows}\n) AS brought GROUP BY batch_id"
        if name in {"cases", "contacts"}:
            yield (
                f"merged_{name}",
                merged(table, rows) if raw.has_merged else _NO_MERGES.format(text=dialect.text),
            )


def _rows(table: Table, raw: Raw, cut: str, dialect: Dialect) -> str:
    extra = [name for name in raw.values if table.column(name) is None]
    selected = [
        f"{_value(column, raw, cut, dialect)} AS {quoted(column.name)}" for column in table.columns
    ] + [f"{raw.values[name]} AS {quoted(name)}" for name in extra]
    return _select(selected, raw.source, _bounds(table, raw, cut))


def _value(column: Column, raw: Raw, cut: str, dialect: Dialect) -> str:
    value = raw.values.get(column.name)
    if value is None:
        return f"CAST(NULL AS {type_of(column.kind, dialect)})"
    as_it_stands = column.never_null or column.name in AHEAD | raw.within
    if column.kind is Kind.TIME and not as_it_stands:
        return f"CASE WHEN {value} <= {cut} THEN {value} END"
    return value


def _bounds(table: Table, raw: Raw, cut: str) -> Sequence[str]:
    return [
        f"({raw.values[name]} <= {cut} OR {raw.values[name]} IS NULL)"
        for name in bounding(table)
        if name in raw.values and name not in raw.within
    ]


def _select(selected: Sequence[str], source: str, where: Sequence[str]) -> str:
    text = "SELECT\n  " + ",\n  ".join(selected) + f"\nFROM {source}"
    return text + ("\nWHERE " + "\n  AND ".join(where) if where else "")


# Counted, so that a ring of merges ends: Spark has UNION ALL alone here. Nobody is merged a fiftieth time.
_LINKS = """links (merged_id, survivor, steps) AS (
  SELECT {key}, merged_into, 1 FROM read_rows WHERE merged_into IS NOT NULL
  UNION ALL
  SELECT s.merged_id, r.merged_into, s.steps + 1
  FROM links AS s JOIN read_rows AS r ON r.{key} = s.survivor
  WHERE r.merged_into IS NOT NULL AND s.steps < 50
)"""


# Where nothing is merged, nobody reads the whole table to find that out.
_NO_MERGES = (
    "SELECT CAST(NULL AS {text}) AS merged_id, CAST(NULL AS {text}) AS survivor WHERE FALSE"
)


def _survivors(table: Table, rows: str, extra: Sequence[str]) -> str:
    """Return the rows that stand for themselves, each with the earliest times of those merged into it."""
    key = quoted(table.key[0])
    moments = [
        quoted(one.name)
        for one in table.columns
        if one.kind is Kind.TIME and one.name != "recorded_at"
    ]
    earliest = ", ".join(f"min(m.{name}) AS {name}" for name in moments)
    columns = ", ".join(
        f"least(r.{name}, e.{name}) AS {name}" if name in moments else f"r.{name}"
        for name in [*(quoted(one.name) for one in table.columns), *map(quoted, extra)]
    )
    return f"""WITH RECURSIVE read_rows AS (
{rows}
), {_LINKS.format(key=key)}, earliest AS (
  SELECT l.survivor, {earliest}
  FROM links AS l JOIN read_rows AS m ON m.{key} = l.merged_id
  GROUP BY l.survivor
)
SELECT {columns}
FROM read_rows AS r LEFT JOIN earliest AS e ON e.survivor = r.{key}
WHERE r.merged_into IS NULL"""


def merged(table: Table, rows: str) -> str:
    """Return the SELECT of which row was merged into which in the end, of rows that have a key and `merged_into`."""
    key = quoted(table.key[0])
    return f"""WITH RECURSIVE read_rows AS (
{rows}
), {_LINKS.format(key=key)}
SELECT l.merged_id, l.survivor
FROM links AS l JOIN read_rows AS r ON r.{key} = l.survivor
WHERE r.merged_into IS NULL"""
