"""How soon people are reached, as a curve: Kaplan and Meier's product-limit estimate."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

from throughline.measures.answers import Answer
from throughline.measures.calendars import timestamp
from throughline.measures.catalogue.curves import OUT_OF_ORDER, STEPS, UNTIMED, step
from throughline.measures.events import Events
from throughline.measures.terms import definition, terms

HOUR = 3600
GRID = tuple(range(97))
"""The hours at which a curve is told, 0 to 96."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """A table's rows timed from one of its columns to another."""

    table: str
    start: str
    end: str = "reached_at"


CLOCKS = {
    "case": Clock(table="cases", start="transferred_at"),
    "contact": Clock(table="contacts", start="identified_at"),
    "case to contact": Clock(table="contacts", start="case_transferred_at"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """The share reached by each hour since a clock began.

    `hours` and `reached` are as long as each other; `reached` is a fraction, None beyond the longest time for
    which anybody was followed. `n` counts the rows that the curve is over, `unknown` those left out because a time
    is missing, `fault` because their times are out of order.
    """

    name: str
    hours: tuple[float, ...]
    reached: tuple[float | None, ...]
    n: int
    unknown: int = 0
    fault: int = 0
    hidden: bool = False
    """Whether it ends, or never began, because the next step is suppressed."""


def from_steps(answers: Iterable[Answer], name: str, *, followed: float = inf) -> Curve:
    """Return the curve that published steps (`curves.…`, one group) add up to.

    `followed` is for how many hours even the last row had been known at the cut: the curve ends there, since who was
    known for less might still be reached. It ends, too, where a step is suppressed, unless the days before are whole.
    Hours are elapsed ones, shares fractions of all that have times in order.

    >>> curve = from_steps(events.measure("curves.contact_reached"), "Contacts")
    >>> curve.hours[:4], [round(share, 2) for share in curve.reached[:4]], curve.n
    ((0.0, 3.0, 6.0, 9.0), [0.0, 0.14, 0.43, 0.43], 7)
    """
    answers = list(answers)
    counts = {one.band: one.numerator for one in answers}
    suppressed = {one.band for one in answers if one.suppressed}
    whole = next((one.denominator for one in answers if one.denominator is not None), None)
    left_out = [counts.get(band) for band in (UNTIMED, OUT_OF_ORDER)]
    hours, reached = [0.0], [0.0 if whole else None]
    n = None if whole is None else int(whole) - sum(int(one or 0) for one in left_out)
    total, hidden = 0, whole is None and bool(suppressed)
    for hour in STEPS[1:]:
        number = counts.get(step(hour))
        if number is None or hour > followed or not n:
            hidden = hidden or (step(hour) in suppressed and hour <= followed)
            break
        total += int(number)
        hours.append(float(hour))
        reached.append(total / n)
    unknown, fault = (int(one or 0) for one in left_out)
    return Curve(
        name=name,
        hours=tuple(hours),
        reached=tuple(reached),
        n=n or 0,
        unknown=unknown,
        fault=fault,
        hidden=hidden,
    )


def reach_curve(
    events: Events,
    clock: Clock,
    *,
    name: str,
    where: str = "TRUE",
    hours: Sequence[float] = GRID,
) -> Curve:
    """Return Kaplan and Meier's curve of a clock over all rows of event tables, censored at the cut.

    `where` is a condition on the rows, as SQL. Who was not reached was followed, unreached, to the cut.

    Shape: a share for each of `hours` (elapsed since the clock began), a fraction from 0 to 1. Raises FolderError for
    a value that cannot be read.

    >>> curve = reach_curve(events, CLOCKS["case"], name="Cases", hours=(0, 24, 48))
    >>> [round(share, 2) for share in curve.reached], curve.n, curve.unknown, curve.fault
    ([0.0, 0.33, 0.56], 6, 0, 0)

    Source: the estimate of `kaplan_meier`.
    """
    is_reached = terms(clock.table, definition(None))["is_reached"]
    start, end = clock.start, clock.end
    cut = timestamp(events.cut_at.replace(tzinfo=None))
    micros = events.engine.dialect.micros
    longest = int((max(hours) + 1) * HOUR)
    sql = f"""WITH told AS (
  SELECT {is_reached} AS is_reached, {start} AS begins, CASE WHEN {is_reached} THEN {end} ELSE {cut} END AS ends
  FROM {clock.table} WHERE {where}
), timed AS (
  SELECT is_reached, CASE
    WHEN begins IS NULL OR ends IS NULL THEN -2
    WHEN ends < begins THEN -1
    ELSE least({micros("begins", "ends")} / 1000000, {longest}) END AS seconds
  FROM told
)
SELECT seconds, count(*) FILTER (WHERE is_reached), count(*) FILTER (WHERE NOT is_reached)
FROM timed GROUP BY seconds"""
    rows = [(float(row[0]), int(row[1]), int(row[2])) for row in events.engine.rows(sql)]
    left_out = {seconds: reached + others for seconds, reached, others in rows if seconds < 0}
    kept = [row for row in rows if row[0] >= 0]
    return Curve(
        name=name,
        hours=tuple(float(hour) for hour in hours),
        reached=kaplan_meier(kept, hours),
        n=sum(reached + censored for _, reached, censored in kept),
        unknown=left_out.get(-2, 0),
        fault=left_out.get(-1, 0),
    )


def kaplan_meier(
    times: Iterable[tuple[float, int, int]], hours: Sequence[float] = GRID
) -> tuple[float | None, ...]:
    """Return the share reached by each hour.

    `times` holds, for each distinct time in seconds since the clock began, how many were reached then and how many
    were last followed then unreached (censored). Those censored at a moment count as still followed at it. A share is a
    fraction; None beyond the longest time for which anybody was followed, and everywhere when nobody was.

    >>> kaplan_meier([(3600, 1, 0), (7200, 0, 1)], (0, 1, 2, 3))
    (0.0, 0.5, 0.5, None)
    >>> kaplan_meier([], (0, 1))
    (None, None)

    Source: Kaplan and Meier, Journal of the American Statistical Association 53 (1958), 457-481.
    """
    ordered = sorted(times)
    followed = sum(reached + censored for _, reached, censored in ordered)
    if not followed:
        return (None,) * len(hours)
    moments: list[float] = []
    shares: list[float] = []
    unreached = 1.0
    for seconds, reached, censored in ordered:
        if reached:
            unreached *= 1 - reached / followed
        moments.append(seconds)
        shares.append(1 - unreached)
        followed -= reached + censored
    longest = moments[-1]
    # When the last of all was reached, the estimate stays where it is for ever after.
    ends_in_events = ordered[-1][2] == 0
    return tuple(
        (shares[place - 1] if place else 0.0) if hour * HOUR <= longest or ends_in_events else None
        for hour in hours
        for place in (bisect_right(moments, hour * HOUR),)
    )
