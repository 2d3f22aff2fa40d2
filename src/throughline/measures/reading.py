"""How an event table is read: up to the cut, missing columns as null, merged rows resolved.

The same text on every engine. `raw` is what somebody brought; the view made of it has every declared column, in
order, and then the extra ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from throughline.measures.calendars import timestamp
from throughline.measures.columns import Column, Kind, Table
from throughline.measures.dialects import Dialect

# Moments that may rightly lie after the cut: something is due then.
AHEAD = frozenset({"due_at"})


def quoted(name: str) -> str:
    """Return a column's name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def type_of(kind: Kind, dialect: Dialect) -> str:
    """Return the SQL type in which values of a kind are read."""
    return {
        Kind.TIME: "TIMESTAMP",
        Kind.DATE: "DATE",
        Kind.BOOL: "BOOLEAN",
        Kind.COUNT: "BIGINT",
        Kind.NUMBER: dialect.double,
    }.get(kind, dialect.text)


def known(
    table: Table,
    *,
    raw: str,
    values: Mapping[str, str],
    cut_at: datetime,
    has_merged: bool,
    dialect: Dialect,
) -> str:
    """Return the SELECT of what is known of a table at the cut (UTC, no zone).

    `values` gives, for each column that `raw` has, the SQL of its value in the type of its kind. A row recorded
    after the cut, or whose never-null moment lies after it, is not read; another moment after the cut is unknown.
    """
    cut = timestamp(cut_at)
    extra = [name for name in values if table.column(name) is None]
    selected = [
        f"{_value(column, values, cut, dialect)} AS {quoted(column.name)}"
        for column in table.columns
    ] + [f"{values[name]} AS {quoted(name)}" for name in extra]
    rows = _select(selected, raw, _bounds(table, values, cut))
    if not has_merged:
        return rows
    return _without_merged(table, rows, extra)


def _value(column: Column, values: Mapping[str, str], cut: str, dialect: Dialect) -> str:
    value = values.get(column.name)
    if value is None:
        return f"CAST(NULL AS {type_of(column.kind, dialect)})"
    if column.kind is Kind.TIME and not column.never_null and column.name not in AHEAD:
        return f"CASE WHEN {value} <= {cut} THEN {value} END"
    return value


def _bounds(table: Table, values: Mapping[str, str], cut: str) -> Sequence[str]:
    moments = [one.name for one in table.columns if one.kind is Kind.TIME and one.never_null]
    return [
        f"({values[name]} <= {cut} OR {values[name]} IS NULL)" for name in moments if name in values
    ]


def _select(selected: Sequence[str], source: str, where: Sequence[str]) -> str:
    text = "SELECT\n  " + ",\n  ".join(selected) + f"\nFROM {source}"
    return text + ("\nWHERE " + "\n  AND ".join(where) if where else "")


def _without_merged(table: Table, rows: str, extra: Sequence[str]) -> str:
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
    # UNION, not UNION ALL: a ring of merges ends when it repeats itself.
    return f"""WITH RECURSIVE read_rows AS (
{rows}
), survivors (merged_id, survivor) AS (
  SELECT {key}, merged_into FROM read_rows WHERE merged_into IS NOT NULL
  UNION
  SELECT s.merged_id, r.merged_into
  FROM survivors AS s JOIN read_rows AS r ON r.{key} = s.survivor
  WHERE r.merged_into IS NOT NULL
), earliest AS (
  SELECT s.survivor, {earliest}
  FROM survivors AS s JOIN read_rows AS m ON m.{key} = s.merged_id
  GROUP BY s.survivor
)
SELECT {columns}
FROM read_rows AS r LEFT JOIN earliest AS e ON e.survivor = r.{key}
WHERE r.merged_into IS NULL"""
