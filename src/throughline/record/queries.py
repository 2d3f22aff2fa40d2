"""Reading the event tables, whole as one stream of CSV, and the figures computed from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from psycopg import sql

from throughline.core.copying import fetch
from throughline.core.roles import deployment
from throughline.record.models import Figure

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


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A measure's answers by week, as computed at `cut_at`; `version` is of its definition then."""

    measure: str
    day: date
    version: int
    cut_at: datetime
    answers: Sequence[Mapping[str, Any]]


def figures_of_now() -> dict[str, Shown]:
    """Return every measure's newest answers by its id; nothing before the first were computed."""
    day = Figure.objects.order_by("-day").values_list("day", flat=True).first()
    if day is None:
        return {}
    return {one.measure: _shown(one) for one in Figure.objects.filter(day=day)}


def days_of_figure(measure: str, *, limit: int) -> list[Shown]:
    """Return a measure's answers as each of the last days left them, the newest first."""
    return [_shown(one) for one in Figure.objects.filter(measure=measure).order_by("-day")[:limit]]


def _shown(one: Figure) -> Shown:
    return Shown(
        measure=one.measure,
        day=one.day,
        version=one.version,
        cut_at=one.cut_at,
        answers=one.answers,
    )
