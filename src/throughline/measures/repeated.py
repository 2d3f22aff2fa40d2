"""Who is there twice: a row that is the only one of its person need not be compared with any other.

Hashes of all persons, sorted, are a fraction of the work of keeping millions of names apart, and eight bytes a row.
A hash that is there once is surely a row by itself. Of the others the measures compare the persons themselves, so two
persons of one hash are still two.
"""

from __future__ import annotations

from throughline.measures.engines.duckdb import DuckDBEngine
from throughline.measures.tables import TABLES
from throughline.measures.words import any_repeated


class Repeated:
    """A condition that holds for every row whose person another row has too; worked out once a table."""

    def __init__(self, engine: DuckDBEngine) -> None:
        """Look at nothing yet."""
        self._engine = engine
        self._known: dict[str, str] = {}

    def __call__(self, table: str) -> str:
        """Return the condition, over the columns of a table."""
        if table not in self._known:
            self._known[table] = self._look(table)
        return self._known[table]

    def _look(self, table: str) -> str:
        import numpy

        # Who is not known is nobody else.
        person = f"hash(coalesce(person_id, {TABLES[table].key[0]}))"
        hashes = self._engine.numbers(f"SELECT {person} AS h FROM {table}", "h")
        hashes.sort()
        again = hashes[1:][hashes[1:] == hashes[:-1]]
        # In order already; numpy.unique would sort them once more.
        shared = again[numpy.append(True, again[1:] != again[:-1])[: len(again)]]
        if 2 * (len(again) + len(shared)) > len(hashes):
            # Of more than half of the rows, to look each row up costs more than it saves.
            return any_repeated(table)
        self._engine.keep(f"repeated_{table}", "h", shared)
        return f"({person} IN (SELECT h FROM repeated_{table}))"
