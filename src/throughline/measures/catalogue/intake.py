"""Intake: that what laboratories sent was received, and that every positive has its case or its reason."""

from __future__ import annotations

from typing import Any

from throughline.measures.aggregates import Aggregate, Count, Total
from throughline.measures.catalogue.history import DECLARED, MATCHED
from throughline.measures.declared import Measure

_SOURCE = "Made for this service, after the loss of 15,841 results, 25 September to 2 October 2020"
_POSITIVE = Count("result = 'positive'")


def _batches(
    id_: str, title: str, meaning: str, numerator: Aggregate, unit: str, **more: Any
) -> Measure:
    """Return a figure of batches, in the week in which they were first known: not each says when it was sent."""
    return Measure(
        id=f"intake.{id_}",
        title=title,
        meaning=meaning,
        table="batches",
        period="recorded_at",
        numerator=numerator,
        unit=unit,
        source=_SOURCE,
        **{"since": DECLARED, **more},
    )


def _rows(column: str, title: str, meaning: str) -> Measure:
    return _batches(column, title, meaning, Total(column), "rows")


def _positives(id_: str, title: str, meaning: str, where: str) -> Measure:
    """Return a share of positives; all count, in the week in which they were first known to the service."""
    return Measure(
        id=f"intake.{id_}",
        title=title,
        meaning=meaning,
        table="results",
        period="recorded_at",
        numerator=Count(where),
        denominator=_POSITIVE,
        unit="share",
        source=_SOURCE,
        since=DECLARED,
    )


MEASURES = (
    _batches(
        "batches", "Batches", "Pieces in which laboratories sent results.", Count(), "batches"
    ),
    _batches(
        "batches_short",
        "Batches not received whole",
        "Batches of which fewer rows were received than were sent, or none.",
        Count("rows_received IS NULL OR rows_received < rows_sent"),
        "batches",
    ),
    _batches(
        "batches_unbalanced",
        "Batches that do not balance",
        "Batches whose rows received are not the sum of those accepted, duplicate, quarantined and rejected.",
        Count("rows_received <> accepted + duplicates + quarantined + rejected"),
        "batches",
    ),
    _batches(
        "batches_unmatched",
        "Batches with other results than were accepted",
        "Batches that brought more or fewer results than their rows accepted, those corrected since included.",
        Count("accepted IS NOT NULL AND accepted <> results"),
        "batches",
        rows="batches_with_results",
        since=MATCHED,
    ),
    _rows("rows_sent", "Rows sent", "Rows that laboratories say they sent."),
    _rows("rows_received", "Rows received", "Rows that arrived."),
    _rows("accepted", "Rows accepted", "Rows received that became results."),
    _rows("duplicates", "Duplicate rows", "Rows received that were known already."),
    _rows("quarantined", "Rows in quarantine", "Rows received that wait to be mended."),
    _rows("rejected", "Rows rejected", "Rows received that were refused."),
    _positives(
        "positives_with_case",
        "Positives with a case",
        "Of the positive results, those that belong to a case.",
        "case_id IS NOT NULL",
    ),
    _positives(
        "positives_with_reason",
        "Positives without a case for a reason",
        "Of the positive results, those that belong to no case and have the reason.",
        "case_id IS NULL AND no_case_reason IS NOT NULL",
    ),
    _positives(
        "positives_unaccounted",
        "Positives unaccounted for",
        "Of the positive results, those that have neither a case nor a reason for having none.",
        "case_id IS NULL AND no_case_reason IS NULL",
    ),
)
