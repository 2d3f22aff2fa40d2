"""What a table must fulfil, row by row, as conditions that find the rows that do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from throughline.measures.columns import Column, Kind, Table
from throughline.measures.dialects import DUCKDB
from throughline.measures.reading import AHEAD, quoted, type_of

# Moments in the order in which they happen.
IN_ORDER: Mapping[str, tuple[tuple[str, str], ...]] = {
    "batches": (("sent_at", "received_at"),),
    "results": (
        ("booked_at", "taken_at"),
        ("taken_at", "lab_received_at"),
        ("lab_received_at", "reported_at"),
        ("taken_at", "communicated_at"),
    ),
    "cases": (("transferred_at", "reached_at"), ("transferred_at", "closed_at")),
    "contacts": (
        ("case_transferred_at", "reached_at"),
        ("identified_at", "reached_at"),
        ("identified_at", "closed_at"),
    ),
    "holdings": (("offered_at", "accepted_at"), ("offered_at", "ended_at")),
    "attempts": (("started_at", "ended_at"),),
    "agent_states": (("from_at", "to_at"),),
    "calls": (("queued_at", "answered_at"), ("queued_at", "ended_at")),
    "requests": (("raised_at", "responded_at"), ("raised_at", "resolved_at")),
    "exclusions": (("from_at", "to_at"), ("claimed_at", "decided_at")),
}

# Spells of one subject or agent do not overlap.
SPELLS: Mapping[str, tuple[tuple[str, ...], str, str]] = {
    "holdings": (("subject", "subject_id"), "offered_at", "ended_at"),
    "agent_states": (("agent_id",), "from_at", "to_at"),
}

_KINDS = {
    Kind.TIME: "a time in UTC, as 2020-05-28T10:00:00Z",
    Kind.DATE: "a date, as 2020-05-28",
    Kind.BOOL: "true or false",
    Kind.COUNT: "a whole number, 0 or more",
    Kind.NUMBER: "a number, 0 or more",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A column, what is allowed in it, and the condition (DuckDB's SQL) of a row in which it is not."""

    column: str
    allowed: str
    broken: str


def rules(table: Table, types: Mapping[str, str], cut: str) -> Iterator[Rule]:
    """Yield what the rows of a table must fulfil; `types` are its columns' types, `cut` the SQL of the cut."""
    for column in table.columns:
        if column.name in types:
            yield from _of_column(column, types[column.name], cut)
    for first, then in IN_ORDER.get(table.name, ()):
        if {first, then} <= set(types):
            broken = f"{_cast(table, then, types)} < {_cast(table, first, types)}"
            yield Rule(then, f"not before {first}", broken)


def overlap(table: Table, types: Mapping[str, str]) -> Rule | None:
    """Return the rule that spells do not overlap, if a table has spells; its condition looks at other rows."""
    if table.name not in SPELLS:
        return None
    whose, start, end = SPELLS[table.name]
    if not {*whose, start} <= set(types):
        return None
    begins = _cast(table, start, types)
    ends = _cast(table, end, types) if end in types else "NULL"
    key = ", ".join(map(quoted, whose))
    alone = "merged_into IS NULL" if "merged_into" in types else "TRUE"
    before = (
        f"max(CASE WHEN {alone} THEN coalesce({ends}, 'infinity') END) OVER (PARTITION BY {key}"
        f" ORDER BY {begins} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    )
    allowed = f"not before the end of the spell before it of the same {whose[-1]}"
    return Rule(start, allowed, f"{alone} AND {before} > {begins}")


def _of_column(column: Column, told: str, cut: str) -> Iterator[Rule]:
    name = quoted(column.name)
    if column.never_null:
        yield Rule(column.name, "never empty", f"{name} IS NULL")
    wanted = type_of(column.kind, DUCKDB)
    value = name
    if told != wanted and wanted != "VARCHAR" and not told.startswith("TIMESTAMP"):
        value = f"TRY_CAST(CAST({name} AS VARCHAR) AS {wanted})"
        broken = f"{name} IS NOT NULL AND {value} IS NULL"
        if column.kind is Kind.COUNT:
            # A cast would round it.
            broken += f" OR TRY_CAST({name} AS DOUBLE) <> {value}"
        yield Rule(column.name, _KINDS[column.kind], broken)
    if wanted == "VARCHAR":
        yield Rule(column.name, "empty only as unknown (null)", f"CAST({name} AS VARCHAR) = ''")
    yield from _of_words(column)
    if column.kind in {Kind.COUNT, Kind.NUMBER}:
        yield Rule(column.name, "0 or more", f"{value} < 0")
    if column.kind is Kind.NUMBER:
        yield Rule(column.name, "a finite number", f"NOT isfinite({value})")
    if column.at_most is not None:
        yield Rule(column.name, f"{column.at_most:g} or less", f"{value} > {column.at_most}")
    if column.kind is Kind.TIME and column.name not in AHEAD | {"recorded_at"}:
        yield Rule(column.name, "not after cut_at", f"{value} > {cut}")


def _of_words(column: Column) -> Iterator[Rule]:
    name = quoted(column.name)
    if column.codes:
        codes = ", ".join(f"'{code}'" for code in column.codes)
        yield Rule(column.name, f"one of {', '.join(column.codes)}", f"{name} NOT IN ({codes})")
    elif column.kind is Kind.CODE:
        broken = f"NOT regexp_full_match({name}, '[a-z0-9_]*')"
        yield Rule(column.name, "a word of a to z, 0 to 9 and _", broken)


def _cast(table: Table, name: str, types: Mapping[str, str]) -> str:
    column = table.column(name)
    wanted = type_of(column.kind, DUCKDB) if column else types[name]
    if types[name].startswith("TIMESTAMP") or types[name] == wanted:
        return quoted(name)
    return f"TRY_CAST(CAST({quoted(name)} AS VARCHAR) AS {wanted})"
