"""The batches in which the tests of a week arrived: what was sent, and what became of every row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow.compute as pc

from throughline.measures.tables import BATCHES
from throughline.rehearsal.weekly import arrays, places
from throughline.rehearsal.weekly.counts import Week
from throughline.rehearsal.weekly.draws import Draws
from throughline.rehearsal.weekly.results import DAYS_OF_BATCHES, batch_ids
from throughline.rehearsal.weekly.span import Span

_FAULTY = 0.01
"""Rows sent besides those accepted: sent twice, held back to be mended, or refused"""


def table(week: Week, draws: Draws, results: Any, span: Span) -> Any:
    """Return one row for each laboratory and day; rows sent are those accepted and all that were not."""
    names = batch_ids(span)
    n = len(names)
    reported = results.filter(pc.is_valid(results["reported_at"]))
    counted = pc.value_counts(pc.cast(reported["batch_id"].combine_chunks(), "string"))
    found = {str(one["values"]): int(one["counts"].as_py()) for one in counted}
    accepted = np.array([found.get(name, 0) for name in names], dtype=np.int64)
    duplicates, quarantined, rejected = (
        draws.below(stream, n, (accepted * _FAULTY).astype(np.int64) + 1)
        for stream in ("duplicates", "quarantined", "rejected")
    )
    rows = accepted + duplicates + quarantined + rejected
    laboratory = np.arange(n) % len(places.LABORATORIES)
    day = np.repeat(np.arange(DAYS_OF_BATCHES), len(places.LABORATORIES))
    # Sent when the day is over.
    sent = span.begins + (day - 1) * arrays.DAY
    received = sent + 30 + draws.below("received", n, 300)
    columns = {
        "batch_id": names_as_ids(names),
        "laboratory": arrays.words(laboratory, places.LABORATORIES),
        "sent_at": arrays.times(sent),
        "rows_sent": arrays.numbers(rows),
        "received_at": arrays.times(received),
        "rows_received": arrays.numbers(rows),
        "accepted": arrays.numbers(accepted),
        "duplicates": arrays.numbers(duplicates),
        "quarantined": arrays.numbers(quarantined),
        "rejected": arrays.numbers(rejected),
        "recorded_at": arrays.times(received),
    }
    return arrays.frame(BATCHES, columns, scaled=week.scaled)


def names_as_ids(names: tuple[str, ...]) -> Any:
    """Return each name once."""
    return arrays.words(np.arange(len(names)), names)
