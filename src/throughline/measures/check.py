"""`throughline events check`: every fault of a folder of event tables, with its table, row, column and value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from throughline.measures import manifest as manifests
from throughline.measures.calendars import timestamp
from throughline.measures.engines.duckdb import DuckDBEngine
from throughline.measures.errors import FolderError
from throughline.measures.folder import Files, tables_in
from throughline.measures.manifest import Expected, Manifest
from throughline.measures.reading import merged, quoted
from throughline.measures.rules import Rule, overlap, rules
from throughline.measures.tables import TABLES
from throughline.measures.verifying import check_hash, check_rows

EXAMPLES = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """A value that is not allowed. `row` counts from 1, through a table's parts; None: of the table as a whole."""

    table: str
    row: int | None
    key: str | None
    column: str
    value: str | None
    allowed: str

    def __str__(self) -> str:
        """Return the fault as a line."""
        where = f"row {self.row} ({self.key})" if self.row is not None else "the table"
        value = "is empty" if self.value is None else f"is {self.value!r}"
        if self.row is None:
            return f"{self.table}: {where}: {self.column}: {self.allowed}"
        return f"{self.table}: {where}: {self.column} {value}; allowed: {self.allowed}"


@dataclass(kw_only=True)
class Report:
    """How many rows each table has, the faults, and how many more there are than are shown."""

    rows: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    more: int = 0
    notes: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON has it."""
        return asdict(self)


def check(
    path: str | Path,
    *,
    most: int = EXAMPLES,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Return what is wrong with a folder, at most so many rows of each kind of fault.

    Raises FolderError when it cannot be looked at: no folder, no manifest, a table that is there twice.

    >>> report = check("tables")
    >>> report.rows, report.faults
    ({'cases': 6, 'contacts': 7, 'agent_states': 3}, [])

    Source of what is allowed: docs/reference/event-tables.md.
    """
    folder = Path(path)
    manifest = manifests.read(folder)
    report = Report(notes=list(_strangers(folder)))
    engine = DuckDBEngine(in_order=True)
    found = tables_in(folder)
    for name in TABLES:
        if name in found:
            progress(name)
            _check(_Table(engine, found[name]), manifest, report, most)
        elif (manifest.tables.get(name, Expected()).rows or 0) > 0:
            told = f"the manifest promises {manifest.tables[name].rows} rows, and the table is not there"
            report.faults.append(_whole(name, "rows", told))
    return report


class _Table:
    """A table as it was brought, its rows numbered."""

    def __init__(self, engine: DuckDBEngine, files: Files) -> None:
        self.engine = engine
        self.files = files
        described = engine.rows(f"DESCRIBE SELECT * FROM {files.scan}")
        self.types = {str(row[0]): str(row[1]) for row in described}
        self.numbered = f"(SELECT row_number() OVER () AS row_number_, * FROM {files.scan})"

    @property
    def key(self) -> str:
        """The SQL of a row's key as text."""
        parts = [f"CAST({quoted(one)} AS VARCHAR)" for one in self.files.table.key]
        return f"concat_ws(' ', {', '.join(parts)})"

    def count(self, condition: str, *, source: str | None = None) -> int:
        """Return how many rows fulfil a condition."""
        sql = f"SELECT count(*) FROM {source or self.files.scan} WHERE {condition}"
        return int(self.engine.rows(sql)[0][0])


def _check(table: _Table, manifest: Manifest, report: Report, most: int) -> None:
    files, name = table.files, table.files.table.name
    report.rows[name] = table.count("TRUE")
    try:
        promised = manifest.tables.get(name, Expected())
        check_hash(files, promised)
        check_rows(files, promised, report.rows[name])
    except FolderError as error:
        report.faults.append(_whole(name, "manifest", str(error)))
    missing = [
        one.name for one in files.table.columns if one.never_null and one.name not in table.types
    ]
    for column in missing:
        report.faults.append(_whole(name, column, "the table needs it, and does not have it"))
    if set(missing) & set(files.table.key):
        return
    cut = timestamp(manifest.cut_at.replace(tzinfo=None))
    told = list(rules(files.table, table.types, cut))
    # One pass for all: most tables have no fault, and are read once.
    counts = table.engine.rows(
        "SELECT " + ", ".join(f"count(*) FILTER (WHERE {one.broken})" for one in told)
        + f" FROM {files.scan}"
    )[0]  # fmt: skip
    for rule, count in zip(told, counts, strict=True):
        if count:
            _show(table, rule, f"{table.numbered} WHERE {rule.broken}", int(count), report, most)
    for rule, source in _across(table):
        count = int(table.engine.rows(f"SELECT count(*) FROM {source}")[0][0])
        if count:
            _show(table, rule, source, count, report, most)


def _across(table: _Table) -> Iterator[tuple[Rule, str]]:
    """Yield the rules that look at several rows, each with the rows that break it."""
    files, scan = table.files, table.files.scan
    keys = ", ".join(map(quoted, files.table.key))
    twice = f"SELECT {keys} FROM {scan} GROUP BY {keys} HAVING count(*) > 1"
    yield (
        Rule(files.table.key[-1], "once in the table, across its parts too", ""),
        f"{table.numbered} WHERE ({keys}) IN ({twice})",
    )
    if (spells := overlap(files.table, table.types)) is not None:
        told = f"(SELECT *, {spells.broken} AS is_broken_ FROM {table.numbered})"
        yield spells, f"{told} WHERE is_broken_"
    if "merged_into" in table.types and table.count("merged_into IS NOT NULL"):
        key = quoted(files.table.key[0])
        ends = merged(files.table, f"SELECT * FROM {scan}")
        yield (
            Rule("merged_into", "a row that stands, or leads to one that does", ""),
            f"{table.numbered} WHERE merged_into IS NOT NULL"
            f" AND {key} NOT IN (SELECT merged_id FROM ({ends}))",
        )


def _show(table: _Table, rule: Rule, source: str, count: int, report: Report, most: int) -> None:
    limit = f" LIMIT {most}" if most else ""
    value = f"CAST({quoted(rule.column)} AS VARCHAR)"
    sql = f"SELECT row_number_, {table.key}, {value} FROM {source} ORDER BY row_number_{limit}"
    shown = table.engine.rows(sql)
    report.faults += [
        Fault(
            table=table.files.table.name,
            row=int(row),
            key=key,
            column=rule.column,
            value=value,
            allowed=rule.allowed,
        )
        for row, key, value in shown
    ]
    report.more += count - len(shown)


def _whole(table: str, column: str, told: str) -> Fault:
    return Fault(table=table, row=None, key=None, column=column, value=None, allowed=told)


def _strangers(folder: Path) -> Iterator[str]:
    """Yield a note for each file or folder that is taken for no table: its name may be misspelt."""
    for one in sorted(folder.iterdir()):
        name = one.name.split(".")[0]
        if name not in TABLES and one.name != manifests.NAME and not one.name.startswith("."):
            yield f"{one.name} is no event table and is not read; the tables are {', '.join(TABLES)}."
