"""Every measure on every engine over the same generated rows: counts to the unit, percentiles to 1e-9.

Spark's is of the size that THROUGHLINE_ROWS names: a million contacts are a matter of minutes.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import psycopg
import pytest

from throughline.measures import MEASURES, open_events
from throughline.measures.answers import Answers
from throughline.measures.cluster import open_on_spark
from throughline.measures.compile import is_by_definition
from throughline.measures.events import Events
from throughline.measures.tables import TABLES
from throughline.measures.tests.generated import on_postgres, write_folder
from throughline.rehearsal import weekly

pytestmark = pytest.mark.shared_data
ROOT = Path(__file__).resolve().parents[4]
DATA = Path(os.environ.get("THROUGHLINE_SHARED_DATA", ROOT.parent / "shared" / "data"))
TOTALS = DATA / "england-weekly-totals-2020-05-28-52-weeks.csv"
ROWS = int(os.environ.get("THROUGHLINE_ROWS", "20000"))
WEEKS, CONTACTS_OF_WEEKS = 8, 220_000
BY_PLACE = [one.id for one in MEASURES.values() if TABLES[one.table].column("region")]
# The others are the same statement under every definition.
BY_DEFINITION = [one.id for one in MEASURES.values() if is_by_definition(one)]
ASKED: tuple[tuple[list[str], tuple[str, ...], str | None], ...] = (
    (list(MEASURES), ("week",), None),
    (BY_PLACE, ("week", "region"), None),
    (BY_DEFINITION, ("week",), "reach-2020-11"),
)


def exact(answers: Answers) -> dict[Any, Any]:
    """What must be equal to the unit, by measure, band and group."""
    return {
        (one.measure, one.band, tuple(one.group.items())): (
            one.numerator, one.denominator, one.definition, dict(one.beside),
            {name: (pair.numerator, pair.denominator) for name, pair in one.components.items()},
        )
        for one in answers
    }  # fmt: skip


def same(ours: Events, theirs: Events) -> int:
    """Compare all measures by week, those of places by region, and those that a definition judges by a younger one.

    Returns how many answers were equal.
    """
    compared = 0
    for ids, by, definition in ASKED:
        mine = ours.measure(ids, by=by, definition=definition)
        other = theirs.measure(ids, by=by, definition=definition)
        assert exact(mine) == exact(other)
        for one, another in zip(mine, other, strict=True):
            if one.value is None or another.value is None:
                assert one.value is another.value, (one, another)
            else:
                assert another.value == pytest.approx(one.value, rel=1e-9, abs=1e-9), one
        compared += len(mine)
    return compared


@pytest.mark.usefixtures("embedded_server")
def test_postgres_gives_the_figures_of_duckdb(tmp_path: Path) -> None:
    week = next(weekly.open_source(TOTALS, 1, size=0.05).weeks)
    tables = {name: table for name, table in weekly.expand(week, 1, sample=1) if len(table)}
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        folder = write_folder(tmp_path / "events", tables)
        assert same(open_events(folder), on_postgres(connection, tables)) > 1000


@pytest.mark.spark
@pytest.mark.usefixtures("spark_for_few_rows")
def test_spark_gives_the_figures_of_duckdb(tmp_path: Path) -> None:
    folder = tmp_path / "events"
    source = weekly.open_source(TOTALS, WEEKS, size=ROWS / CONTACTS_OF_WEEKS)
    written = weekly.write(source.weeks, folder)
    assert written["contacts"] >= ROWS * 0.99
    assert same(open_events(folder), open_on_spark(folder)) > 1000
