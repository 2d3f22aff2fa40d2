"""Plans of the statements that real functions run: taken in the very transaction, in the very role."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from throughline.core import grants

READS = ("select", "with", "insert", "update", "delete")
INDEX_SCANS = {"Index Scan", "Index Only Scan", "Bitmap Index Scan"}

# Every index: its table (a partition's parent), and whether it holds a part of the rows only.
INDEXES = """select i.relname, x.indpred is not null from pg_index x
    join pg_class i on i.oid = x.indexrelid where i.relnamespace = current_schema()::regnamespace"""
PARTS = """select c.relname, p.relname from pg_inherits h join pg_class c on c.oid = h.inhrelid
    join pg_class p on p.oid = h.inhparent where c.relnamespace = current_schema()::regnamespace"""

# A table (or partition) of a page or two is rightly read whole, whatever its indexes.
LONG = """select relname from pg_class where relkind = 'r' and relpages > 2
    and relnamespace = current_schema()::regnamespace"""
ONE_BY_ONE = {"LockRows", "Result", "Append", "Merge Append", "Nested Loop", "Hash Join",
    "Merge Join", "Subquery Scan", "Incremental Sort"}  # fmt: skip


@dataclass(kw_only=True)
class Plans:
    """Explains each statement before it runs, and keeps what is wrong with its plan."""

    personal: frozenset[str]
    partial: frozenset[str]
    parent: dict[str, str]
    long: frozenset[str]
    explained: int = 0
    complaints: list[str] = field(default_factory=list)
    busy: bool = False

    def __call__(
        self, execute: Any, statement: Any, parameters: Any, many: Any, context: Any
    ) -> Any:
        """Explain, then let the statement run."""
        text = str(statement).strip()
        if not self.busy and text.lower().startswith(READS):
            self.busy = True
            try:
                self._explain(text, parameters)
            finally:
                self.busy = False
        return execute(statement, parameters, many, context)

    def _explain(self, statement: str, parameters: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"explain (format json) {statement}", parameters)
            found = cursor.fetchone()[0]
        plan = json.loads(found) if isinstance(found, str) else found
        self.explained += 1
        for wrong in self._wrong(plan[0]["Plan"], few=False):
            said = f"{wrong} in: {' '.join(statement.split())[:300]}"
            if said not in self.complaints:
                self.complaints.append(said)

    def _wrong(self, node: dict[str, Any], *, few: bool) -> Iterator[str]:
        kind = node["Node Type"]
        table = self.parent.get(node.get("Relation Name", ""), node.get("Relation Name", ""))
        is_long = node.get("Relation Name", "") in self.long
        if kind == "Seq Scan" and table in self.personal and is_long:
            yield f"{table} is read from end to end"
        if kind in INDEX_SCANS and "Index Cond" not in node:
            index = node["Index Name"]
            # A limit reads an ordered index from its end; a partial index is a condition in itself.
            if not few and index not in self.partial and table in self.personal:
                yield f"{table} is read along all of {index}"
        # A limit stops whatever feeds its rows one by one.
        few = kind == "Limit" or (few and kind in ONE_BY_ONE)
        for part in node.get("Plans", ()):
            yield from self._wrong(part, few=few and part["Parent Relationship"] != "Inner")


@contextmanager
def explaining() -> Iterator[Plans]:
    """Explain whatever runs on this thread's connection."""
    with connection.cursor() as cursor:
        cursor.execute(INDEXES)
        partial = frozenset(name for name, is_partial in cursor.fetchall() if is_partial)
        cursor.execute(PARTS)
        parent = dict(cursor.fetchall())
        cursor.execute(LONG)
        long = frozenset(name for (name,) in cursor.fetchall())
    personal = frozenset(name for name, table in grants.declared().items() if table.personal)
    plans = Plans(personal=personal, partial=partial, parent=parent, long=long)
    with connection.execute_wrapper(plans):
        yield plans
