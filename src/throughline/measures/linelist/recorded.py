"""A line list of event tables."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from throughline.measures.engines.duckdb import DuckDBEngine
from throughline.measures.events import Events
from throughline.measures.linelist.lists import LineList, made
from throughline.measures.linelist.pairs import ROW
from throughline.measures.reading import quoted
from throughline.measures.tables import TABLES
from throughline.measures.tidy import types_of


def from_events(events: Events) -> LineList:
    """Make a line list of event tables: the cases by `case_id`, and a pair for each contact.

    A pair goes from the case to the case that the contact became; else to `person:…`, or to `contact:…` where nobody
    knows the person. Times are in UTC. Merged rows stand for the row that they were merged into.

    Raises FolderError for tables that cannot be read.

    >>> found = from_events(open_events("tables"))
    >>> found
    6 cases, 7 pairs
    >>> found.delays("onset_on").to_polars()["days"].median()
    6.0

    Source of the shapes: the package's own docstring.
    """
    with events.verified(("cases", "contacts")):
        return _listed(events)


def _listed(events: Events) -> LineList:
    listed = _select(events, "cases", ['case_id AS "id"'], "FROM cases AS t")
    pairs = _select(
        events,
        "contacts",
        [
            'coalesce(f.survivor, t.case_id) AS "from"',
            "coalesce(b.survivor, t.became_case_id, 'person:' || t.person_id, 'contact:' || t.contact_id) AS \"to\"",
        ],
        "FROM contacts AS t LEFT JOIN merged_cases AS f ON f.merged_id = t.case_id"
        " LEFT JOIN merged_cases AS b ON b.merged_id = t.became_case_id",
    ).with_row_index(ROW, offset=1)
    expected = pairs["to"].filter(pairs["became_case_id"].is_null())
    return made(listed, pairs, expected=expected, zone=events.manifest.zone.key)


def _select(events: Events, table: str, ends: Sequence[str], rest: str) -> pl.DataFrame:
    """Return a table's rows in the order of their keys, with the columns that it was brought with."""
    names = list(dict.fromkeys([*events.columns.get(table, ()), *_NEEDED.get(table, ())]))
    columns = [*ends, *(f"t.{quoted(name)} AS {quoted(_named(name))}" for name in names)]
    sql = f"SELECT {', '.join(columns)} {rest} ORDER BY t.{TABLES[table].key[0]}"
    engine = events.engine
    if isinstance(engine, DuckDBEngine):
        found = engine.frame(sql)
    else:
        told = [end.split('"')[1] for end in ends] + [_named(name) for name in names]
        # Rows that are all null would not tell the type of a column.
        types = types_of(TABLES[table], zone=None) | dict.fromkeys(
            ("id", "from", "to"), pl.String()
        )
        found = pl.DataFrame(
            engine.rows(sql),
            schema=told,
            schema_overrides={name: types[name] for name in told if name in types},
            orient="row",
            infer_schema_length=None,
        )
    return found.with_columns(pl.col(pl.Datetime("us", None)).dt.replace_time_zone("UTC"))


_NEEDED = {"contacts": ("became_case_id",)}


def _named(name: str) -> str:
    """Return what a column is called; an extra one that is called as an id here has a _ after it."""
    return f"{name}_" if name in {"id", "from", "to"} else name
