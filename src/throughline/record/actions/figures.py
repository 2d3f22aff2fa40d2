"""Computing the figures that pages show, by the same statements that any export of the moment would give."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson

from throughline.core.copying import run, stage
from throughline.core.service import service_zone
from throughline.journal.actions import record
from throughline.measures import MEASURES
from throughline.measures.asking import missing_columns
from throughline.measures.catalogue.curves import Steps
from throughline.measures.events import Events
from throughline.record.live import live_events

WEEKS = 8
"""As many as a chart has room for, and twice the time in which a case can still be reached."""

COLUMNS = {
    "day": "date",
    "measure": "text",
    "version": "int",
    "cut_at": "timestamptz",
    "answers": "jsonb",
}


def compute_figures(*, at: datetime) -> int:
    """Compute every measure that the live tables can answer, by week, and return how many. Needs r_export.

    The entry has the hash of all answers, so that whoever kept a page can show what it was made from.
    """
    events = live_events(at)
    ids = _computable(events)
    by_measure: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for answer in events.measure(ids, by="week", from_=_first_week(events, at)):
        by_measure[answer.measure].append(answer.as_dict())
    day = at.astimezone(service_zone()).date()
    rows = [(day, one, MEASURES[one].version, at, _text(by_measure[one])) for one in ids]
    stage("new_figure", COLUMNS, rows)
    run(
        """insert into record_figure (day, measure, version, cut_at, answers)
        select day, measure, version, cut_at, answers from new_figure
        on conflict (day, measure) do update set version = excluded.version, cut_at = excluded.cut_at,
            answers = excluded.answers"""
    )
    digest = sha256("\n".join(row[-1] for row in rows).encode()).hexdigest()
    record("record.figures_computed", at=at, by=None, measures=len(rows), sha256=digest)
    return len(rows)


def _computable(events: Events) -> list[str]:
    """Return the measures whose table and columns are here; curves by the hour are for charts."""
    return [
        one.id
        for one in MEASURES.values()
        if not isinstance(one.shape, Steps)
        and all(
            name in events.columns and not missing_columns(each, events.columns)
            for each in [one, *(MEASURES[factor] for factor in one.product.values())]
            for name in [each.table]
        )
    ]


def _text(answers: list[dict[str, Any]]) -> str:
    # Sorted, so that the hash can be made again from what is stored; PostgreSQL gives some percentiles as decimals.
    return orjson.dumps(answers, default=float, option=orjson.OPT_SORT_KEYS).decode()


def _first_week(events: Events, at: datetime) -> str:
    today = at.astimezone(service_zone()).date()
    this_week = events.calendar.first_day(today, "week")
    return (this_week - timedelta(weeks=WEEKS - 1)).isoformat()
