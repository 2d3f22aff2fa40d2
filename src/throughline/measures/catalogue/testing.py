"""Tests: how many, how many positive, how soon people knew, and how far they travelled."""

from __future__ import annotations

from datetime import date

from throughline.measures.aggregates import Count, Distinct
from throughline.measures.catalogue.history import LABORATORIES, LAUNCH
from throughline.measures.declared import Measure
from throughline.measures.shapes import Bands, Leg, Percentiles

_BULLETIN = "Test and trace statistics, England"
_CONCLUSIVE = "result IN ('positive', 'negative')"


def _turnaround(start: str, id_: str, words: str, tables: str, since: date = LAUNCH) -> Measure:
    return Measure(
        id=id_,
        title=f"Time to the result, from {words}",
        meaning=(
            f"Of the tests whose result was communicated, how many within 24, 48 and 72 hours of {words}, and later. "
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
        source=f"{_BULLETIN}, {tables}",
        since=since,
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
        source=f"{_BULLETIN}, tables 3 to 8",
        since=LAUNCH,
    ),
    Measure(
        id="tests.people",
        title="People tested",
        meaning="Different people with a positive or negative result, each once in a period.",
        table="results",
        period="communicated_at",
        numerator=Distinct("person_id", _CONCLUSIVE),
        unit="people",
        source=f"{_BULLETIN}, table 1",
        since=LAUNCH,
    ),
    Measure(
        id="tests.people_positive",
        title="People with a positive result",
        meaning="Different people with a positive result, each once in a period.",
        table="results",
        period="communicated_at",
        numerator=Distinct("person_id", "result = 'positive'"),
        unit="people",
        source=f"{_BULLETIN}, table 1",
        since=LAUNCH,
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
        source=f"{_BULLETIN}, table 1",
        since=LAUNCH,
    ),
    _turnaround("booked_at", "tests.from_booking", "booking the test", "tables 4 to 6"),
    _turnaround("taken_at", "tests.from_taking", "taking the test", "tables 4 to 8"),
    _turnaround(
        "lab_received_at",
        "tests.from_lab",
        "its receipt in the laboratory",
        "table 3",
        LABORATORIES,
    ),
    Measure(
        id="tests.distance",
        title="Distance to the test",
        meaning="Miles from home to the site of tests taken in person: median, and what 75, 90 and 95 of 100 stay below.",
        table="results",
        period="communicated_at",
        numerator=Count("in_person"),
        shape=Percentiles(of="distance_miles"),
        unit="miles",
        source=f"{_BULLETIN}, table 10",
        since=LAUNCH,
    ),
)
