"""Reading the event tables: which columns each has here, and its rows as one stream of CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db import connection
from psycopg import sql

from throughline.core.copying import fetch
from throughline.core.roles import deployment

# In the order of events.md. What the service does not do yet (calls coming in, reviews, relief) has no table.
EXPORTED = (
    "batches", "results", "cases", "contacts", "holdings", "attempts", "agent_states",
)  # fmt: skip


def columns(table: str) -> Mapping[str, str]:
    """Return the columns of an event table in order, each with PostgreSQL's name of its type."""
    rows = fetch(
        """select a.attname, format_type(a.atttypid, a.atttypmod) from pg_attribute a
        where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum""",
        [f"{deployment()}.record_{table}"],
    )
    return dict(rows)


def rows_of(table: str, *, until: datetime) -> Iterator[bytes]:
    """Yield a table's rows recorded until then, each as one line of CSV in UTC, in no particular order.

    COPY holds no row in memory, here or in the database, and sends each row by itself. Unknown is an
    empty field, an empty text is `""`.
    """
    statement = sql.SQL(
        "copy (select * from {} where recorded_at <= {}) to stdout (format csv)"
    ).format(sql.Identifier(f"record_{table}"), sql.Literal(until))
    with connection.cursor() as cursor:
        cursor.execute("set local timezone = 'UTC'")
        with cursor.copy(statement.as_string()) as copy:
            for block in copy:
                yield bytes(block)


def rules_in_use() -> list[str]:
    """Return the protocols that judged the cases and contacts, by name and version."""
    rows = fetch(
        "select distinct rules from record_cases union select distinct rules from record_contacts order by 1"
    )
    return [rules for (rules,) in rows]
