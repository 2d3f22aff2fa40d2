"""The clock: the hours of each leg from the first symptom to the contact told.

Each leg comes twice: over the rows that have both times, and over all (`.all`), in which who was never reached
ranks later than anybody.
"""

from __future__ import annotations

from collections.abc import Iterator

from throughline.measures.aggregates import Count
from throughline.measures.catalogue.history import DECLARED
from throughline.measures.declared import Measure
from throughline.measures.shapes import Leg, Percentiles

PERIODS = {"cases": "transferred_at", "contacts": "identified_at"}
_SOURCE = "Made for this service; speed from cough to contact: Public Accounts Committee, HC 932, conclusion 1"


def _leg(
    name: str, words: str, table: str, leg: Leg, *, reaches: bool = False, rows: str = ""
) -> Iterator[Measure]:
    """Yield a leg's two measures. One that ends in reaching has ended only where the manner counts."""
    ended = "is_reached" if reaches else f"{leg.end} IS NOT NULL"
    beside = {
        "open": Count("is_open" if reaches else f"{leg.start} IS NOT NULL AND {leg.end} IS NULL"),
        "unknown": Count(f"{leg.start} IS NULL OR ({ended} AND {leg.end} IS NULL)"),
        "fault": Count(f"{ended} AND {leg.is_fault}"),
    }
    period = PERIODS[table]
    yield Measure(
        id=f"clock.{name}",
        title=f"Hours {words}",
        meaning=f"Hours {words}, over those of whom both times are known: median, and what 75, 90 and 95 of 100 stay below.",
        table=table,
        rows=rows,
        period=period,
        shape=Percentiles(of=leg.hours, known=ended),
        beside=beside,
        unit="hours",
        source=_SOURCE,
        since=DECLARED,
    )
    yield Measure(
        id=f"clock.{name}.all",
        title=f"Hours {words}, of all",
        meaning=(
            f"Hours {words}, over all whose first time is known: whoever has not come to the second ranks later than "
            "anyone who has, and a percentile that falls among them is not known."
        ),
        table=table,
        rows=rows,
        period=period,
        shape=Percentiles(
            of=leg.hours, known=ended, never=f"{leg.start} IS NOT NULL AND NOT ({ended})"
        ),
        beside=beside,
        unit="hours",
        source=_SOURCE,
        since=DECLARED,
    )


MEASURES = (
    *_leg("onset_to_taken", "from onset to the test", "cases", Leg("onset_on", "taken_at")),
    *_leg("taken_to_result", "from the test to its result", "cases", Leg("taken_at", "result_at")),
    *_leg(
        "result_to_transfer",
        "from the result to the transfer to tracing",
        "cases",
        Leg("result_at", "transferred_at"),
    ),
    *_leg(
        "transfer_to_reached",
        "from the transfer to the case reached",
        "cases",
        Leg("transferred_at", "reached_at"),
        reaches=True,
    ),
    *_leg(
        "identified_to_reached",
        "from a contact identified to the contact reached",
        "contacts",
        Leg("identified_at", "reached_at"),
        reaches=True,
    ),
    *_leg(
        "onset_to_contact_reached",
        "from the case's onset to the contact reached",
        "contacts",
        Leg("case_onset_at", "reached_at"),
        reaches=True,
        rows="contacts_with_case",
    ),
)
