"""Tests: how many, how many positive, how soon people knew, and how far they travelled."""

from __future__ import annotations

from throughline.measures.aggregates import Count, Distinct
from throughline.measures.declared import Measure
from throughline.measures.shapes import Bands, Leg, Percentiles

_TURNAROUND = "Test and trace statistics, England, tables 3 to 8"
_CONCLUSIVE = "result IN ('positive', 'negative')"


def _turnaround(start: str, id_: str, since: str) -> Measure:
    return Measure(
        id=id_,
        title=f"Time to the result, from {since}",
        meaning=(
            f"Of the tests whose result was communicated, how many within 24, 48 and 72 hours of {since}, and later. "
            "Those communicated without a result, and those still in progress, are counted apart."
        ),
        table="results",
        period="taken_at",
        shape=Bands(
            leg=Leg(start, "communicated_at"),
            apart={
                "in_progress": "communicated_at IS NULL",
                "unsuccessful": "result = 'void'",
            },
        ),
        unit="share",
        source=_TURNAROUND,
    )


MEASURES = (
    Measure(
        id="tests.communicated",
        title="Tests communicated",
        meaning="Tests whose result was communicated to the person.",
        table="results",
        period="communicated_at",
        numerator=Count("communicated_at IS NOT NULL"),
        unit="tests",
        source=_TURNAROUND,
    ),
    Measure(
        id="tests.people",
        title="People tested",
        meaning="Different people with a positive or negative result, each once in a period.",
        table="results",
        period="communicated_at",
        numerator=Distinct("person_id", _CONCLUSIVE),
        unit="people",
        source="Test and trace statistics, England, table 1, as counted from 15 October 2020",
    ),
    Measure(
        id="tests.people_positive",
        title="People with a positive result",
        meaning="Different people with a positive result, each once in a period.",
        table="results",
        period="communicated_at",
        numerator=Distinct("person_id", "result = 'positive'"),
        unit="people",
        source="Test and trace statistics, England, table 1, as counted from 15 October 2020",
    ),
    Measure(
        id="tests.positivity",
        title="Positivity",
        meaning="Of the people with a positive or negative result, those with a positive one.",
        table="results",
        period="communicated_at",
        numerator=Distinct("person_id", "result = 'positive'"),
        denominator=Distinct("person_id", _CONCLUSIVE),
        unit="share",
        source="Test and trace statistics, England, table 1, as counted from 15 October 2020",
    ),
    _turnaround("booked_at", "tests.from_booking", "booking the test"),
    _turnaround("taken_at", "tests.from_taking", "taking the test"),
    _turnaround("lab_received_at", "tests.from_lab", "its receipt in the laboratory"),
    Measure(
        id="tests.distance",
        title="Distance to the test",
        meaning="Miles from home to the site of tests taken in person: median, and what 75, 90 and 95 of 100 stay below.",
        table="results",
        period="communicated_at",
        numerator=Count("in_person"),
        shape=Percentiles(of="distance_miles"),
        unit="miles",
        source="Test and trace statistics, England, table 10",
    ),
)
