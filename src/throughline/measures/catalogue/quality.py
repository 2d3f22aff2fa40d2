"""Quality: how complete the tables are, and how late rows arrive."""

from __future__ import annotations

from throughline.measures.aggregates import Count
from throughline.measures.catalogue.history import DECLARED
from throughline.measures.declared import Measure

_SOURCE = (
    "Made for this service; the Code of Practice for Statistics, Q3, asks for the quality of data"
)
PERIODS = {"cases": "transferred_at", "contacts": "identified_at"}
_DAY = 86_400_000_000


def _late(table: str) -> Measure:
    start = PERIODS[table]
    return Measure(
        id=f"quality.{table}_late",
        title=f"{table.capitalize()} recorded late",
        meaning=f"Of the {table}, those first known to the service more than 24 hours after they were {start.removesuffix('_at')}.",
        table=table,
        period=start,
        numerator=Count(f"micros({start}, recorded_at) > {_DAY}"),
        denominator=Count(),
        unit="share",
        source=_SOURCE,
        since=DECLARED,
    )


def _complete(table: str, column: str, words: str, among: str = "TRUE") -> Measure:
    of = f"the {table} reached" if among == "is_reached" else f"the {table}"
    return Measure(
        id=f"quality.{table}_with_{column}",
        title=f"{table.capitalize()} with {words}",
        meaning=f"Of {of}, those of whom the {words} is known.",
        table=table,
        period=PERIODS[table],
        numerator=Count(f"{column} IS NOT NULL"),
        denominator=Count(among),
        unit="share",
        source=_SOURCE,
        since=DECLARED,
    )


MEASURES = (
    _late("cases"),
    _complete("cases", "region", "region"),
    _complete("cases", "onset_on", "first day of symptoms"),
    _complete("cases", "taken_at", "time of the test"),
    _complete("cases", "result_at", "time of the result"),
    _complete("cases", "reached_at", "time of reaching", "is_reached"),
    _complete("cases", "reached_how", "manner of reaching", "is_reached"),
    _late("contacts"),
    _complete("contacts", "region", "region"),
    _complete("contacts", "person_id", "person"),
    _complete("contacts", "household", "household"),
    _complete("contacts", "exposed_on", "day of exposure"),
    _complete("contacts", "reached_at", "time of reaching", "is_reached"),
    _complete("contacts", "reached_how", "manner of reaching", "is_reached"),
)
